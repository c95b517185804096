//! `PATCH /v1/sites/{site}/members/{member}`: ChangeMember, what is given.

use axum::extract::State;
use causerie_domain::member::MAX_AVATAR_URL;
use causerie_events::DisplayName;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use super::register_member::{AVATAR_PATTERN, PROFILE};
use crate::caller::Caller;
use crate::codes;
use crate::commands::ChangeMember;
use crate::openapi::Doc;
use crate::problem::Problem;
use crate::request::{Json, Path, given};
use crate::routes::members::Answered;
use crate::routes::members::succession::appoint_admins;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// The name as others see it.
    #[schemars(with = "Option<DisplayName>")]
    display_name: Option<String>,
    /// The address of the picture; null removes it.
    #[serde(default, deserialize_with = "given")]
    #[expect(clippy::option_option, reason = "left out, it stays; null removes it")]
    #[schemars(with = "Option<String>", length(max = MAX_AVATAR_URL), regex(pattern = AVATAR_PATTERN))]
    avatar_url: Option<Option<String>>,
    /// Whether the member appears in the roster.
    community: Option<bool>,
}

pub(crate) const CHANGE_MEMBER: Doc = Doc::new("ChangeMember", "Changes name, picture or community of a member.")
    .more("What is not given stays. By an operator or the owner. A token of the member that was issued later counts again.")
    .example(r#"{ "display_name": "Ada Lovelace" }"#)
    .refuses(&[&[codes::MEMBER_OPERATOR_OR_OWNER_ONLY, codes::MEMBER_NOT_FOUND, codes::MEMBER_WAS_REMOVED], PROFILE]);

pub(crate) async fn change_member(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
    Json(request): Json<Request>,
) -> Answered {
    let member = super::hosted(&caller, &member)?;
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
    super::answer(&member, appoint_admins(&state, &caller, &member, receipt).await)
}
