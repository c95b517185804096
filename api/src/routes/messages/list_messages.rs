//! `GET /v1/sites/{site}/conversations/{conversation}/messages`: ListMessages.

use axum::Json;
use axum::extract::State;
use causerie_domain::ConversationError;
use causerie_domain::permission::ConversationAction;
use causerie_events::ConversationId;
use causerie_projections::timeline::{self, ListMessages, MessagePosition, Window};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::commands::CommandError;
use crate::openapi::{CONVERSATION, Doc, STANDING};
use crate::problem::Problem;
use crate::request::{MinPosition, Path, Query};
use crate::routes::paging::Limit;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListMessagesParameters {
    /// The messages right before this place.
    before: Option<String>,
    /// The messages right after this place.
    after: Option<String>,
    /// The message at this place, and those on both sides.
    around: Option<String>,
    #[serde(default)]
    limit: Limit,
}

pub(crate) const LIST_MESSAGES: Doc = Doc::new("ListMessages", "Messages of a conversation, oldest first.")
    .more("Send at most one of `before`, `after` and `around`, each a cursor, a message id or a `seq`; without them, the latest \
         messages are returned. A page with more than 1 MiB of text ends early, at the end that is further from the start, after \
         at least one message.")
    .refuses(&[STANDING, CONVERSATION, &[codes::CURSOR_INVALID]]);

pub(crate) async fn list_messages(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation)): Path<(String, ConversationId)>,
    MinPosition(position): MinPosition,
    Query(parameters): Query<ListMessagesParameters>,
) -> Result<Json<timeline::MessagePage>, Problem> {
    let window = window(&parameters)?;
    let (actor, _) = caller.reader_of(&state, ConversationAction::Read, conversation).await?;
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

fn window(parameters: &ListMessagesParameters) -> Result<Window, Problem> {
    match (&parameters.before, &parameters.after, &parameters.around) {
        (None, None, None) => Ok(Window::Latest),
        (Some(place), None, None) => Ok(Window::Before(MessagePosition::parse(place)?)),
        (None, Some(place), None) => Ok(Window::After(MessagePosition::parse(place)?)),
        (None, None, Some(place)) => Ok(Window::Around(MessagePosition::parse(place)?)),
        (before, after, around) => {
            let sent = [("/before", before), ("/after", after), ("/around", around)];
            let problem = Problem::new(codes::QUERY_INVALID, "send only one of before, after and around");
            Err(sent.iter().filter(|(_, place)| place.is_some()).fold(problem, |problem, (name, _)| problem.at(*name)))
        }
    }
}
