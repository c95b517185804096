//! `PUT /v1/sites/{site}/members/{member}`: RegisterMember.

use axum::extract::State;
use causerie_domain::Role;
use causerie_domain::member::MAX_AVATAR_URL;
use causerie_events::DisplayName;
use causerie_events::member::MemberProfile;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::auth::Caller;
use crate::commands::RegisterMember;
use crate::openapi::{Doc, NAME_AND_PICTURE};
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::routes::members::Answered;
use crate::routes::members::succession::appoint_admins;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// The name as others see it.
    #[schemars(with = "DisplayName")]
    display_name: String,
    /// The address of the picture.
    #[schemars(length(max = MAX_AVATAR_URL), regex(pattern = r"^https?://[!#-&(-;=?-\[\]-_a-~]*$"))]
    avatar_url: Option<String>,
    /// Whether the member appears in the roster.
    community: bool,
}

pub(crate) const REGISTER_MEMBER: Doc =
    Doc::new("RegisterMember", "Registers a member, or brings name, picture and community up to date.")
        .more("By an operator or the owner. Never lifts a block; who was removed is the owner's alone to bring back.")
        .example(r#"{ "display_name": "Ada", "avatar_url": "https://acme.example/ada.png", "community": true }"#)
        .refuses(&[NAME_AND_PICTURE, &["member.operator_or_owner_only", "member.was_removed", "site.not_found"]]);

pub(crate) async fn register_member(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
    Json(request): Json<Request>,
) -> Answered {
    // An operator is not a member: a host that registers a user of this id would register the operator.
    if member == "me" && caller.role == Role::Operator {
        return Err(Problem::malformed("id.invalid", "`me` is not a member id"));
    }
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
    super::answer(&member, appoint_admins(&state, &caller, &member, receipt).await)
}
