//! Tickets for streams. `EventSource` in browsers cannot send `Authorization`, and tokens in URLs end up in logs. So a
//! caller with a token requests a ticket, and opens one stream with it within 30 seconds.
//!
//! Stored in memory: with several nodes, the stream must be opened at the node that issued the ticket.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use causerie_domain::Role;
use causerie_events::{MemberId, SiteId};
use rand::distr::{Alphanumeric, SampleString};
use tokio::time::Instant;

use crate::tally::Tally;

pub const TICKET_LIFETIME: Duration = Duration::from_secs(30);
/// Unused tickets of all members. A ticket needs less than a kilobyte.
const MAX_TICKETS: usize = 20_000;
/// Unused tickets of a member. Each browser tab needs one per stream.
const MAX_TICKETS_PER_MEMBER: usize = 50;
/// In alphanumeric characters: 256 bits of randomness.
const TICKET_LENGTH: usize = 43;

/// The caller of a ticket, from the token with which it was requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketHolder {
    pub site: SiteId,
    pub member: MemberId,
    pub role: Role,
    /// The expiry of the token, which ends the stream.
    pub until: Instant,
}

#[derive(Default)]
pub struct Tickets(Mutex<TicketState>);

#[derive(Default)]
struct TicketState {
    tickets: HashMap<String, (Instant, TicketHolder)>,
    /// Unused tickets per member.
    of_members: Tally<(SiteId, MemberId)>,
}

impl fmt::Debug for Tickets {
    /// Without the tickets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tickets").field("unused", &self.lock().tickets.len()).finish()
    }
}

impl Tickets {
    /// A new ticket. `None` if the member or all members have too many.
    pub fn give(&self, admitted: TicketHolder, now: Instant) -> Option<String> {
        let ticket = Alphanumeric.sample_string(&mut rand::rng(), TICKET_LENGTH);
        let holder = (admitted.site.clone(), admitted.member.clone());
        let mut given = self.lock();
        if given.is_full_for(&holder) {
            given.forget_expired(now);
        }
        if given.is_full_for(&holder) {
            return None;
        }
        given.of_members.add(holder, 1);
        given.tickets.insert(ticket.clone(), (now + TICKET_LIFETIME, admitted));
        Some(ticket)
    }

    /// The member of a valid ticket. Does not consume it.
    pub fn holder(&self, ticket: &str, now: Instant) -> Option<(SiteId, MemberId)> {
        let given = self.lock();
        let (expires, admitted) = given.tickets.get(ticket)?;
        (now < *expires && now < admitted.until).then(|| (admitted.site.clone(), admitted.member.clone()))
    }

    pub fn take(&self, ticket: &str, now: Instant) -> Option<TicketHolder> {
        let mut given = self.lock();
        let (expires, admitted) = given.tickets.remove(ticket)?;
        given.has_less(&admitted);
        drop(given);
        (now < expires && now < admitted.until).then_some(admitted)
    }

    pub fn forget_expired(&self, now: Instant) {
        self.lock().forget_expired(now);
    }

    fn lock(&self) -> MutexGuard<'_, TicketState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TicketState {
    fn is_full_for(&self, holder: &(SiteId, MemberId)) -> bool {
        self.tickets.len() >= MAX_TICKETS || self.of_members.of(holder) >= MAX_TICKETS_PER_MEMBER
    }

    fn forget_expired(&mut self, now: Instant) {
        let expired: Vec<_> = self.tickets.extract_if(|_, (expires, _)| *expires <= now).collect();
        for (_, (_, admitted)) in expired {
            self.has_less(&admitted);
        }
    }

    fn has_less(&mut self, TicketHolder { site, member, .. }: &TicketHolder) {
        self.of_members.subtract(&(site.clone(), member.clone()), 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada(until: Instant) -> TicketHolder {
        TicketHolder { site: "acme".parse().unwrap(), member: "ada".parse().unwrap(), role: Role::Member, until }
    }

    #[test]
    fn a_ticket_lets_in_once_whom_it_was_given_to() {
        let (tickets, now) = (Tickets::default(), Instant::now());
        let admitted = ada(now + Duration::from_hours(1));
        let ticket = tickets.give(admitted.clone(), now).unwrap();
        assert_eq!(ticket.len(), TICKET_LENGTH);
        assert_ne!(ticket, tickets.give(admitted.clone(), now).unwrap());
        assert_eq!(tickets.take(&ticket, now), Some(admitted));
        assert_eq!(tickets.take(&ticket, now), None);
        assert_eq!(tickets.take("made up", now), None);
    }

    #[test]
    fn debug_output_has_no_ticket() {
        let (tickets, now) = (Tickets::default(), Instant::now());
        let ticket = tickets.give(ada(now + TICKET_LIFETIME), now).unwrap();
        let output = format!("{tickets:?}");
        assert!(!output.contains(&ticket), "{output}");
    }

    #[test]
    fn a_ticket_expires_after_its_time_and_with_its_token() {
        let (tickets, now) = (Tickets::default(), Instant::now());
        let late = now + TICKET_LIFETIME;
        let ticket = tickets.give(ada(now + TICKET_LIFETIME * 2), now).unwrap();
        assert_eq!(tickets.take(&ticket, late), None);
        let ticket = tickets.give(ada(now + TICKET_LIFETIME * 2), now).unwrap();
        assert!(tickets.take(&ticket, late - Duration::from_millis(1)).is_some());
        let ticket = tickets.give(ada(now + Duration::from_secs(1)), now).unwrap();
        assert_eq!(tickets.take(&ticket, now + Duration::from_secs(1)), None);
    }

    #[test]
    fn there_are_never_too_many_and_expired_ones_make_room() {
        let (tickets, now) = (Tickets::default(), Instant::now());
        let admitted = ada(now + TICKET_LIFETIME * 10);
        let member = |n: usize| TicketHolder { member: format!("m{n}").parse().unwrap(), ..admitted.clone() };
        for n in 0..MAX_TICKETS {
            tickets.give(member(n / MAX_TICKETS_PER_MEMBER), now).unwrap();
        }
        assert_eq!(tickets.give(admitted.clone(), now), None);
        assert!(tickets.give(admitted, now + TICKET_LIFETIME).is_some());
        tickets.forget_expired(now + TICKET_LIFETIME * 2);
        let given = tickets.lock();
        assert!(given.tickets.is_empty() && given.of_members.is_empty());
    }

    #[test]
    fn one_member_leaves_tickets_for_others() {
        let (tickets, now) = (Tickets::default(), Instant::now());
        let admitted = ada(now + TICKET_LIFETIME * 10);
        let first = tickets.give(admitted.clone(), now).unwrap();
        for _ in 1..MAX_TICKETS_PER_MEMBER {
            tickets.give(admitted.clone(), now).unwrap();
        }
        assert_eq!(tickets.give(admitted.clone(), now), None);
        let bo = TicketHolder { member: "bo".parse().unwrap(), ..admitted.clone() };
        assert!(tickets.give(bo, now).is_some());
        assert_eq!(tickets.holder(&first, now), Some((admitted.site.clone(), admitted.member.clone())));
        tickets.take(&first, now).unwrap();
        assert_eq!(tickets.holder(&first, now), None);
        assert!(tickets.give(admitted, now).is_some(), "a consumed ticket does not count");
    }
}
