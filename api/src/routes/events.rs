//! `GET /v1/sites/{site}/events`: ReplayEvents, the log of the site for its owner. What is said in conversations that the
//! owner is not in stays private, and each reading is itself an event.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use causerie_domain::Actor;
use causerie_domain::conversation::Seat;
use causerie_events::member::LogReplayed;
use causerie_events::record::ReplayLine;
use causerie_events::{ConversationId, Position, RecordedEvent, SiteId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::auth::Caller;
use crate::commands::ReplayLog;
use crate::problem::Problem;
use crate::request::Query;
use crate::routes::paging::Limit;
use crate::state::AppState;

/// The most events of the whole log that one request looks through. A page of a small site on a busy service can have
/// fewer items than asked for and a next page all the same.
const MAX_SCAN: u32 = 10_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    conversation: Option<ConversationId>,
    after: Option<Position>,
    until: Option<Position>,
    #[serde(default)]
    limit: Limit,
}

/// Part of the log.
#[derive(Debug, Serialize)]
struct Page {
    /// The events, in the log's order.
    items: Vec<Value>,
    /// The position to go on after; null at the end.
    next: Option<Position>,
}

pub(crate) async fn replay_events(
    State(state): State<AppState>,
    caller: Caller,
    Query(parameters): Query<Parameters>,
) -> Result<impl IntoResponse, Problem> {
    let Parameters { conversation, after, until, limit } = parameters;
    let replayed = LogReplayed { conversation_id: conversation, after, until };
    let noted = state.commands.execute(caller.sender(), ReplayLog { site: caller.site.clone(), replayed }).await?;
    let actor = caller.reader(&state).await?;
    // Up to this very reading: otherwise whoever pages to the end would find one more event each time.
    let until = until.unwrap_or(noted.position).min(noted.position);
    let after = after.unwrap_or_default();
    let scanned = state.database.read_log(after, MAX_SCAN).await?;
    let all_read = scanned.len() < MAX_SCAN as usize;
    let mut reached = after;
    let mut found = Vec::new();
    let mut events = scanned.into_iter().peekable();
    while let Some(recorded) =
        events.next_if(|recorded| recorded.position < until && found.len() < limit.get() as usize)
    {
        reached = recorded.position;
        let of_conversation = conversation.is_none() || recorded.conversation_id() == conversation;
        if *recorded.stream.site_id() == caller.site && of_conversation {
            found.push(recorded);
        }
    }
    let ended = events.peek().map_or(all_read, |next| next.position >= until);
    let items = Lens { state: &state, site: &caller.site, actor: &actor, open: HashMap::new() }.show(found).await?;
    Ok(Json(Page { items, next: (!ended).then_some(reached) }))
}

/// Which conversations the reader is in.
struct Lens<'a> {
    state: &'a AppState,
    site: &'a SiteId,
    actor: &'a Actor,
    open: HashMap<ConversationId, bool>,
}

impl Lens<'_> {
    async fn show(mut self, events: Vec<RecordedEvent>) -> Result<Vec<Value>, Problem> {
        let mut items = Vec::with_capacity(events.len());
        for recorded in &events {
            let mut item = serde_json::to_value(ReplayLine::from(recorded)).unwrap_or_default();
            if let Some(text) = item.pointer_mut("/data/text")
                && !self.is_in(recorded.conversation_id()).await?
            {
                *text = Value::Null;
                item["withheld"] = Value::Bool(true);
            }
            items.push(item);
        }
        Ok(items)
    }

    async fn is_in(&mut self, conversation: Option<ConversationId>) -> Result<bool, Problem> {
        let Some(id) = conversation else { return Ok(false) };
        if let Some(open) = self.open.get(&id) {
            return Ok(*open);
        }
        let now = self.state.commands.conversation_now(self.site, id).await?;
        let open = now.aggregate.access(self.actor).is_some_and(|access| access.seat != Seat::Outside);
        self.open.insert(id, open);
        Ok(open)
    }
}
