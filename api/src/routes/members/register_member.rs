//! `PUT /v1/sites/{site}/members/{member}`: RegisterMember.

use axum::extract::State;
use causerie_domain::member::MAX_AVATAR_URL;
use causerie_events::DisplayName;
use causerie_events::member::MemberProfile;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::commands::RegisterMember;
use crate::openapi::{Codes, Doc};
use crate::problem::Problem;
use crate::request::{Json, Path, given};
use crate::routes::members::Answered;
use crate::routes::members::succession::appoint_admins;
use crate::state::AppState;

/// A name or a picture of the body.
pub(super) const PROFILE: Codes = &[
    codes::MEMBER_DISPLAY_NAME_EMPTY,
    codes::MEMBER_DISPLAY_NAME_TOO_LONG,
    codes::MEMBER_DISPLAY_NAME_INVALID,
    codes::MEMBER_AVATAR_URL_INVALID,
];

/// The address of a picture as a regular expression.
pub(super) const AVATAR_PATTERN: &str = r"^https?://[!#-&(-;=?-\[\]-_a-~]*$";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// The name as others see it.
    #[schemars(with = "DisplayName")]
    display_name: String,
    /// The address of the picture.
    #[schemars(length(max = MAX_AVATAR_URL), regex(pattern = AVATAR_PATTERN))]
    avatar_url: Option<String>,
    /// Whether the member appears in the roster. Left out: as it is; a new member does not.
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "bool")]
    community: Option<bool>,
}

pub(crate) const REGISTER_MEMBER: Doc =
    Doc::new("RegisterMember", "Registers a member, or brings name, picture and community up to date.")
        .more("By an operator or the owner. Never lifts a block; who was removed is the owner's alone to bring back.")
        .example(r#"{ "display_name": "Ada", "avatar_url": "https://acme.example/ada.png", "community": true }"#)
        .refuses(&[&[codes::MEMBER_OPERATOR_OR_OWNER_ONLY, codes::MEMBER_WAS_REMOVED, codes::SITE_NOT_FOUND], PROFILE]);

pub(crate) async fn register_member(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
    Json(request): Json<Request>,
) -> Answered {
    let member = super::hosted(&caller, &member)?;
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
    super::answer(&member, appoint_admins(&state, &caller, &member, receipt).await)
}
