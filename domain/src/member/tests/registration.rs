//! Registration.

use rstest::rstest;

use super::*;

fn registering(history: Vec<MemberEvent>, command: RegisterMember) -> Decided {
    decide::<Member>(history, MemberCommand::RegisterMember(command))
}

#[test]
fn operator_and_owner_register_members() {
    for by in [operator(), owner(), actor("ada", Role::Owner)] {
        assert_eq!(registering(vec![], register_by(by, "Ada")), Ok(vec![registered("Ada")]));
    }
    for by in [oneself(), actor("bo", Role::Member), staff(), actor("ada", Role::Staff)] {
        assert_eq!(registering(vec![], register_by(by, "Ada")), Err(MemberError::OperatorOrOwnerOnly));
    }
}

#[test]
fn the_first_visit_registers_a_member_and_those_after_it_change_nothing() {
    for role in [Role::Member, Role::Staff, Role::Owner] {
        let visitor = Actor { standing: Standing::Unregistered, ..actor("ada", role) };
        assert_eq!(registering(vec![], first_visit(visitor, "Ada")), Ok(vec![registered("Ada")]), "{role:?}");
    }
    let again = RegisterMember { community: Some(false), ..first_visit(oneself(), "Somebody else") };
    assert_eq!(registering(vec![registered("Ada")], again.clone()), Ok(vec![]));
    let removed = vec![registered("Ada"), MemberEvent::MemberRemoved];
    assert_eq!(registering(removed.clone(), again), Ok(vec![]));
    assert_eq!(registering(removed, first_visit(actor("ada", Role::Owner), "Ada")), Ok(vec![]));
}

#[test]
fn a_visit_registers_nobody_else_and_the_operator_visits_nothing() {
    for by in [actor("bo", Role::Member), staff(), owner(), operator(), actor("ada", Role::Operator)] {
        assert_eq!(registering(vec![], first_visit(by, "Ada")), Err(MemberError::OperatorOrOwnerOnly));
    }
}

#[test]
fn a_member_belongs_to_a_site_that_exists() {
    let command = RegisterMember { site: MemberChat::NoSite, ..register_by(operator(), "Ada") };
    assert_eq!(registering(vec![], command), Err(MemberError::Site(SiteError::NotFound)));
}

#[rstest]
#[case::by_the_host(register_by(operator(), "Ada"), Standing::Pending)]
#[case::by_their_first_visit(first_visit(oneself(), "Ada"), Standing::Pending)]
#[case::by_the_owner_which_is_approval_enough(register_by(owner(), "Ada"), Standing::InRoster)]
#[case::by_the_first_visit_of_staff(first_visit(actor("ada", Role::Staff), "Ada"), Standing::InRoster)]
fn where_the_site_approves_by_hand_a_new_member_waits(#[case] command: RegisterMember, #[case] expected: Standing) {
    let command = RegisterMember { approval: Approval::Manual, ..command };
    assert_eq!(standing(registering(vec![], command).unwrap()), expected);
}

#[test]
fn registering_again_brings_name_and_community_up_to_date() {
    let command = RegisterMember { community: Some(false), ..register_by(operator(), "Ada L.") };
    assert_eq!(
        registering(vec![registered("Ada")], command),
        Ok(vec![profile_changed("Ada L."), MemberEvent::CommunityLeft])
    );
    assert_eq!(registering(vec![registered("Ada")], register_by(operator(), "Ada")), Ok(vec![]));
}

#[test]
fn registering_again_lifts_no_block_no_mute_and_no_waiting() {
    for barred in [
        vec![registered("Ada"), MemberEvent::MemberBlocked],
        vec![registered("Ada"), MemberEvent::MemberMuted],
        vec![waiting()],
    ] {
        assert_eq!(registering(barred, register_by(operator(), "Ada")), Ok(vec![]));
    }
}

#[test]
fn who_was_removed_comes_back_by_the_owner_only() {
    let removed = vec![registered("Ada"), MemberEvent::MemberRemoved];
    let by_the_host = registering(removed.clone(), register_by(operator(), "Ada"));
    assert_eq!(by_the_host, Err(MemberError::WasRemoved));
    let back = registering(removed, register_by(owner(), "Ada"));
    assert_eq!(back, Ok(vec![registered("Ada")]));
}

