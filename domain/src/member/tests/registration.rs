//! Registration.

use rstest::rstest;

use super::*;

#[test]
fn operator_and_owner_register_members() {
    for by in [operator(), owner(), actor("ada", Role::Owner)] {
        assert_eq!(decide(vec![], register_by(by, "Ada")), Ok(vec![registered("Ada")]));
    }
    for by in [ada(), actor("bo", Role::Member), staff(), actor("ada", Role::Staff)] {
        assert_eq!(decide(vec![], register_by(by, "Ada")), Err(MemberError::OperatorOrOwnerOnly));
    }
}

#[test]
fn only_the_first_visit_registers_a_member() {
    for role in [Role::Member, Role::Staff, Role::Owner] {
        let visitor = Actor { standing: Standing::Unregistered, ..actor("ada", role) };
        assert_eq!(decide(vec![], first_visit(visitor, "Ada")), Ok(vec![registered("Ada")]), "{role:?}");
    }
    let again = first_visit(ada(), "Another name").with(|command| command.community = Some(false));
    assert_eq!(decide(vec![registered("Ada")], again.clone()), Ok(vec![]));
    let removed = vec![registered("Ada"), MemberEvent::MemberRemoved];
    assert_eq!(decide(removed.clone(), again), Ok(vec![]));
    assert_eq!(decide(removed, first_visit(actor("ada", Role::Owner), "Ada")), Ok(vec![]));
}

#[test]
fn first_visit_registers_only_the_actor() {
    for by in [actor("bo", Role::Member), staff(), owner(), operator(), actor("ada", Role::Operator)] {
        assert_eq!(decide(vec![], first_visit(by, "Ada")), Err(MemberError::OperatorOrOwnerOnly));
    }
}

#[test]
fn a_member_belongs_to_a_site_that_exists() {
    let command = register_by(operator(), "Ada").change_facts(|facts| facts.site = MemberChat::NoSite);
    assert_eq!(decide(vec![], command), Err(MemberError::Site(SiteError::NotFound)));
}

#[rstest]
#[case::by_the_host(register_by(operator(), "Ada"), Standing::Pending)]
#[case::by_their_first_visit(first_visit(ada(), "Ada"), Standing::Pending)]
#[case::by_the_owner_which_is_approval_enough(register_by(owner(), "Ada"), Standing::InRoster)]
#[case::by_the_first_visit_of_staff(first_visit(actor("ada", Role::Staff), "Ada"), Standing::InRoster)]
fn new_member_is_pending_with_manual_approval(#[case] command: Issued<RegisterMember>, #[case] expected: Standing) {
    let command = command.change_facts(|facts| facts.approval = Approval::Manual);
    assert_eq!(standing(decide(vec![], command).unwrap()), expected);
}

#[test]
fn registering_again_updates_name_and_community() {
    let command = register_by(operator(), "Ada L.").with(|command| command.community = Some(false));
    assert_eq!(
        decide(vec![registered("Ada")], command),
        Ok(vec![profile_changed("Ada L."), MemberEvent::CommunityLeft])
    );
    assert_eq!(decide(vec![registered("Ada")], register_by(operator(), "Ada")), Ok(vec![]));
}

#[test]
fn registering_again_keeps_block_mute_and_pending() {
    for inactive in [
        vec![registered("Ada"), MemberEvent::MemberBlocked],
        vec![registered("Ada"), MemberEvent::MemberMuted],
        vec![waiting()],
    ] {
        assert_eq!(decide(inactive, register_by(operator(), "Ada")), Ok(vec![]));
    }
}

#[test]
fn who_was_removed_comes_back_by_the_owner_only() {
    let removed = vec![registered("Ada"), MemberEvent::MemberRemoved];
    let by_the_host = decide(removed.clone(), register_by(operator(), "Ada"));
    assert_eq!(by_the_host, Err(MemberError::WasRemoved));
    let back = decide(removed, register_by(owner(), "Ada"));
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
    let again = [before, vec![registered("Ada")]].concat();
    assert_eq!(fold::<Member>(again), fold::<Member>([registered("Ada")]));
}

#[test]
fn an_avatar_is_a_web_address() {
    let with = |url: &str| {
        let avatar_url = Some(url.to_owned());
        decide(vec![], register_by(operator(), "Ada").with(|command| command.profile.avatar_url = avatar_url))
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

fn change_by(actor: Actor) -> Issued<ChangeMember> {
    let command = ChangeMember {
        site: acme(),
        member: member("ada"),
        display_name: None,
        avatar_url: None,
        community: None,
        profile_as_of: PROFILE_TIME,
        by_token: false,
    };
    issue(actor, command, ())
}

#[test]
fn change_of_a_member_leaves_what_is_not_given() {
    let named = change_by(operator()).with(|command| command.display_name = Some(profile("Ada L.").display_name));
    assert_eq!(decide(vec![registered("Ada")], named.clone()), Ok(vec![profile_changed("Ada L.")]));
    assert_eq!(decide(vec![registered("Ada L.")], named), Ok(vec![]));
    let left = change_by(owner()).with(|command| command.community = Some(false));
    assert_eq!(decide(vec![registered("Ada")], left), Ok(vec![MemberEvent::CommunityLeft]));
    assert_eq!(decide(vec![registered("Ada")], change_by(owner())), Ok(vec![]));
}

#[test]
fn operator_and_owner_change_registered_members_only() {
    for by in [ada(), staff(), actor("bo", Role::Member)] {
        assert_eq!(decide(vec![registered("Ada")], change_by(by)), Err(MemberError::OperatorOrOwnerOnly));
    }
    assert_eq!(decide(vec![], change_by(operator())), Err(MemberError::NotFound));
    let removed = vec![registered("Ada"), MemberEvent::MemberRemoved];
    assert_eq!(decide(removed, change_by(owner())), Err(MemberError::WasRemoved));
    let picture = change_by(owner()).with(|command| command.avatar_url = Some(Some("data:,".to_owned())));
    assert_eq!(decide(vec![registered("Ada")], picture), Err(MemberError::InvalidAvatar));
}

#[test]
fn name_of_a_token_counts_where_it_is_newer() {
    let at = |seconds| jiff::Timestamp::from_second(seconds).unwrap();
    let token = |seconds| {
        change_by(ada()).with(|command| {
            command.display_name = Some(profile("Ada L.").display_name);
            command.profile_as_of = at(seconds);
            command.by_token = true;
        })
    };
    let newer = decide(vec![registered("Ada")], token(1)).unwrap();
    assert_eq!(newer.len(), 1);
    assert_eq!(decide(vec![registered("Ada"), newer[0].clone()], token(1)), Ok(vec![]));
    assert_eq!(decide(vec![registered("Ada")], token(0)), Ok(vec![]), "as old as what the log has");
    assert_eq!(decide(vec![registered("Ada")], token(-1)), Ok(vec![]));
    assert_eq!(decide(vec![registered("Ada"), MemberEvent::MemberRemoved], token(1)), Ok(vec![]));
    let other = token(1).by(actor("bo", Role::Member));
    assert_eq!(decide(vec![registered("Ada")], other), Err(MemberError::OperatorOrOwnerOnly));
}
