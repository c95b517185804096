//! Tests of sites.

use std::collections::BTreeMap;

use causerie_events::site::{
    AllowedOriginsChanged, Appearance, AppearanceChanged, Approval, ApprovalChanged, BadgeStyle, BadgesChanged, Corner,
    GroupCreation, GroupCreationChanged, LocaleChanged, Localized, MaxParticipantsChanged, SiteRegistered, SiteRenamed,
};
use causerie_events::{BadgeLabel, Color, Label, SiteEvent, SiteName};
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::actor::{Actor, Role};
use crate::error::SiteError;
use crate::permission::MemberChat;
use crate::testing::{Issued, Step, acme, any_role, check_laws, decide, fold, issue};

fn actor(role: Role) -> Actor {
    crate::testing::actor("someone", role)
}

fn register(role: Role, locale: &str, origins: &[&str]) -> Issued<RegisterSite> {
    let command = RegisterSite {
        site: acme(),
        name: SiteName::parse("Acme").unwrap(),
        locale: locale.to_owned(),
        allowed_origins: origins.iter().map(|origin| Origin::parse(origin).unwrap()).collect(),
    };
    issue(actor(role), command, ())
}

fn registered() -> SiteEvent {
    SiteEvent::SiteRegistered(SiteRegistered {
        name: SiteName::parse("Acme").unwrap(),
        locale: "fr".to_owned(),
        allowed_origins: vec!["https://acme.example".to_owned()],
    })
}

fn enable(role: Role) -> Issued<SwitchMemberChat> {
    issue(actor(role), SwitchMemberChat { site: acme(), enabled: true }, ())
}

fn disable(role: Role) -> Issued<SwitchMemberChat> {
    issue(actor(role), SwitchMemberChat { site: acme(), enabled: false }, ())
}

#[test]
fn the_operator_registers_a_site() {
    let command = register(Role::Operator, "fr", &["https://acme.example"]);
    assert_eq!(decide(vec![], command), Ok(vec![registered()]));
}

#[test]
fn only_the_operator_registers_a_site() {
    for role in [Role::Member, Role::Staff, Role::Owner] {
        assert_eq!(decide(vec![], register(role, "fr", &[])), Err(SiteError::OperatorOnly));
    }
}

#[test]
fn registering_again_with_other_content_is_a_conflict() {
    let command = register(Role::Operator, "en", &["https://acme.example"]);
    assert_eq!(decide(vec![registered()], command), Err(SiteError::RegisteredDifferently));
}

#[test]
fn a_locale_is_a_language_tag() {
    for good in ["fr", "en-GB", "zh-Hant-TW"] {
        assert!(decide(vec![], register(Role::Operator, good, &[])).is_ok(), "{good}");
    }
    for bad in ["", "f", "french", "fr_FR", "fr-", "1r", "fr FR"] {
        assert_eq!(decide(vec![], register(Role::Operator, bad, &[])), Err(SiteError::InvalidLocale), "{bad}");
    }
}

#[test]
fn site_registered_with_equivalent_origins_is_unchanged() {
    let again = register(Role::Operator, "fr", &["HTTPS://acme.example:443", "https://acme.example"]);
    assert_eq!(decide(vec![registered()], again), Ok(vec![]));
    let old = SiteEvent::SiteRegistered(SiteRegistered {
        name: serde_json::from_str("\"  Acme\\u200b\"").unwrap(),
        locale: "fr".to_owned(),
        allowed_origins: vec!["https://acme.example:443".to_owned()],
    });
    let again = register(Role::Operator, "fr", &["https://acme.example"]);
    assert_eq!(decide(vec![old.clone()], again), Ok(vec![]));
    assert!(fold::<Site>(vec![old]).allows_origin("https://acme.example"));
}

fn change(role: Role) -> Issued<ChangeSite> {
    issue(actor(role), ChangeSite { site: acme(), name: None, locale: None, allowed_origins: None }, ())
}

