//! Moderation by the owner and staff.

use rstest::rstest;

use super::*;

fn moderating(history: Vec<MemberEvent>, by: Actor, action: Moderation) -> Decided {
    moderating_with(None, history, by, action)
}

fn moderating_with(token_role: Option<Role>, history: Vec<MemberEvent>, by: Actor, action: Moderation) -> Decided {
    decide(history, issue(by, ModerateMember { site: acme(), member: member("ada"), action, token_role }, ()))
}

#[rstest]
#[case(Moderation::Approve, vec![waiting()], MemberEvent::MemberApproved)]
#[case(Moderation::Block, vec![registered("Ada")], MemberEvent::MemberBlocked)]
#[case(Moderation::Unblock, vec![registered("Ada"), MemberEvent::MemberBlocked], MemberEvent::MemberUnblocked)]
#[case(Moderation::Mute, vec![registered("Ada")], MemberEvent::MemberMuted)]
#[case(Moderation::Unmute, vec![registered("Ada"), MemberEvent::MemberMuted], MemberEvent::MemberUnmuted)]
#[case(Moderation::Remove, vec![registered("Ada")], MemberEvent::MemberRemoved)]
fn owner_and_staff_moderate_and_once_is_enough(
    #[case] action: Moderation,
    #[case] before: Vec<MemberEvent>,
    #[case] event: MemberEvent,
) {
    for by in [owner(), staff()] {
        assert_eq!(moderating(before.clone(), by.clone(), action), Ok(vec![event.clone()]));
        assert_eq!(moderating([before.clone(), vec![event.clone()]].concat(), by.clone(), action), Ok(vec![]));
        assert_eq!(moderating(vec![], by, action), Err(MemberError::NotFound));
    }
    for by in [ada(), actor("bo", Role::Member), operator()] {
        assert_eq!(moderating(before.clone(), by, action), Err(MemberError::StaffOnly));
    }
    for standing in [Standing::Blocked, Standing::Removed] {
        let inactive = Actor { standing, ..staff() };
        assert_eq!(moderating(before.clone(), inactive, action), Err(MemberError::StaffOnly));
    }
}

#[test]
fn who_was_removed_is_not_there_any_more() {
    let removed = vec![registered("Ada"), MemberEvent::MemberRemoved];
    for action in [Moderation::Approve, Moderation::Block, Moderation::Unblock, Moderation::Mute, Moderation::Unmute] {
        assert_eq!(moderating(removed.clone(), owner(), action), Err(MemberError::NotFound), "{action:?}");
    }
    assert_eq!(labelling(removed.clone(), owner(), role("staff"), true), Err(MemberError::NotFound));
    assert_eq!(changing_community(removed.clone(), owner(), false), Err(MemberError::NotFound));
    assert_eq!(decide(removed, block("bo")), Err(MemberError::NotFound));
}

#[test]
fn staff_cannot_be_blocked_or_removed_with_the_role() {
    let is_staff = vec![registered("Ada"), role_assigned("staff")];
    let was_staff = [is_staff.clone(), vec![role_unassigned("staff")]].concat();
    for (action, event) in
        [(Moderation::Block, MemberEvent::MemberBlocked), (Moderation::Remove, MemberEvent::MemberRemoved)]
    {
        for by in [owner(), staff()] {
            assert_eq!(moderating(is_staff.clone(), by.clone(), action), Err(MemberError::IsStaff));
            assert_eq!(moderating(was_staff.clone(), by, action), Ok(vec![event.clone()]));
        }
    }
    assert_eq!(moderating(is_staff, owner(), Moderation::Mute), Ok(vec![MemberEvent::MemberMuted]));
}

#[test]
fn another_role_protects_nobody() {
    let gardener = vec![registered("Ada"), role_assigned("gardener"), badge_assigned("staff")];
    assert_eq!(moderating(gardener, staff(), Moderation::Block), Ok(vec![MemberEvent::MemberBlocked]));
}

#[test]
fn nobody_blocks_or_removes_themself() {
    for action in [Moderation::Block, Moderation::Remove] {
        for role in [Role::Staff, Role::Owner] {
            let refused = moderating(vec![registered("Ada")], actor("ada", role), action);
            assert_eq!(refused, Err(MemberError::NotSelf));
        }
    }
}

#[test]
fn staff_cannot_block_owner_or_staff_by_token() {
    let history = || vec![registered("Ada")];
    for (action, event) in [
        (Moderation::Block, MemberEvent::MemberBlocked),
        (Moderation::Remove, MemberEvent::MemberRemoved),
        (Moderation::Mute, MemberEvent::MemberMuted),
    ] {
        let by_staff = |role| moderating_with(Some(role), history(), staff(), action);
        assert_eq!(by_staff(Role::Owner), Err(MemberError::IsOwner), "{action:?}");
        let muted = action == Moderation::Mute;
        let expected = if muted { Ok(vec![event.clone()]) } else { Err(MemberError::IsStaff) };
        assert_eq!(by_staff(Role::Staff), expected, "{action:?}");
        assert_eq!(by_staff(Role::Member), Ok(vec![event.clone()]), "{action:?}");
        for role in [Role::Staff, Role::Owner] {
            assert_eq!(moderating_with(Some(role), history(), owner(), action), Ok(vec![event.clone()]), "{action:?}");
        }
    }
    let restored = moderating_with(
        Some(Role::Owner),
        vec![registered("Ada"), MemberEvent::MemberMuted],
        staff(),
        Moderation::Unmute,
    );
    assert_eq!(restored, Ok(vec![MemberEvent::MemberUnmuted]));
}
