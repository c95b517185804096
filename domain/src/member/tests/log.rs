//! Replaying the log.

use causerie_events::member::LogReplayed;

use super::*;
use crate::testing::ROLES;

#[test]
fn each_log_replay_by_the_owner_is_recorded() {
    let replayed = LogReplayed { conversation_id: None, after: None, until: None };
    let event = MemberEvent::LogReplayed(replayed.clone());
    let reading = |history, by| decide(history, issue(by, ReplayLog { site: acme(), replayed: replayed.clone() }, ()));
    for history in [vec![], vec![event.clone()], vec![registered("Owner"), event.clone(), event.clone()]] {
        assert_eq!(reading(history, owner()), Ok(vec![event.clone()]));
    }
    for role in ROLES.into_iter().filter(|role| *role != Role::Owner) {
        assert_eq!(reading(vec![], actor("ada", role)), Err(MemberError::Site(SiteError::OwnerOnly)));
    }
    let owner_who_reads = [registered("Owner"), event];
    assert_eq!(fold::<Member>(owner_who_reads), fold::<Member>([registered("Owner")]));
}