#[test]
fn operator_and_owner_change_name_language_and_origins() {
    let origins = |list: &[&str]| Some(list.iter().map(|origin| Origin::parse(origin).unwrap()).collect());
    for role in [Role::Operator, Role::Owner] {
        let all = change(role).with(|change| {
            change.name = Some(SiteName::parse("Acme Gardens").unwrap());
            change.locale = Some("en".to_owned());
            change.allowed_origins = origins(&["https://a.example:443", "https://b.example"]);
        });
        let events = decide(vec![registered()], all.clone()).unwrap();
        assert_eq!(
            events,
            [
                SiteEvent::SiteRenamed(SiteRenamed { name: SiteName::parse("Acme Gardens").unwrap() }),
                SiteEvent::LocaleChanged(LocaleChanged { locale: "en".to_owned() }),
                SiteEvent::AllowedOriginsChanged(AllowedOriginsChanged {
                    allowed_origins: vec!["https://a.example".to_owned(), "https://b.example".to_owned()],
                }),
            ]
        );
        let after = [vec![registered()], events].concat();
        assert_eq!(decide(after, all), Ok(vec![]));
        assert_eq!(decide(vec![registered()], change(role)), Ok(vec![]), "what is not given stays");
    }
    for role in [Role::Member, Role::Staff] {
        assert_eq!(decide(vec![registered()], change(role)), Err(SiteError::OperatorOrOwnerOnly));
    }
    let wrong = change(Role::Owner).with(|change| change.locale = Some("french".to_owned()));
    assert_eq!(decide(vec![registered()], wrong), Err(SiteError::InvalidLocale));
    let many = change(Role::Owner).with(|change| change.allowed_origins = origins(&["https://a.example"; 21]));
    assert_eq!(decide(vec![registered()], many), Err(SiteError::TooManyOrigins));
    assert_eq!(decide(vec![], change(Role::Owner)), Err(SiteError::NotFound));
}

fn close(role: Role) -> Issued<SwitchSite> {
    issue(actor(role), SwitchSite { site: acme(), closed: true }, ())
}

fn reopen(role: Role) -> Issued<SwitchSite> {
    issue(actor(role), SwitchSite { site: acme(), closed: false }, ())
}

#[test]
fn operator_closes_and_reopens_a_site() {
    assert_eq!(decide(vec![registered()], close(Role::Operator)), Ok(vec![SiteEvent::SiteClosed]));
    let closed = vec![registered(), SiteEvent::SiteClosed];
    assert_eq!(decide(closed.clone(), close(Role::Operator)), Ok(vec![]));
    assert_eq!(decide(closed, reopen(Role::Operator)), Ok(vec![SiteEvent::SiteReopened]));
    assert_eq!(decide(vec![registered()], reopen(Role::Operator)), Ok(vec![]));
    for role in [Role::Member, Role::Staff, Role::Owner] {
        assert_eq!(decide(vec![registered()], close(role)), Err(SiteError::OperatorOnly));
    }
    assert_eq!(decide(vec![], close(Role::Operator)), Err(SiteError::NotFound));
}

#[test]
fn closed_site_rejects_the_owner_but_not_the_operator() {
    let closed = vec![registered(), SiteEvent::SiteClosed];
    assert_eq!(decide(closed.clone(), enable(Role::Owner)), Err(SiteError::Closed));
    assert_eq!(decide(closed.clone(), settings(Role::Owner)), Err(SiteError::Closed));
    assert_eq!(decide(closed.clone(), change(Role::Owner)), Err(SiteError::Closed));
    assert_eq!(decide(closed.clone(), change(Role::Operator)), Ok(vec![]));
    let site = fold::<Site>(closed);
    assert_eq!(site.member_chat().require_on(), Err(SiteError::Closed));
    assert!(site.is_closed_to(Role::Owner) && !site.is_closed_to(Role::Operator));
}

#[test]
fn site_has_at_most_twenty_origins() {
    assert!(decide(vec![], register(Role::Operator, "fr", &["https://a.example"; 20])).is_ok());
    let refused = decide(vec![], register(Role::Operator, "fr", &["https://a.example"; 21]));
    assert_eq!(refused, Err(SiteError::TooManyOrigins));
}

#[test]
fn the_owner_turns_member_chat_on_and_off() {
    assert_eq!(decide(vec![registered()], enable(Role::Owner)), Ok(vec![SiteEvent::MemberChatEnabled]));
    let on = vec![registered(), SiteEvent::MemberChatEnabled];
    assert_eq!(decide(on.clone(), enable(Role::Owner)), Ok(vec![]));
    assert_eq!(decide(on, disable(Role::Owner)), Ok(vec![SiteEvent::MemberChatDisabled]));
}

