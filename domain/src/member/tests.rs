//! The rules of a member, as sentences.

use causerie_events::member::{MemberProfile, MemberRegistered};
use causerie_events::{DisplayName, MemberEvent};
use proptest::prelude::*;

use super::*;
use crate::actor::{Actor, Role};
use crate::site::{Approval, MemberChat, SiteError};
use crate::testing::{decide, fold, laws};

fn actor(role: Role) -> Actor {
    Actor { member: "someone".parse().unwrap(), role }
}

fn profile(name: &str) -> MemberProfile {
    MemberProfile { display_name: DisplayName::parse(name).unwrap(), avatar_url: None }
}

fn register_as(role: Role, name: &str, community: bool) -> RegisterMember {
    RegisterMember {
        actor: actor(role),
        profile: profile(name),
        community,
        site: MemberChat::Off,
        approval: Approval::Automatic,
    }
}

fn register(name: &str) -> MemberCommand {
    MemberCommand::RegisterMember(register_as(Role::Operator, name, true))
}

fn registered(name: &str) -> MemberEvent {
    MemberEvent::MemberRegistered(MemberRegistered { profile: profile(name), community: true, pending: false })
}

fn block(role: Role) -> MemberCommand {
    MemberCommand::BlockMember(ModerateMember { actor: actor(role) })
}

fn unblock(role: Role) -> MemberCommand {
    MemberCommand::UnblockMember(ModerateMember { actor: actor(role) })
}

#[test]
fn operator_and_owner_register_members() {
    for role in [Role::Operator, Role::Owner] {
        let command = MemberCommand::RegisterMember(register_as(role, "Ada", true));
        assert_eq!(decide::<Member>(vec![], command), Ok(vec![registered("Ada")]));
    }
    for role in [Role::Member, Role::Staff] {
        let command = MemberCommand::RegisterMember(register_as(role, "Ada", true));
        assert_eq!(decide::<Member>(vec![], command), Err(MemberError::OperatorOrOwnerOnly));
    }
}

#[test]
fn a_member_belongs_to_a_site_that_exists() {
    let mut command = register_as(Role::Operator, "Ada", true);
    command.site = MemberChat::NoSite;
    let refused = decide::<Member>(vec![], MemberCommand::RegisterMember(command));
    assert_eq!(refused, Err(MemberError::Site(SiteError::NotFound)));
}

#[test]
fn where_the_site_approves_by_hand_a_new_member_waits() {
    let mut command = register_as(Role::Operator, "Ada", true);
    command.approval = Approval::Manual;
    let events = decide::<Member>(vec![], MemberCommand::RegisterMember(command)).unwrap();
    assert_eq!(fold::<Member>(events).standing(), Standing::Pending);
}

#[test]
fn registering_again_brings_name_and_community_up_to_date() {
    let command = MemberCommand::RegisterMember(register_as(Role::Operator, "Ada L.", false));
    assert_eq!(
        decide::<Member>(vec![registered("Ada")], command),
        Ok(vec![MemberEvent::MemberProfileChanged(profile("Ada L.")), MemberEvent::CommunityLeft])
    );
    assert_eq!(decide::<Member>(vec![registered("Ada")], register("Ada")), Ok(vec![]));
}

#[test]
fn registering_again_does_not_lift_a_block() {
    let history = vec![registered("Ada"), MemberEvent::MemberBlocked];
    assert_eq!(decide::<Member>(history, register("Ada")), Ok(vec![]));
}

#[test]
fn an_avatar_is_a_web_address() {
    let with = |url: &str| {
        let mut command = register_as(Role::Operator, "Ada", true);
        command.profile.avatar_url = Some(url.to_owned());
        decide::<Member>(vec![], MemberCommand::RegisterMember(command))
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

#[test]
fn owner_and_staff_block_and_unblock() {
    for role in [Role::Staff, Role::Owner] {
        assert_eq!(decide::<Member>(vec![registered("Ada")], block(role)), Ok(vec![MemberEvent::MemberBlocked]));
        let blocked = vec![registered("Ada"), MemberEvent::MemberBlocked];
        assert_eq!(decide::<Member>(blocked.clone(), block(role)), Ok(vec![]));
        assert_eq!(decide::<Member>(blocked, unblock(role)), Ok(vec![MemberEvent::MemberUnblocked]));
    }
    for role in [Role::Member, Role::Operator] {
        assert_eq!(decide::<Member>(vec![registered("Ada")], block(role)), Err(MemberError::StaffOnly));
    }
}

#[test]
fn who_is_not_there_cannot_be_blocked() {
    assert_eq!(decide::<Member>(vec![], block(Role::Owner)), Err(MemberError::NotFound));
}

#[test]
fn a_blocked_member_may_do_nothing_and_one_outside_the_community_may_not_talk_to_members() {
    assert_eq!(Standing::Blocked.require_active(), Err(MemberError::Blocked));
    assert_eq!(Standing::Outside.require_active(), Ok(()));
    assert_eq!(Standing::Outside.require_in_roster(), Err(MemberError::NotInCommunity));
    assert_eq!(Standing::InRoster.require_in_roster(), Ok(()));
}

fn any_command() -> impl Strategy<Value = MemberCommand> {
    let role = prop_oneof![Just(Role::Member), Just(Role::Staff), Just(Role::Owner), Just(Role::Operator)];
    prop_oneof![
        (role.clone(), prop_oneof![Just("Ada"), Just("Bo")], any::<bool>())
            .prop_map(|(role, name, community)| MemberCommand::RegisterMember(register_as(role, name, community))),
        role.clone().prop_map(block),
        role.prop_map(unblock),
    ]
}

proptest! {
    #[test]
    fn the_four_laws_hold(commands in prop::collection::vec(any_command(), 0..20)) {
        laws::<Member>(commands);
    }
}
