//! `PUT` and `PATCH /v1/sites/{site}/members/{member}`: RegisterMember, ChangeMember.

use axum::extract::State;
use causerie_domain::member::{ChangeMember, MAX_AVATAR_URL, RegisterMember};
use causerie_events::DisplayName;
use causerie_events::member::MemberProfile;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{Codes, Doc};
use crate::problem::Problem;
use crate::request::{Json, Path, present};
use crate::routes::members::CommandResult;
use crate::routes::members::succession::appoint_admins;
use crate::state::AppState;

const PROFILE: Codes = &[
    codes::MEMBER_DISPLAY_NAME_EMPTY,
    codes::MEMBER_DISPLAY_NAME_TOO_LONG,
    codes::MEMBER_DISPLAY_NAME_INVALID,
    codes::MEMBER_AVATAR_URL_INVALID,
];

const AVATAR_PATTERN: &str = r"^https?://[!#-&(-;=?-\[\]-_a-~]*$";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterMemberRequest {
    /// The name that others see.
    #[schemars(with = "DisplayName")]
    display_name: String,
    /// The URL of the avatar.
    #[schemars(length(max = MAX_AVATAR_URL), regex(pattern = AVATAR_PATTERN))]
    avatar_url: Option<String>,
    /// Whether the member is in the community, and so in the roster. If absent, a new member is not, and a registered one stays.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "bool")]
    community: Option<bool>,
}

pub(crate) const REGISTER_MEMBER: Doc =
    Doc::new("RegisterMember", "Registers a member, or updates name, avatar and community.")
        .more("By an operator or the owner. Does not lift a block. Only the owner can register a removed member again.")
        .example(r#"{ "display_name": "Ada", "avatar_url": "https://acme.example/ada.png", "community": true }"#)
        .refuses(&[&[codes::MEMBER_OPERATOR_OR_OWNER_ONLY, codes::MEMBER_WAS_REMOVED, codes::SITE_NOT_FOUND], PROFILE]);

pub(crate) async fn register_member(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
    Json(request): Json<RegisterMemberRequest>,
) -> CommandResult {
    let member = super::target_member(&caller, &member)?;
    let display_name =
        DisplayName::parse(request.display_name).map_err(|error| Problem::from(error).at("/display_name"))?;
    let register = RegisterMember {
        site: caller.site.clone(),
        member: member.clone(),
        profile: MemberProfile { display_name, avatar_url: request.avatar_url },
        profile_as_of: Timestamp::now(),
        community: request.community,
        first_visit: false,
    };
    let receipt = state.commands.execute(caller.registered(&state).await?, register).await?;
    super::respond(&member, appoint_admins(&state, &caller, &member, receipt).await)
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeMemberRequest {
    /// The name that others see.
    #[schemars(with = "Option<DisplayName>")]
    display_name: Option<String>,
    /// The URL of the avatar; null removes it.
    #[serde(default, deserialize_with = "present")]
    #[expect(clippy::option_option, reason = "absent: unchanged; null: removed")]
    #[schemars(with = "Option<String>", length(max = MAX_AVATAR_URL), regex(pattern = AVATAR_PATTERN))]
    avatar_url: Option<Option<String>>,
    /// Whether the member is in the community, and so in the roster.
    community: Option<bool>,
}

pub(crate) const CHANGE_MEMBER: Doc = Doc::new("ChangeMember", "Changes name, avatar or community of a member.")
    .more("Absent fields do not change. By an operator or the owner. A token of the member that is issued later updates the profile again.")
    .example(r#"{ "display_name": "Ada Lovelace" }"#)
    .refuses(&[&[codes::MEMBER_OPERATOR_OR_OWNER_ONLY, codes::MEMBER_NOT_FOUND, codes::MEMBER_WAS_REMOVED], PROFILE]);

pub(crate) async fn change_member(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
    Json(request): Json<ChangeMemberRequest>,
) -> CommandResult {
    let member = super::target_member(&caller, &member)?;
    let name = request.display_name.map(DisplayName::parse).transpose();
    let change = ChangeMember {
        site: caller.site.clone(),
        member: member.clone(),
        display_name: name.map_err(|error| Problem::from(error).at("/display_name"))?,
        avatar_url: request.avatar_url,
        community: request.community,
        profile_as_of: Timestamp::now(),
        by_token: false,
    };
    let receipt = state.commands.execute(caller.registered(&state).await?, change).await?;
    super::respond(&member, appoint_admins(&state, &caller, &member, receipt).await)
}
