//! P9, P12: no member sees anything that the membership of the member does not cover.

use causerie_tests::At;
use uuid::Uuid;

use super::{Evidence, Finding};
use crate::fold::Membership;
use crate::history::FrameKind;

pub(super) fn nothing_visible_to_others(evidence: &Evidence, finding: &mut Finding) {
    let fold = &evidence.fold;
    let memberships =
        |site, member: &str, id| fold.conversation(site, id).map(|of| of.memberships_of(member)).unwrap_or_default();
    // A membership does not count for a stream that was requested after the acknowledgement of its
    // end.
    let over = |membership: &Membership, requested: u64| {
        let acknowledged = membership.left.and_then(|(left, _)| evidence.history.acknowledged_at.get(&left));
        acknowledged.is_some_and(|acknowledged| *acknowledged < requested)
    };
    // A message that one membership covers, together with the position that it was shown with.
    let readable = |site, member: &str, id: Uuid, shown_at: Option<At>, requested: u64| {
        let Some((of_site, conversation, _, message)) = fold.message(id) else { return false };
        let covers = |membership: &Membership| {
            membership.covers(message.at)
                && shown_at.is_none_or(|at| membership.covers(at))
                && !over(membership, requested)
        };
        of_site == site && memberships(site, member, conversation).iter().any(covers)
    };
    for stream in &evidence.history.streams {
        let (site, member) = (stream.site, stream.member);
        for frame in &stream.frames {
            let requested = stream.connection_of(frame).map_or(0, |connection| connection.requested);
            let memberships = memberships(site, member, frame.conversation);
            let correct = match frame.kind {
                FrameKind::MessageSent | FrameKind::MessageChanged => {
                    readable(site, member, frame.message, frame.at, requested)
                }
                FrameKind::ConversationChanged | FrameKind::ReadMarker => {
                    let at = frame.at.unwrap_or_default();
                    // A member who was added again before the resume is shown the conversation as
                    // it is now.
                    let not_left = |current: &Membership| current.left.is_none_or(|(left, _)| at < left);
                    memberships.iter().any(|membership| not_left(membership) && !over(membership, requested))
                }
                FrameKind::ConversationRemoved => !memberships.is_empty(),
                FrameKind::Ready | FrameKind::Reset | FrameKind::Other => true,
            };
            finding.check(correct, || {
                let connection = stream.connection_of(frame);
                format!("live to {member} of site {site}: {frame:?} over {connection:?}; memberships {memberships:?}")
            });
        }
    }
    for page in &evidence.history.pages {
        let is_member = !memberships(page.site, page.member, page.conversation).is_empty();
        finding.check(is_member, || format!("a page of a conversation of others: {page:?}"));
        for item in &page.items {
            finding.check(readable(page.site, page.member, item.id, None, 0), || {
                format!("on a page of {} of site {}: {item:?}", page.member, page.site)
            });
        }
    }
    for item in &evidence.history.lists {
        let is_member = !memberships(item.site, item.member, item.conversation).is_empty();
        let last = item.last.is_none_or(|(id, _)| readable(item.site, item.member, id, None, 0));
        finding.check(last && is_member, || format!("{item:?}"));
    }
    for probe in &evidence.history.probes {
        finding.check(probe.correct, || probe.description.clone());
    }
}

pub(super) fn sites_are_separate(evidence: &Evidence, finding: &mut Finding) {
    let is_of = |site, id| evidence.fold.message(id).is_some_and(|(of, ..)| of == site);
    for stream in &evidence.history.streams {
        for frame in stream.frames_of(FrameKind::MessageSent) {
            finding.check(is_of(stream.site, frame.message), || format!("live on site {}: {frame:?}", stream.site));
        }
    }
    for page in &evidence.history.pages {
        for item in &page.items {
            finding.check(is_of(page.site, item.id), || format!("on a page of site {}: {item:?}", page.site));
        }
    }
    for probe in &evidence.history.cross_site_probes {
        finding.check(probe.correct, || probe.description.clone());
    }
}
