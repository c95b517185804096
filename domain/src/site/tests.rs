//! The rules of a site, as sentences.

use causerie_events::site::SiteRegistered;
use causerie_events::{SiteEvent, SiteName};
use proptest::prelude::*;

use super::*;
use crate::actor::{Actor, Role};
use crate::testing::{decide, laws};

fn actor(role: Role) -> Actor {
    Actor { member: "someone".parse().unwrap(), role }
}

fn register(role: Role, locale: &str, origins: &[&str]) -> SiteCommand {
    SiteCommand::RegisterSite(RegisterSite {
        actor: actor(role),
        name: SiteName::parse("Acme").unwrap(),
        locale: locale.to_owned(),
        allowed_origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
    })
}

fn registered() -> SiteEvent {
    SiteEvent::SiteRegistered(SiteRegistered {
        name: SiteName::parse("Acme").unwrap(),
        locale: "fr".to_owned(),
        allowed_origins: vec!["https://acme.example".to_owned()],
    })
}

fn enable(role: Role) -> SiteCommand {
    SiteCommand::EnableMemberChat(SwitchMemberChat { actor: actor(role) })
}

fn disable(role: Role) -> SiteCommand {
    SiteCommand::DisableMemberChat(SwitchMemberChat { actor: actor(role) })
}

#[test]
fn the_operator_registers_a_site() {
    let command = register(Role::Operator, "fr", &["https://acme.example"]);
    assert_eq!(decide::<Site>(vec![], command), Ok(vec![registered()]));
}

#[test]
fn nobody_else_registers_a_site() {
    for role in [Role::Member, Role::Staff, Role::Owner] {
        assert_eq!(decide::<Site>(vec![], register(role, "fr", &[])), Err(SiteError::OperatorOnly));
    }
}

#[test]
fn registering_again_with_other_content_is_a_conflict() {
    let command = register(Role::Operator, "en", &["https://acme.example"]);
    assert_eq!(decide::<Site>(vec![registered()], command), Err(SiteError::RegisteredDifferently));
}

#[test]
fn a_locale_is_a_language_tag() {
    for good in ["fr", "en-GB", "zh-Hant-TW"] {
        assert!(decide::<Site>(vec![], register(Role::Operator, good, &[])).is_ok(), "{good}");
    }
    for bad in ["", "f", "french", "fr_FR", "fr-", "1r", "fr FR"] {
        assert_eq!(decide::<Site>(vec![], register(Role::Operator, bad, &[])), Err(SiteError::InvalidLocale), "{bad}");
    }
}

#[test]
fn an_origin_has_a_scheme_and_a_host_and_nothing_else() {
    for good in ["https://acme.example", "http://localhost:3000", "http://[::1]:8080"] {
        assert!(decide::<Site>(vec![], register(Role::Operator, "fr", &[good])).is_ok(), "{good}");
    }
    for bad in ["", "*", "acme.example", "https://", "https://a.example/", "https://a@b.example", "ftp://a.example"] {
        let refused = decide::<Site>(vec![], register(Role::Operator, "fr", &[bad]));
        assert_eq!(refused, Err(SiteError::InvalidOrigin), "{bad}");
    }
}

#[test]
fn a_site_has_twenty_origins_and_not_one_more() {
    assert!(decide::<Site>(vec![], register(Role::Operator, "fr", &["https://a.example"; 20])).is_ok());
    let refused = decide::<Site>(vec![], register(Role::Operator, "fr", &["https://a.example"; 21]));
    assert_eq!(refused, Err(SiteError::TooManyOrigins));
}

#[test]
fn the_owner_turns_member_chat_on_and_off() {
    assert_eq!(decide::<Site>(vec![registered()], enable(Role::Owner)), Ok(vec![SiteEvent::MemberChatEnabled]));
    let on = vec![registered(), SiteEvent::MemberChatEnabled];
    assert_eq!(decide::<Site>(on.clone(), enable(Role::Owner)), Ok(vec![]));
    assert_eq!(decide::<Site>(on, disable(Role::Owner)), Ok(vec![SiteEvent::MemberChatDisabled]));
}

#[test]
fn nobody_else_turns_member_chat_on_or_off() {
    for role in [Role::Member, Role::Staff, Role::Operator] {
        assert_eq!(decide::<Site>(vec![registered()], enable(role)), Err(SiteError::OwnerOnly));
        assert_eq!(decide::<Site>(vec![registered()], disable(role)), Err(SiteError::OwnerOnly));
    }
}

#[test]
fn a_site_that_is_not_there_cannot_be_switched() {
    assert_eq!(decide::<Site>(vec![], enable(Role::Owner)), Err(SiteError::NotFound));
}

fn any_role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Member), Just(Role::Staff), Just(Role::Owner), Just(Role::Operator)]
}

fn any_command() -> impl Strategy<Value = SiteCommand> {
    prop_oneof![
        (any_role(), prop_oneof![Just("fr"), Just("en"), Just("?")]).prop_map(|(role, locale)| register(
            role,
            locale,
            &[]
        )),
        any_role().prop_map(enable),
        any_role().prop_map(disable),
    ]
}

proptest! {
    #[test]
    fn the_four_laws_hold(commands in prop::collection::vec(any_command(), 0..20)) {
        laws::<Site>(commands);
    }
}
