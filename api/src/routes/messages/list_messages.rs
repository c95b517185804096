//! `GET /v1/sites/{site}/conversations/{conversation}/messages`: ListMessages.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use causerie_domain::conversation::ConversationError;
use causerie_domain::permission::ConversationAct;
use causerie_events::ConversationId;
use causerie_projections::timeline::{self, Around, ListMessages, Window};
use serde::Deserialize;

use crate::auth::Caller;
use crate::commands::CommandError;
use crate::problem::Problem;
use crate::request::{MinPosition, Path, Query};
use crate::routes::paging::Limit;
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    before: Option<String>,
    after: Option<String>,
    around: Option<String>,
    #[serde(default)]
    limit: Limit,
}

pub(crate) async fn list_messages(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation)): Path<(String, ConversationId)>,
    MinPosition(position): MinPosition,
    Query(parameters): Query<Parameters>,
) -> Result<impl IntoResponse, Problem> {
    let window = window(&parameters)?;
    let (actor, _) = caller.reader_of(&state, ConversationAct::Read, conversation).await?;
    state.wait_for(timeline::NAME, position).await?;
    let query = ListMessages {
        site: caller.site,
        conversation,
        staff: actor.is_staff(),
        member: actor.member,
        window,
        limit: parameters.limit.get(),
    };
    let page = timeline::list(state.database.pool(), &query).await?;
    Ok(Json(page.ok_or_else(|| CommandError::refused(ConversationError::NotFound))?))
}

fn window(parameters: &Parameters) -> Result<Window, Problem> {
    match (&parameters.before, &parameters.after, &parameters.around) {
        (None, None, None) => Ok(Window::Latest),
        (Some(place), None, None) => Ok(Window::Before(Around::parse(place)?)),
        (None, Some(place), None) => Ok(Window::After(Around::parse(place)?)),
        (None, None, Some(place)) => Ok(Window::Around(Around::parse(place)?)),
        _ => Err(Problem::malformed("query.invalid", "send one of before, after and around")),
    }
}
