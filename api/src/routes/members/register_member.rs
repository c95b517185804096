//! `PUT /v1/sites/{site}/members/{member}`: RegisterMember.

use axum::extract::State;
use axum::response::IntoResponse;
use causerie_events::DisplayName;
use causerie_events::member::MemberProfile;
use serde::Deserialize;

use crate::auth::Caller;
use crate::commands::RegisterMember;
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    display_name: String,
    avatar_url: Option<String>,
    community: bool,
}

pub(crate) async fn register_member(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Problem> {
    let member = caller.named(&member)?;
    let display_name =
        DisplayName::parse(request.display_name).map_err(|error| Problem::from(error).at("/display_name"))?;
    let register = RegisterMember {
        site: caller.site.clone(),
        member: member.clone(),
        profile: MemberProfile { display_name, avatar_url: request.avatar_url },
        community: request.community,
        first_visit: false,
    };
    let receipt = state.commands.execute(caller.sender(), register).await?;
    Ok(super::answer(&member, receipt))
}
