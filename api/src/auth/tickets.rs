//! Tickets: a browser's `EventSource` cannot send `Authorization`, and a token in an address ends up in logs. So a caller
//! with a token asks for a ticket, and opens one stream with it within 30 seconds.
//!
//! Kept in the memory of this process: with several nodes the ticket must come to the node that gave it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use causerie_domain::Role;
use causerie_events::{MemberId, SiteId};
use rand::distr::{Alphanumeric, SampleString};
use tokio::time::Instant;

/// How long a ticket holds.
pub const TICKET_LIFETIME: Duration = Duration::from_secs(30);
/// Tickets out at once. One is below a kilobyte.
const MOST: usize = 20_000;
/// Characters of a ticket, each of 62: 256 bits, which nobody guesses.
const LENGTH: usize = 43;

/// Whom a ticket lets in, as the token said that it was given for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The site.
    pub site: SiteId,
    /// Who.
    pub member: MemberId,
    /// In which role.
    pub role: Role,
    /// When the token expires: the stream ends then.
    pub until: Instant,
}

/// The tickets of this process.
#[derive(Debug, Default)]
pub struct Tickets(Mutex<HashMap<String, (Instant, Admitted)>>);

impl Tickets {
    /// A new ticket; none when too many are out.
    pub fn give(&self, admitted: Admitted, now: Instant) -> Option<String> {
        let ticket = Alphanumeric.sample_string(&mut rand::rng(), LENGTH);
        let mut tickets = self.lock();
        if tickets.len() >= MOST {
            tickets.retain(|_, (expires, _)| *expires > now);
        }
        if tickets.len() >= MOST {
            return None;
        }
        tickets.insert(ticket.clone(), (now + TICKET_LIFETIME, admitted));
        Some(ticket)
    }

    /// Takes a ticket: it is gone then, whatever becomes of it.
    pub fn take(&self, ticket: &str, now: Instant) -> Option<Admitted> {
        let (expires, admitted) = self.lock().remove(ticket)?;
        (now < expires && now < admitted.until).then_some(admitted)
    }

    /// Forgets those that have expired.
    pub fn forget_expired(&self, now: Instant) {
        self.lock().retain(|_, (expires, _)| *expires > now);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Instant, Admitted)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada(until: Instant) -> Admitted {
        Admitted { site: "acme".parse().unwrap(), member: "ada".parse().unwrap(), role: Role::Member, until }
    }

    #[test]
    fn a_ticket_lets_in_once_whom_it_was_given_to() {
        let (tickets, now) = (Tickets::default(), Instant::now());
        let admitted = ada(now + Duration::from_hours(1));
        let ticket = tickets.give(admitted.clone(), now).unwrap();
        assert_eq!(ticket.len(), LENGTH);
        assert_ne!(ticket, tickets.give(admitted.clone(), now).unwrap());
        assert_eq!(tickets.take(&ticket, now), Some(admitted));
        assert_eq!(tickets.take(&ticket, now), None);
        assert_eq!(tickets.take("made up", now), None);
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
        for _ in 0..MOST {
            tickets.give(admitted.clone(), now).unwrap();
        }
        assert_eq!(tickets.give(admitted.clone(), now), None);
        assert!(tickets.give(admitted, now + TICKET_LIFETIME).is_some());
        tickets.forget_expired(now + TICKET_LIFETIME * 2);
        assert!(tickets.lock().is_empty());
    }
}
