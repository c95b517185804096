//! Reading the log of a site.

use causerie_events::member::LogReplayed;
use causerie_events::{MemberEvent, MemberId, SiteId, StreamId};

use crate::actor::Actor;
use crate::decide::{Decide, Decided};
use crate::error::SiteError;
use crate::member::Member;
use crate::permission::{SiteAction, allowed};

/// Records that the owner reads the log of the site.
#[derive(Debug, Clone)]
pub struct ReplayLog {
    pub site: SiteId,
    pub replayed: LogReplayed,
}

impl Decide for ReplayLog {
    type Aggregate = Member;
    type Facts = ();

    fn stream(&self, actor: &MemberId) -> StreamId {
        StreamId::member(&self.site, actor)
    }

    /// Not idempotent, unlike all other commands: each reading is recorded, also if the owner is not a member.
    fn decide(&self, _: &Member, actor: &Actor, (): &()) -> Decided<Member> {
        if allowed(SiteAction::ReplayLog, actor, &actor.member) {
            Ok(vec![MemberEvent::LogReplayed(self.replayed.clone())])
        } else {
            Err(SiteError::OwnerOnly.into())
        }
    }
}
