//! `GET /v1/sites/{site}/events`: ReplayEvents, the log of the site for its owner. Messages that the owner may not
//! read are withheld, and each reading is itself recorded as an event.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::str::FromStr;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
use causerie_domain::member::ReplayLog;
use causerie_domain::permission::{Access, Membership};
use causerie_domain::{Actor, Message};
use causerie_events::member::LogReplayed;
use causerie_events::record::ReplayLine;
use causerie_events::{AggregateType, ConversationId, MessageId, Position, RecordedEvent, SiteId};
use causerie_projections::{Cursor, MAX_PAGE_BYTES};
use futures::stream::{self, StreamExt, TryStreamExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::caller::Caller;
use crate::codes;
use crate::log_bound::LogBound;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::request::Query;
use crate::routes::paging::Limit;
use crate::state::AppState;

pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/events", get_with(replay_events, REPLAY_EVENTS.write()))
        .with_path_items(|item| item.tag("Log"))
}

/// The maximum number of events of the whole log that a request scans. On a busy service, a page of a small site can have
/// fewer items than the limit and still have a next page.
const MAX_SCAN: u32 = 10_000;
/// Events that are read at once.
const SCAN_BATCH: u32 = 500;
/// Messages that are loaded concurrently. Less than the pool, so that other requests find a connection.
const CONCURRENT_LOADS: usize = 4;
const MESSAGE_CONTENT: [&str; 2] = ["/data/text", "/data/emoji"];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplayEventsParameters {
    /// Only events of this conversation.
    conversation: Option<ConversationId>,
    /// Only events after this: a position, a time, or the `next` of a page.
    after: Option<String>,
    /// Only events up to and including this: a position or a time.
    until: Option<String>,
    #[serde(default)]
    limit: Limit,
}

/// The part of the log to read. It ends before the first reading that pages through it: each page records an event, so the
/// last page would never be reached otherwise.
#[derive(Debug, Clone, Copy)]
struct ReplayRange {
    after: Position,
    end: Option<Position>,
}

enum ReplayStart {
    Bound(LogBound),
    NextPage(ReplayRange),
}

impl FromStr for ReplayStart {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match (text.parse(), Cursor::read(text)) {
            (Ok(bound), _) => Ok(Self::Bound(bound)),
            (Err(_), Ok((after, end))) => Ok(Self::NextPage(ReplayRange { after, end: Some(end) })),
            (Err(error), Err(_)) => {
                Err(Problem::new(codes::QUERY_INVALID, format!("after: {error}, or the `next` of a page")).at("/after"))
            }
        }
    }
}

impl ReplayStart {
    fn positions(&self) -> [Option<Position>; 2] {
        match self {
            Self::Bound(bound) => [bound.position(), None],
            Self::NextPage(ReplayRange { after, end }) => [Some(*after), *end],
        }
    }

    async fn range(self, state: &AppState) -> Result<ReplayRange, Problem> {
        match self {
            Self::Bound(bound) => Ok(ReplayRange { after: bound.start(&state.database).await?, end: None }),
            Self::NextPage(range) => Ok(range),
        }
    }
}

/// An event of the log.
#[derive(JsonSchema)]
#[schemars(rename = "RecordedEvent")]
#[expect(dead_code, reason = "only its schema is used")]
struct ReplayedEvent {
    #[serde(flatten)]
    event: ReplayLine<'static>,
    /// Whether text or emoji is withheld (null): the owner may not read the message, or it is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld: Option<bool>,
}

/// Part of the log.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EventPage {
    /// The events in the order of the log.
    #[schemars(with = "Vec<ReplayedEvent>")]
    items: Vec<Value>,
    /// The value of `after` for the next page; null at the end.
    next: Option<Cursor>,
}

pub(crate) const REPLAY_EVENTS: Doc = Doc::new("ReplayEvents", "The log of the site, in order. By the owner.")
    .more(
        "Texts and reactions are withheld if the owner is not a participant of the conversation or may not read its earlier \
         history, or if the message was deleted. Each reading is recorded as an event. A page can have fewer items than `limit` and \
         still have a next page. `after` and `until` accept a position or a time. A time means the position before the first \
         event that was recorded later.",
    )
    .at_most(MAX_SCAN as usize, "events of the whole log are scanned per request")
    .refuses(&[STANDING, &[codes::SITE_OWNER_ONLY, codes::SITE_NOT_FOUND, codes::POSITION_LOST]]);