#[test]
fn who_comes_back_has_nothing_of_before() {
    let before = vec![
        registered("Ada"),
        MemberEvent::MemberMuted,
        role_assigned("staff"),
        badge_assigned("founder"),
        contact_blocked("bo"),
        role_unassigned("staff"),
        role_assigned("gardener"),
        MemberEvent::MemberRemoved,
    ];
    let anew = [before, vec![registered("Ada")]].concat();
    assert_eq!(fold::<Member>(anew), fold::<Member>([registered("Ada")]));
}

#[test]
fn an_avatar_is_a_web_address() {
    let with = |url: &str| {
        let mut command = register_by(operator(), "Ada");
        command.profile.avatar_url = Some(url.to_owned());
        registering(vec![], command)
    };
    assert!(with("https://acme.example/a.png?x=1").is_ok());
    assert!(with(&format!("https://{}", "a".repeat(2040))).is_ok());
    assert_eq!(with(&format!("https://{}", "a".repeat(2041))), Err(MemberError::InvalidAvatar));
    for bad in
        ["", "javascript:alert(1)", "data:image/png;base64,AA", "//a.example", "https://a.example/\"x", "https://é"]
    {
        assert_eq!(with(bad), Err(MemberError::InvalidAvatar), "{bad}");
    }
}

fn changing(history: Vec<MemberEvent>, command: ChangeMember) -> Decided {
    decide::<Member>(history, MemberCommand::ChangeMember(command))
}

/// Changes nothing yet.
fn change_by(actor: Actor) -> ChangeMember {
    ChangeMember {
        actor,
        member: member("ada"),
        display_name: None,
        avatar_url: None,
        community: None,
        profile_as_of: SAID,
        by_token: false,
    }
}

#[test]
fn change_of_a_member_leaves_what_is_not_given() {
    let named = ChangeMember { display_name: Some(profile("Ada L.").display_name), ..change_by(operator()) };
    assert_eq!(changing(vec![registered("Ada")], named.clone()), Ok(vec![profile_changed("Ada L.")]));
    assert_eq!(changing(vec![registered("Ada L.")], named), Ok(vec![]));
    let left = ChangeMember { community: Some(false), ..change_by(owner()) };
    assert_eq!(changing(vec![registered("Ada")], left), Ok(vec![MemberEvent::CommunityLeft]));
    assert_eq!(changing(vec![registered("Ada")], change_by(owner())), Ok(vec![]));
}

#[test]
fn change_of_a_member_is_for_operator_and_owner_and_of_members_only() {
    for by in [oneself(), staff(), actor("bo", Role::Member)] {
        assert_eq!(changing(vec![registered("Ada")], change_by(by)), Err(MemberError::OperatorOrOwnerOnly));
    }
    assert_eq!(changing(vec![], change_by(operator())), Err(MemberError::NotFound));
    let removed = vec![registered("Ada"), MemberEvent::MemberRemoved];
    assert_eq!(changing(removed, change_by(owner())), Err(MemberError::WasRemoved));
    let picture = ChangeMember { avatar_url: Some(Some("data:,".to_owned())), ..change_by(owner()) };
    assert_eq!(changing(vec![registered("Ada")], picture), Err(MemberError::InvalidAvatar));
}

#[test]
fn name_of_a_token_counts_where_it_is_newer() {
    let at = |seconds| jiff::Timestamp::from_second(seconds).unwrap();
    let token = |seconds| ChangeMember {
        display_name: Some(profile("Ada L.").display_name),
        profile_as_of: at(seconds),
        by_token: true,
        ..change_by(oneself())
    };
    let newer = changing(vec![registered("Ada")], token(1)).unwrap();
    assert_eq!(newer.len(), 1);
    assert_eq!(changing(vec![registered("Ada"), newer[0].clone()], token(1)), Ok(vec![]));
    assert_eq!(changing(vec![registered("Ada")], token(0)), Ok(vec![]), "as old as what the log has");
    assert_eq!(changing(vec![registered("Ada")], token(-1)), Ok(vec![]));
    assert_eq!(changing(vec![registered("Ada"), MemberEvent::MemberRemoved], token(1)), Ok(vec![]));
    let other = ChangeMember { actor: actor("bo", Role::Member), ..token(1) };
    assert_eq!(changing(vec![registered("Ada")], other), Err(MemberError::OperatorOrOwnerOnly));
}
