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
    let again = RegisterMember { community: false, ..first_visit(oneself(), "Somebody else") };
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
    let command = RegisterMember { community: false, ..register_by(operator(), "Ada L.") };
    assert_eq!(
        registering(vec![registered("Ada")], command),
        Ok(vec![MemberEvent::MemberProfileChanged(profile("Ada L.")), MemberEvent::CommunityLeft])
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
