//! `PATCH /v1/sites/{site}/settings`: ChangeSettings. Absent fields do not change.

use std::collections::BTreeMap;

use axum::extract::State;
use causerie_domain::site::{ChangeSettings, GROUP_SIZES, MAX_BADGE_STYLES};
use causerie_events::site::{Appearance, Approval, BadgeStyle, Corner, GroupCreation, Localized};
use causerie_events::{BadgeLabel, Color, InvalidText, Label, WelcomeText};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::openapi::Doc;
use crate::problem::Problem;
use crate::request::{Json, Object, enum_name, optional_enum_name};
use crate::routes::sites::CommandResult;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeSettingsRequest {
    /// How new members are approved. Members who are pending stay pending.
    #[serde(default, deserialize_with = "optional_enum_name")]
    approval: Option<Approval>,
    /// Who may create groups.
    #[serde(default, deserialize_with = "optional_enum_name")]
    group_creation: Option<GroupCreation>,
    /// The maximum number of participants of a group. Larger groups stay, but accept no more participants.
    #[schemars(range(min = *GROUP_SIZES.start(), max = *GROUP_SIZES.end()))]
    max_participants: Option<u32>,
    /// The complete new appearance.
    appearance: Option<Object<AppearanceRequest>>,
    /// All badges whose look is set, by the name of the badge.
    #[schemars(extend("maxProperties" = MAX_BADGE_STYLES))]
    badges: Option<BTreeMap<Label, Object<BadgeStyleRequest>>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AppearanceRequest {
    /// The colour of buttons and of the reader's own messages. Absent or null: the colour of the service.
    accent: Option<Color>,
    /// The corner of the page that holds the round button.
    #[serde(default, deserialize_with = "enum_name")]
    position: Corner,
    /// The text above the list of conversations, by language.
    #[serde(default)]
    #[schemars(with = "Localized<WelcomeText>")]
    welcome: Object<LocalizedRequest>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BadgeStyleRequest {
    /// The text, by language. Without a text in the reader's language, the other one is shown, or the name of the badge.
    #[serde(default)]
    #[schemars(with = "Localized<BadgeLabel>")]
    label: Object<LocalizedRequest>,
    /// The colour. Absent or null: the colour of the service.
    color: Option<Color>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LocalizedRequest {
    en: Option<String>,
    fr: Option<String>,
}

impl LocalizedRequest {
    /// `pointer` names the text in the body, for errors.
    fn parse<T>(self, parse: fn(String) -> Result<T, InvalidText>, pointer: &str) -> Result<Localized<T>, Problem> {
        let text = |language: &str, text: Option<String>| {
            let invalid = |error| Problem::from(error).at(format!("{pointer}/{language}"));
            text.map(parse).transpose().map_err(invalid)
        };
        Ok(Localized { en: text("en", self.en)?, fr: text("fr", self.fr)? })
    }
}

impl AppearanceRequest {
    fn parse(self) -> Result<Appearance, Problem> {
        let welcome = self.welcome.0.parse(WelcomeText::parse, "/appearance/welcome")?;
        Ok(Appearance { accent: self.accent, position: self.position, welcome })
    }
}

impl BadgeStyleRequest {
    fn parse(self, badge: &Label) -> Result<BadgeStyle, Problem> {
        let label = self.label.0.parse(BadgeLabel::parse, &format!("/badges/{badge}/label"))?;
        Ok(BadgeStyle { label, color: self.color })
    }
}

pub(crate) const CHANGE_SETTINGS: Doc =
    Doc::new("ChangeSettings", "Changes the settings of a site. Absent fields do not change. By the owner.")
        .example(r#"{ "approval": "manual", "max_participants": 50 }"#)
        .refuses(&[&[
            codes::SITE_OWNER_ONLY,
            codes::SITE_NOT_FOUND,
            codes::SITE_MAX_PARTICIPANTS_INVALID,
            codes::SITE_TOO_MANY_BADGES,
            codes::SITE_WELCOME_EMPTY,
            codes::SITE_WELCOME_TOO_LONG,
            codes::SITE_WELCOME_INVALID,
            codes::BADGE_LABEL_EMPTY,
            codes::BADGE_LABEL_TOO_LONG,
            codes::BADGE_LABEL_INVALID,
        ]]);

pub(crate) async fn change_settings(
    State(state): State<AppState>,
    caller: Caller,
    Json(request): Json<ChangeSettingsRequest>,
) -> CommandResult {
    let ChangeSettingsRequest { approval, group_creation, max_participants, appearance, badges } = request;
    let appearance = appearance.map(|Object(appearance)| appearance.parse()).transpose()?;
    let badges = badges.map(|badges| {
        badges.into_iter().map(|(badge, Object(style))| style.parse(&badge).map(|style| (badge, style))).collect()
    });
    let badges = badges.transpose()?;
    let site = caller.site.clone();
    let change = ChangeSettings { site, approval, group_creation, max_participants, appearance, badges };
    super::execute(&state, caller, change).await
}
