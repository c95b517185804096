//! `GET /v1/sites/{site}/events`: ReplayEvents, the log of the site for its owner. What is said in conversations that the
//! owner is not in stays private, and each reading is itself an event.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use causerie_domain::Actor;
use causerie_domain::conversation::Seat;
use causerie_events::member::LogReplayed;
use causerie_events::record::ReplayLine;
use causerie_events::{ConversationId, Position, RecordedEvent, SiteId};
use causerie_projections::{Cursor, InvalidCursor, MAX_PAGE_BYTES};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::auth::Caller;
use crate::commands::ReplayLog;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::request::Query;
use crate::routes::paging::Limit;
use crate::state::AppState;
use crate::until::Until;

/// The most events of the whole log that one request looks through. A page of a small site on a busy service can have
/// fewer items than asked for and a next page all the same.
const MAX_SCAN: u32 = 10_000;
/// How many of them are in memory at once.
const SCAN_AT_ONCE: u32 = 500;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    /// Only events of this conversation.
    conversation: Option<ConversationId>,
    /// Only what comes after: a position, or the `next` of a page.
    after: Option<String>,
    /// Only what comes up to here, itself included: a position or a time.
    until: Option<String>,
    #[serde(default)]
    limit: Limit,
}

/// Where a walk through the log stands, and where it ends: before its own first reading. Otherwise whoever pages to the
/// end would find one more event each time, the one that notes their last page.
#[derive(Debug, Clone, Copy)]
struct Place {
    after: Position,
    end: Option<Position>,
}

impl Place {
    /// Reads what a client sent: a position, or the `next` of a page.
    fn parse(text: Option<&str>) -> Result<Self, InvalidCursor> {
        let Some(text) = text else { return Ok(Self { after: Position::START, end: None }) };
        match text.parse() {
            Ok(after) => Ok(Self { after, end: None }),
            Err(_) => Cursor::read(text).map(|(after, end)| Self { after, end: Some(end) }),
        }
    }
}

/// An event of the log.
#[derive(JsonSchema)]
#[schemars(rename = "RecordedEvent")]
#[expect(dead_code, reason = "only its schema is used")]
struct Item {
    #[serde(flatten)]
    event: ReplayLine<'static>,
    /// Whether the text is left out: it was said where the reader is not in.
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld: Option<bool>,
}

/// Part of the log.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EventPage")]
pub(crate) struct Page {
    /// The events, in the log's order.
    #[schemars(with = "Vec<Item>")]
    items: Vec<Value>,
    /// Goes into `after` for the next page; null at the end.
    next: Option<Cursor>,
}

pub(crate) const REPLAY_EVENTS: Doc = Doc::new("ReplayEvents", "The log of the site, in order. By the owner.")
    .more(
        "What is said in conversations that the owner is not in is withheld, and each reading is an event of its own. A \
         page may have fewer items than asked for and a next page all the same.",
    )
    .at_most(MAX_SCAN as usize, "events of the whole log are looked through by one request")
    .refuses(&[STANDING, &["site.owner_only", "site.not_found", "cursor.invalid", "position.lost"]]);

pub(crate) async fn replay_events(
    State(state): State<AppState>,
    caller: Caller,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Page>, Problem> {
    let Parameters { conversation, after, until, limit } = parameters;
    let place = Place::parse(after.as_deref())?;
    let until: Option<Until> = until.as_deref().map(str::parse).transpose()?;
    let replayed =
        LogReplayed { conversation_id: conversation, after: Some(place.after), until: until.and_then(Until::position) };
    let noted = state.commands.execute(caller.sender(), ReplayLog { site: caller.site.clone(), replayed }).await?;
    // Only now: whether the log contains a position is for the owner alone to learn here.
    for position in [Some(place.after), place.end, until.and_then(Until::position)].into_iter().flatten() {
        state.require_position(position).await?;
    }
    let actor = caller.reader(&state).await?;
    let end = place.end.unwrap_or(noted.position).min(noted.position);

    let belongs =
        |recorded: &RecordedEvent| recorded.position < end && !until.is_some_and(|until| until.ends_before(recorded));
    let wanted = |recorded: &RecordedEvent| {
        let of_conversation = conversation.is_none() || recorded.conversation_id() == conversation;
        *recorded.stream.site_id() == caller.site && of_conversation
    };
    let (mut reached, mut found, mut bytes, mut scanned) = (place.after, Vec::new(), 0, 0);
    let ended = 'scan: loop {
        let part = state.database.read_log(reached, SCAN_AT_ONCE).await?;
        let all_read = part.len() < SCAN_AT_ONCE as usize;
        for recorded in part {
            if !belongs(&recorded) {
                break 'scan true;
            }
            if found.len() >= limit.get() as usize || bytes >= MAX_PAGE_BYTES {
                break 'scan false;
            }
            reached = recorded.position;
            scanned += 1;
            if wanted(&recorded) {
                bytes += serde_json::to_vec(&recorded.payload).map_or(0, |json| json.len());
                found.push(recorded);
            }
        }
        if all_read || scanned >= MAX_SCAN {
            break all_read;
        }
    };
    let next = (!ended).then(|| Cursor::at(&(reached, end)));
    let items = Lens { state: &state, site: &caller.site, actor: &actor, open: HashMap::new() }.show(found).await?;
    Ok(Json(Page { items, next }))
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
