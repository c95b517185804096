//! Limits the rates of callers and of clients without a token, and the open streams of members.
//! `rate.rs` counts, and `quota.rs` reports the remaining quota to callers.

mod quota;
mod rate;
mod streams;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use causerie_events::{MemberId, SiteId};

use self::rate::{Key, Rate};
use self::streams::OpenStreams;
use crate::config::LimitsConfig;
use crate::problem::Problem;

pub use self::quota::CountedLimits;
pub use self::streams::StreamPermit;

/// The limit of added participants of a site, as a multiple of the limit of a member. The read
/// models process the events of all sites in order, so one site must not fill them.
const SITE_PARTICIPANTS_FACTOR: u32 = 10;

#[derive(Debug, Clone, Copy)]
pub struct LimitedCaller<'a> {
    pub site: &'a SiteId,
    pub member: &'a MemberId,
    pub counted: &'a CountedLimits,
}

#[derive(Debug)]
pub struct Limits {
    requests: Option<Rate<Key>>,
    sends: Option<Rate<Key>>,
    typing: Option<Rate<Key>>,
    stream_opens: Option<Rate<Key>>,
    groups: Option<Rate<Key>>,
    participants: Option<Rate<Key>>,
    site_participants: Option<Rate<SiteId>>,
    anonymous: Option<Rate<IpAddr>>,
    streams: Arc<OpenStreams>,
}

impl Limits {
    /// A configured 0 disables a limit.
    #[must_use]
    pub fn new(config: &LimitsConfig) -> Self {
        const SECOND: Duration = Duration::from_secs(1);
        const HOUR: Duration = Duration::from_hours(1);
        let rate = Rate::new;
        let (opens, groups, added) = (config.stream_opens_per_second, config.groups_per_hour, config.seats_per_second);
        Self {
            requests: rate("requests", "too many requests", config.requests_per_second, SECOND, config.requests_burst),
            sends: rate("sends", "too many messages", config.sends_per_second, SECOND, config.sends_burst),
            typing: rate(
                "typing",
                "too many typing notifications",
                config.typing_per_second,
                SECOND,
                config.typing_burst,
            ),
            stream_opens: rate("stream_opens", "too many new streams", opens, SECOND, config.stream_opens_burst),
            groups: rate("groups", "too many new groups", groups, HOUR, config.groups_burst),
            participants: rate("seats", "too many participants of groups", added, SECOND, config.seats_burst),
            site_participants: Rate::new(
                "site_seats",
                "too many participants of groups on this site",
                added.saturating_mul(SITE_PARTICIPANTS_FACTOR),
                SECOND,
                config.seats_burst.saturating_mul(SITE_PARTICIPANTS_FACTOR),
            ),
            anonymous: Rate::new(
                "anonymous",
                "too many requests without a valid token",
                config.anonymous_per_second,
                SECOND,
                config.anonymous_burst,
            ),
            streams: OpenStreams::new(config.streams_per_member),
        }
    }

    pub fn request(&self, caller: LimitedCaller<'_>) -> Result<(), Problem> {
        count(self.requests.as_ref(), caller, 1)
    }

    pub fn send(&self, caller: LimitedCaller<'_>) -> Result<(), Problem> {
        count(self.sends.as_ref(), caller, 1)
    }

    pub fn typing(&self, caller: LimitedCaller<'_>) -> Result<(), Problem> {
        count(self.typing.as_ref(), caller, 1)
    }

    pub fn group(&self, caller: LimitedCaller<'_>, participants: usize) -> Result<(), Problem> {
        count(self.groups.as_ref(), caller, 1)?;
        self.count_participants(caller, u32::try_from(participants).unwrap_or(u32::MAX))
    }

    pub fn participant(&self, caller: LimitedCaller<'_>) -> Result<(), Problem> {
        self.count_participants(caller, 1)
    }

    fn count_participants(&self, caller: LimitedCaller<'_>, added: u32) -> Result<(), Problem> {
        count(self.participants.as_ref(), caller, added)?;
        self.site_participants.as_ref().map_or(Ok(()), |rate| rate.count(caller.site, added).1)
    }

    pub fn stream(&self, caller: LimitedCaller<'_>) -> Result<StreamPermit, Problem> {
        let permit = self.streams.acquire((caller.site.clone(), caller.member.clone()))?;
        count(self.stream_opens.as_ref(), caller, 1)?;
        Ok(permit)
    }

    /// Counts the cost of a request without a valid token, by network.
    pub fn anonymous(&self, network: IpAddr, cost: u32) -> Result<(), Problem> {
        self.anonymous.as_ref().map_or(Ok(()), |rate| rate.count(&network, cost).1)
    }

    pub fn forget_idle(&self) {
        let Self {
            requests,
            sends,
            typing,
            stream_opens,
            groups,
            participants,
            site_participants,
            anonymous,
            streams: _,
        } = self;
        for rate in [requests, sends, typing, stream_opens, groups, participants].into_iter().flatten() {
            rate.forget_idle();
        }
        if let Some(rate) = site_participants {
            rate.forget_idle();
        }
        if let Some(rate) = anonymous {
            rate.forget_idle();
        }
    }
}

fn count(rate: Option<&Rate<Key>>, caller: LimitedCaller<'_>, cost: u32) -> Result<(), Problem> {
    let Some(rate) = rate else { return Ok(()) };
    let (quota, counted) = rate.count(&(caller.site.clone(), caller.member.clone()), cost);
    caller.counted.add(quota);
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_caller<T>(site: &str, member: &str, check: impl FnOnce(LimitedCaller<'_>) -> T) -> T {
        let (site, member) = (site.parse().unwrap(), member.parse().unwrap());
        check(LimitedCaller { site: &site, member: &member, counted: &CountedLimits::default() })
    }

    #[test]
    fn site_adds_at_most_ten_times_the_participants_of_a_member() {
        let config =
            LimitsConfig { groups_per_hour: 0, seats_per_second: 1, seats_burst: 256, ..LimitsConfig::default() };
        let limits = Limits::new(&config);
        let create = |site: &str, member: &str| with_caller(site, member, |caller| limits.group(caller, 256));
        assert!(create("acme", "m0").is_ok());
        assert!(create("acme", "m0").is_err(), "a member creates one such group");
        assert!(with_caller("acme", "m0", |caller| limits.participant(caller)).is_err());
        for n in 1..10 {
            assert!(create("acme", &format!("m{n}")).is_ok(), "{n}");
        }
        assert!(create("acme", "m10").is_err(), "a site has ten");
        assert!(create("globex", "m0").is_ok(), "another site has its own");
    }

    #[test]
    fn zero_disables_a_limit() {
        let none = LimitsConfig {
            groups_per_hour: 0,
            seats_per_second: 0,
            stream_opens_per_second: 0,
            streams_per_member: 0,
            anonymous_per_second: 0,
            ..LimitsConfig::default()
        };
        let limits = Limits::new(&none);
        let network = IpAddr::from([192, 0, 2, 1]);
        for _ in 0..10_000 {
            assert!(with_caller("acme", "ada", |ada| limits.group(ada, 1_000)).is_ok());
            assert!(with_caller("acme", "ada", |ada| limits.stream(ada)).is_ok());
            assert!(limits.anonymous(network, 10).is_ok());
        }
    }
}