#[test]
fn only_the_owner_switches_member_chat() {
    for role in [Role::Member, Role::Staff, Role::Operator] {
        assert_eq!(decide(vec![registered()], enable(role)), Err(SiteError::OwnerOnly));
        assert_eq!(decide(vec![registered()], disable(role)), Err(SiteError::OwnerOnly));
    }
}

#[test]
fn missing_site_cannot_be_switched() {
    assert_eq!(decide(vec![], enable(Role::Owner)), Err(SiteError::NotFound));
}

fn settings(role: Role) -> Issued<ChangeSettings> {
    settings_to(role, None, None, None)
}

fn settings_to(
    role: Role,
    approval: Option<Approval>,
    group_creation: Option<GroupCreation>,
    max_participants: Option<u32>,
) -> Issued<ChangeSettings> {
    let command =
        ChangeSettings { site: acme(), approval, group_creation, max_participants, appearance: None, badges: None };
    issue(actor(role), command, ())
}

/// Changes how the chat and this number of badges look.
fn looks(role: Role, accent: &str, badges: usize) -> Issued<ChangeSettings> {
    settings(role).with(|change| {
        change.appearance = Some(appearance(accent));
        change.badges = Some(badge_styles(badges));
    })
}

fn appearance(accent: &str) -> Appearance {
    Appearance { accent: Some(accent.parse().unwrap()), position: Corner::Left, welcome: Localized::default() }
}

fn badge_styles(number: usize) -> BTreeMap<Label, BadgeStyle> {
    let label = Localized { en: Some(BadgeLabel::parse("VIP Gold").unwrap()), fr: None };
    let style = BadgeStyle { label, color: None };
    (0..number).map(|n| (format!("vip-{n}").parse().unwrap(), style.clone())).collect()
}

fn approval(approval: Approval) -> SiteEvent {
    SiteEvent::ApprovalChanged(ApprovalChanged { approval })
}

fn group_creation(group_creation: GroupCreation) -> SiteEvent {
    SiteEvent::GroupCreationChanged(GroupCreationChanged { group_creation })
}

fn max_participants(max_participants: u32) -> SiteEvent {
    SiteEvent::MaxParticipantsChanged(MaxParticipantsChanged { max_participants })
}

#[test]
fn new_site_has_default_settings_and_member_chat_off() {
    let site = fold::<Site>([registered()]);
    let expected = SiteSettings {
        approval: Approval::Automatic,
        group_creation: GroupCreation::Members,
        max_participants: 256,
        appearance: Appearance { accent: None, position: Corner::Right, welcome: Localized { en: None, fr: None } },
        badges: BTreeMap::new(),
    };
    assert_eq!((site.settings(), site.member_chat()), (expected.clone(), MemberChat::Off));
    assert_eq!((Site::Missing.settings(), Site::Missing.member_chat()), (expected, MemberChat::NoSite));
}

#[test]
fn the_owner_changes_the_settings_that_are_given() {
    let all = settings_to(Role::Owner, Some(Approval::Manual), Some(GroupCreation::Staff), Some(10));
    let events = vec![approval(Approval::Manual), group_creation(GroupCreation::Staff), max_participants(10)];
    assert_eq!(decide(vec![registered()], all), Ok(events.clone()));

    let site = fold::<Site>([vec![registered()], events].concat());
    let expected = SiteSettings {
        approval: Approval::Manual,
        group_creation: GroupCreation::Staff,
        max_participants: 10,
        ..SiteSettings::default()
    };
    assert_eq!(site.settings(), expected);
    assert_eq!(decide(vec![registered()], settings(Role::Owner)), Ok(vec![]));
}

