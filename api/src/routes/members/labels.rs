//! `PUT` and `DELETE /v1/sites/{site}/members/{member}/roles/{role}` and `…/badges/{badge}`: AssignRole, UnassignRole,
//! AssignBadge, UnassignBadge.

use axum::extract::State;
use axum::response::IntoResponse;
use causerie_domain::member::Tag;
use causerie_events::Label;

use crate::auth::Caller;
use crate::commands::LabelMember;
use crate::problem::Problem;
use crate::request::Path;
use crate::state::AppState;

macro_rules! acts {
    ($($handler:ident => $tag:ident, $on:literal);+) => {
        $(pub(crate) async fn $handler(
            State(state): State<AppState>,
            caller: Caller,
            Path((_, member, label)): Path<(String, String, Label)>,
        ) -> Result<impl IntoResponse, Problem> {
            give(state, caller, member, Tag::$tag(label), $on).await
        })+
    };
}
acts!(
    assign_role => Role, true;
    unassign_role => Role, false;
    assign_badge => Badge, true;
    unassign_badge => Badge, false
);

async fn give(
    state: AppState,
    caller: Caller,
    member: String,
    tag: Tag,
    on: bool,
) -> Result<impl IntoResponse, Problem> {
    let member = caller.named(&member)?;
    let label = LabelMember { site: caller.site.clone(), member: member.clone(), tag, on };
    Ok(super::answer(&member, state.commands.execute(caller.sender(), label).await?))
}
