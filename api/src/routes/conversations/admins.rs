//! `PUT` and `DELETE /v1/sites/{site}/conversations/{conversation}/participants/{member}/admin`: GrantAdmin, RevokeAdmin.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::ConversationId;

use crate::auth::Caller;
use crate::commands::ChangeAdmin;
use crate::problem::Problem;
use crate::request::Path;
use crate::state::AppState;

type Ids = (String, ConversationId, String);

pub(crate) async fn grant_admin(
    State(state): State<AppState>,
    caller: Caller,
    Path(ids): Path<Ids>,
) -> Result<impl IntoResponse, Problem> {
    change(state, caller, ids, true).await
}

pub(crate) async fn revoke_admin(
    State(state): State<AppState>,
    caller: Caller,
    Path(ids): Path<Ids>,
) -> Result<impl IntoResponse, Problem> {
    change(state, caller, ids, false).await
}

async fn change(
    state: AppState,
    caller: Caller,
    (_, id, member): Ids,
    admin: bool,
) -> Result<impl IntoResponse, Problem> {
    let member = caller.named(&member)?;
    let change = ChangeAdmin { site: caller.site.clone(), conversation: id, member, admin };
    let receipt = state.commands.execute(caller.sender(), change).await?;
    Ok(super::answer(StatusCode::OK, id, receipt))
}