#[test]
fn the_owner_changes_how_the_chat_and_badges_look() {
    let appearance = appearance("#7b1fa2");
    let badges = badge_styles(100);
    let events = vec![
        SiteEvent::AppearanceChanged(AppearanceChanged { appearance: appearance.clone() }),
        SiteEvent::BadgesChanged(BadgesChanged { badges: badges.clone() }),
    ];
    assert_eq!(decide(vec![registered()], looks(Role::Owner, "#7b1fa2", 100)), Ok(events.clone()));

    let history = [vec![registered()], events].concat();
    let settings = fold::<Site>(history.clone()).settings();
    assert_eq!((settings.appearance, settings.badges), (appearance, badges));
    assert_eq!(decide(history, looks(Role::Owner, "#7b1fa2", 100)), Ok(vec![]));
    assert_eq!(decide(vec![registered()], looks(Role::Owner, "#7b1fa2", 101)), Err(SiteError::TooManyBadges));
}

#[test]
fn a_colour_has_six_lower_case_hexadecimal_digits() {
    for (colour, valid) in
        [("#7b1fa2", true), ("#000000", true), ("#7B1FA2", false), ("#fff", false), ("7b1fa2", false), ("#ééé", false)]
    {
        assert_eq!(colour.parse::<Color>().is_ok(), valid, "{colour}");
    }
}

#[test]
fn only_changed_settings_yield_events() {
    let history = vec![registered(), approval(Approval::Manual), max_participants(10)];
    let command = settings_to(Role::Owner, Some(Approval::Manual), Some(GroupCreation::Members), Some(11));
    assert_eq!(decide(history, command), Ok(vec![max_participants(11)]));
}

#[rstest]
#[case(0, false)]
#[case(1, false)]
#[case(2, true)]
#[case(1000, true)]
#[case(1001, false)]
#[case(u32::MAX, false)]
fn max_participants_must_be_two_to_a_thousand(#[case] size: u32, #[case] possible: bool) {
    let command = settings_to(Role::Owner, Some(Approval::Manual), None, Some(size));
    let expected = if possible {
        Ok(vec![approval(Approval::Manual), max_participants(size)])
    } else {
        Err(SiteError::InvalidMaxParticipants)
    };
    assert_eq!(decide(vec![registered()], command), expected);
}

#[test]
fn only_the_owner_changes_settings() {
    for role in [Role::Member, Role::Staff, Role::Operator] {
        let command = settings_to(role, Some(Approval::Automatic), None, None);
        assert_eq!(decide(vec![registered()], command), Err(SiteError::OwnerOnly));
    }
}

#[test]
fn settings_of_a_missing_site_are_not_found() {
    assert_eq!(decide(vec![], settings(Role::Owner)), Err(SiteError::NotFound));
}

fn any_settings() -> impl Strategy<Value = Step<Site>> {
    let approval = prop::option::of(prop_oneof![Just(Approval::Automatic), Just(Approval::Manual)]);
    let creation = prop::option::of(prop_oneof![Just(GroupCreation::Members), Just(GroupCreation::Staff)]);
    let sizes = prop::option::of(prop::sample::select(vec![1, 2, 256, 1000, 1001]));
    let role = prop_oneof![3 => Just(Role::Owner), 1 => any_role()];
    (role, approval, creation, sizes)
        .prop_map(|(role, approval, creation, size)| settings_to(role, approval, creation, size).into())
}

fn any_command() -> impl Strategy<Value = Step<Site>> {
    let locale = || prop::sample::select(vec!["fr", "en", "?"]);
    prop_oneof![
        (any_role(), locale()).prop_map(|(role, locale)| register(role, locale, &[]).into()),
        any_role().prop_map(|role| enable(role).into()),
        any_role().prop_map(|role| disable(role).into()),
        any_role().prop_map(|role| close(role).into()),
        any_role().prop_map(|role| reopen(role).into()),
        (any_role(), locale())
            .prop_map(|(role, locale)| { change(role).with(|change| change.locale = Some(locale.to_owned())).into() }),
        any_settings(),
        (any_role(), prop::sample::select(vec!["#7b1fa2", "#00796b"]), prop::sample::select(vec![0, 1, 101]))
            .prop_map(|(role, accent, badges)| looks(role, accent, badges).into()),
    ]
}

proptest! {
    #[test]
    fn the_four_laws_hold(commands in prop::collection::vec(any_command(), 0..20)) {
        check_laws::<Site>([vec![register(Role::Operator, "fr", &[]).into()], commands].concat());
    }

    #[test]
    fn the_four_laws_hold_for_a_missing_site(commands in prop::collection::vec(any_command(), 0..5)) {
        check_laws::<Site>(commands);
    }
}