pub(crate) async fn replay_events(
    State(state): State<AppState>,
    caller: Caller,
    Query(parameters): Query<ReplayEventsParameters>,
) -> Result<Json<EventPage>, Problem> {
    let ReplayEventsParameters { conversation, after, until, limit } = parameters;
    let after = after
        .as_deref()
        .map_or(Ok(ReplayStart::Bound(LogBound::Position(Position::START))), str::parse::<ReplayStart>)?;
    let until = until.as_deref().map(str::parse::<LogBound>).transpose();
    let until = until.map_err(|error| Problem::new(codes::QUERY_INVALID, format!("until: {error}")).at("/until"))?;
    let until_position = until.and_then(LogBound::position);
    let [after_position, end_position] = after.positions();
    let replayed = LogReplayed { conversation_id: conversation, after: after_position, until: until_position };
    let replay = ReplayLog { site: caller.site.clone(), replayed };
    let recorded_reading = state.commands.execute(caller.registered(&state).await?, replay).await?;
    // After the permission check: only the owner may learn whether the log contains a position.
    for position in [after_position, end_position, until_position].into_iter().flatten() {
        state.require_position(position).await?;
    }
    let range = after.range(&state).await?;
    let actor = caller.reader(&state).await?;
    let end = range.end.unwrap_or(recorded_reading.position).min(recorded_reading.position);

    let in_range =
        |recorded: &RecordedEvent| recorded.position < end && !until.is_some_and(|until| until.ends_before(recorded));
    let wanted = |recorded: &RecordedEvent| {
        let of_conversation = conversation.is_none() || recorded.conversation_id() == conversation;
        *recorded.stream.site_id() == caller.site && of_conversation
    };
    let (mut reached, mut found, mut bytes, mut scanned) = (range.after, Vec::new(), 0, 0);
    let ended = 'scan: loop {
        let part = state.database.read_log(reached, SCAN_BATCH).await?;
        let all_read = part.len() < SCAN_BATCH as usize;
        for recorded in part {
            if !in_range(&recorded) {
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
    let items = show(&found, &LogReader { state: &state, site: &caller.site, actor: &actor }.readable(&found).await?);
    Ok(Json(EventPage { items, next }))
}

/// The events as JSON, without the content of messages that are not readable.
fn show(events: &[RecordedEvent], readable: &HashSet<MessageId>) -> Vec<Value> {
    let item = |recorded: &RecordedEvent| {
        let mut item = serde_json::to_value(ReplayLine::from(recorded)).unwrap_or_default();
        if !message_of(recorded).is_some_and(|(_, message)| readable.contains(&message)) {
            for pointer in MESSAGE_CONTENT {
                if let Some(content) = item.pointer_mut(pointer) {
                    *content = Value::Null;
                    item["withheld"] = Value::Bool(true);
                }
            }
        }
        item
    };
    events.iter().map(item).collect()
}

fn message_of(recorded: &RecordedEvent) -> Option<(ConversationId, MessageId)> {
    let message = recorded.stream.aggregate_type() == AggregateType::Message;
    let ids = (recorded.conversation_id()?, recorded.stream.local_id().parse().ok()?);
    message.then_some(ids)
}

struct LogReader<'a> {
    state: &'a AppState,
    site: &'a SiteId,
    actor: &'a Actor,
}

impl LogReader<'_> {
    /// The messages that the actor may read now and that are not deleted. From the log, so that a removal or a deletion
    /// applies immediately.
    async fn readable(&self, events: &[RecordedEvent]) -> Result<HashSet<MessageId>, Problem> {
        let messages: BTreeSet<_> = events.iter().filter_map(message_of).collect();
        let mut access = HashMap::new();
        for (conversation, _) in &messages {
            if !access.contains_key(conversation) {
                access.insert(*conversation, self.access(*conversation).await?);
            }
        }
        let open = messages.into_iter().filter_map(|(conversation, message)| {
            Some((conversation, message, access.get(&conversation).copied().flatten()?))
        });
        let loads = open.map(async |(conversation, message, access)| {
            let loaded = self.state.commands.message(self.site, message).await?;
            let deleted = matches!(&loaded.aggregate, Message::Posted(posted) if posted.deleted);
            let readable = !deleted && loaded.aggregate.is_readable(conversation, access);
            Ok::<_, Problem>(readable.then_some(message))
        });
        let found: Vec<Option<MessageId>> = stream::iter(loads).buffered(CONCURRENT_LOADS).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// `None` if the actor is not a participant.
    async fn access(&self, conversation: ConversationId) -> Result<Option<Access>, Problem> {
        let now = self.state.commands.conversation_now(self.site, conversation).await?;
        Ok(now.aggregate.access(self.actor).filter(|access| access.membership != Membership::None))
    }
}
