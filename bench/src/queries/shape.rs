//! How much there is of everything.

use serde::Serialize;

/// The sizes of one run.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Shape {
    /// On all sites.
    pub(super) messages: u64,
    /// Members of the site that is asked.
    pub(super) members: usize,
    /// Participants of the large group, which holds a twentieth of the messages.
    pub(super) crowd: usize,
    /// Conversations of the busy member.
    pub(super) busy: usize,
    /// Sites beside the one that is asked, which hold a fifth of the messages.
    pub(super) other_sites: usize,
    /// Members of each of them.
    pub(super) other_members: usize,
    /// Groups of each of them.
    pub(super) other_groups: usize,
}

impl Shape {
    pub(crate) const QUICK: Self = Self {
        messages: 20_000,
        members: 250,
        crowd: 100,
        busy: 200,
        other_sites: 10,
        other_members: 20,
        other_groups: 2,
    };

    pub(crate) const fn of(messages: u64) -> Self {
        Self { messages, members: 2500, crowd: 1000, busy: 2000, other_sites: 10, other_members: 100, other_groups: 20 }
    }

    /// Direct conversations of the busy member: about half of theirs.
    pub(super) const fn directs(&self) -> usize {
        self.busy / 2 - 1
    }

    /// Small groups of the busy member: the rest, beside the large group, the long one and the one with the business.
    pub(super) const fn small_groups(&self) -> usize {
        self.busy - self.directs() - 3
    }

    /// The number of the one member who is staff; numbers below are members.
    pub(super) const fn desk(&self) -> usize {
        self.members
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn the_busy_member_has_somebody_for_each_conversation() {
        for shape in [Shape::QUICK, Shape::of(1_000_000)] {
            assert!(shape.directs() < shape.members && shape.crowd < shape.members);
            assert_eq!(shape.directs() + shape.small_groups() + 3, shape.busy);
        }
    }
}
