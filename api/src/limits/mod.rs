//! How often a caller may ask and a member may send, how many streams a member has open, and how often a client may ask
//! without a valid token. `rate.rs` counts; `quota.rs` reports to callers what they have left; `streams.rs` counts open streams.

mod quota;
mod rate;
mod streams;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use causerie_events::{MemberId, SiteId};

use self::rate::Rate;
use self::streams::OpenStreams;
use crate::auth::Caller;
use crate::config::LimitsConfig;
use crate::problem::Problem;

pub use self::quota::Counted;
pub use self::streams::StreamPlace;

type Key = (SiteId, MemberId);

/// The members of a site together bring in as many participants as so many of them: the read models take the events of all
/// sites in turn, so those of one may not fill them.
const MEMBERS_WORTH_OF_SEATS: u32 = 10;

/// The limits of this process.
#[derive(Debug)]
pub struct Limits {
    requests: Option<Rate<Key>>,
    sends: Option<Rate<Key>>,
    typing: Option<Rate<Key>>,
    stream_opens: Option<Rate<Key>>,
    groups: Option<Rate<Key>>,
    seats: Option<Rate<Key>>,
    site_seats: Option<Rate<SiteId>>,
    anonymous: Option<Rate<IpAddr>>,
    streams: Arc<OpenStreams>,
}

impl Limits {
    /// Limits as configured; 0 is none.
    #[must_use]
    pub fn new(config: &LimitsConfig) -> Self {
        const SECOND: Duration = Duration::from_secs(1);
        const HOUR: Duration = Duration::from_hours(1);
        let rate = Rate::new;
        let (opens, groups, seats) = (config.stream_opens_per_second, config.groups_per_hour, config.seats_per_second);
        Self {
            requests: rate("requests", "too many requests", config.requests_per_second, SECOND, config.requests_burst),
            sends: rate("sends", "too many messages", config.sends_per_second, SECOND, config.sends_burst),
            typing: rate("typing", "too many signs of typing", config.typing_per_second, SECOND, config.typing_burst),
            stream_opens: rate("stream_opens", "too many new streams", opens, SECOND, config.stream_opens_burst),
            groups: rate("groups", "too many new groups", groups, HOUR, config.groups_burst),
            seats: rate("seats", "too many participants of groups", seats, SECOND, config.seats_burst),
            site_seats: Rate::new(
                "site_seats",
                "too many participants of groups on this site",
                seats.saturating_mul(MEMBERS_WORTH_OF_SEATS),
                SECOND,
                config.seats_burst.saturating_mul(MEMBERS_WORTH_OF_SEATS),
            ),
            anonymous: Rate::new(
                "anonymous",
                "too many requests without a valid token",
                config.anonymous_per_second,
                SECOND,
                config.anonymous_burst,
            ),
            streams: OpenStreams::at_most(config.streams_per_member),
        }
    }

    /// Counts a request of this caller.
    pub fn request(&self, caller: &Caller) -> Result<(), Problem> {
        count(self.requests.as_ref(), caller, 1)
    }

    /// Counts a message of this caller.
    pub fn send(&self, caller: &Caller) -> Result<(), Problem> {
        count(self.sends.as_ref(), caller, 1)
    }

    /// Counts a sign of typing of this caller.
    pub fn typing(&self, caller: &Caller) -> Result<(), Problem> {
        count(self.typing.as_ref(), caller, 1)
    }

    /// Counts a group that this caller creates, and those who are in it from the start: each of them costs the read models.
    pub fn group(&self, caller: &Caller, participants: usize) -> Result<(), Problem> {
        count(self.groups.as_ref(), caller, 1)?;
        self.seats(caller, u32::try_from(participants).unwrap_or(u32::MAX))
    }

    /// Counts a participant that this caller brings into a group.
    pub fn participant(&self, caller: &Caller) -> Result<(), Problem> {
        self.seats(caller, 1)
    }

    fn seats(&self, caller: &Caller, seats: u32) -> Result<(), Problem> {
        count(self.seats.as_ref(), caller, seats)?;
        self.site_seats.as_ref().map_or(Ok(()), |rate| rate.count(&caller.site, seats).1)
    }

    /// Counts a stream that this caller opens; the place is that of the stream.
    pub fn stream(&self, caller: &Caller) -> Result<StreamPlace, Problem> {
        let place = self.streams.take((caller.site.clone(), caller.member.clone()))?;
        count(self.stream_opens.as_ref(), caller, 1)?;
        Ok(place)
    }

    /// Counts what a client without a valid token costs, by its network.
    pub fn anonymous(&self, network: IpAddr, cost: u32) -> Result<(), Problem> {
        self.anonymous.as_ref().map_or(Ok(()), |rate| rate.count(&network, cost).1)
    }

    /// Forgets callers who have not been seen for a while.
    pub fn forget_idle(&self) {
        let Self { requests, sends, typing, stream_opens, groups, seats, site_seats, anonymous, streams: _ } = self;
        for rate in [requests, sends, typing, stream_opens, groups, seats].into_iter().flatten() {
            rate.forget_idle();
        }
        if let Some(rate) = site_seats {
            rate.forget_idle();
        }
        if let Some(rate) = anonymous {
            rate.forget_idle();
        }
    }
}

fn count(rate: Option<&Rate<Key>>, caller: &Caller, cost: u32) -> Result<(), Problem> {
    let Some(rate) = rate else { return Ok(()) };
    let (left, counted) = rate.count(&(caller.site.clone(), caller.member.clone()), cost);
    caller.counted.note(left);
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_site_bring_in_no_more_participants_than_ten_of_them() {
        let config =
            LimitsConfig { groups_per_hour: 0, seats_per_second: 1, seats_burst: 256, ..LimitsConfig::default() };
        let limits = Limits::new(&config);
        let create = |site: &str, member: &str| limits.group(&Caller::test_member(site, member), 256);
        assert!(create("acme", "m0").is_ok());
        assert!(create("acme", "m0").is_err(), "a member has one such group");
        assert!(limits.participant(&Caller::test_member("acme", "m0")).is_err());
        for n in 1..10 {
            assert!(create("acme", &format!("m{n}")).is_ok(), "{n}");
        }
        assert!(create("acme", "m10").is_err(), "a site has ten");
        assert!(create("globex", "m0").is_ok(), "another site has its own");
    }

    #[test]
    fn zero_is_no_limit() {
        let none = LimitsConfig {
            groups_per_hour: 0,
            seats_per_second: 0,
            stream_opens_per_second: 0,
            streams_per_member: 0,
            anonymous_per_second: 0,
            ..LimitsConfig::default()
        };
        let (limits, ada) = (Limits::new(&none), Caller::test_member("acme", "ada"));
        let network = IpAddr::from([192, 0, 2, 1]);
        for _ in 0..10_000 {
            assert!(limits.group(&ada, 1_000).is_ok() && limits.anonymous(network, 10).is_ok());
            assert!(limits.stream(&ada).is_ok());
        }
    }
}
