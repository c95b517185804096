//! Joining and leaving the community.

use super::*;

#[test]
fn member_host_and_owner_change_the_community() {
    let inside = vec![registered("Ada")];
    let outside = vec![registered("Ada"), MemberEvent::CommunityLeft];
    for by in [ada(), operator(), owner()] {
        assert_eq!(changing_community(inside.clone(), by.clone(), false), Ok(vec![MemberEvent::CommunityLeft]));
        assert_eq!(changing_community(outside.clone(), by.clone(), true), Ok(vec![MemberEvent::CommunityJoined]));
        assert_eq!(changing_community(inside.clone(), by.clone(), true), Ok(vec![]));
        assert_eq!(changing_community(outside.clone(), by.clone(), false), Ok(vec![]));
        assert_eq!(changing_community(vec![], by, true), Err(MemberError::NotFound));
    }
    for by in [actor("bo", Role::Member), staff()] {
        assert_eq!(changing_community(inside.clone(), by, false), Err(MemberError::SelfOnly));
    }
}

#[test]
fn inactive_member_cannot_join_the_community() {
    let outside = vec![registered("Ada"), MemberEvent::CommunityLeft];
    for (standing, expected) in [
        (Standing::Blocked, MemberError::Blocked),
        (Standing::Removed, MemberError::Removed),
        (Standing::Pending, MemberError::Pending),
    ] {
        let by = Actor { standing, ..ada() };
        assert_eq!(changing_community(outside.clone(), by, true), Err(expected));
    }
}
