//! `GET /v1/sites/{site}/events`: ReplayEvents, the log of the site for its owner. What the owner may not read in a
//! conversation stays private, and each reading is itself an event.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::str::FromStr;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::extract::State;
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
use crate::commands::ReplayLog;
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

/// The most events of the whole log that one request looks through. A page of a small site on a busy service can have
/// fewer items than asked for and a next page all the same.
const MAX_SCAN: u32 = 10_000;
/// How many of them are in memory at once.
const SCAN_AT_ONCE: u32 = 500;
/// How many messages of a page are loaded at once: a part of the pool, so that others find a connection.
const LOADS_AT_ONCE: usize = 4;
/// What a member has said, in the data of an event.
const SAID: [&str; 2] = ["/data/text", "/data/emoji"];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    /// Only events of this conversation.
    conversation: Option<ConversationId>,
    /// Only what comes after: a position, a time, or the `next` of a page.
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

/// What `after` names.
enum After {
    Bound(LogBound),
    /// The `next` of a page.
    Page(Place),
}

impl FromStr for After {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match (text.parse(), Cursor::read(text)) {
            (Ok(bound), _) => Ok(Self::Bound(bound)),
            (Err(_), Ok((after, end))) => Ok(Self::Page(Place { after, end: Some(end) })),
            (Err(error), Err(_)) => {
                Err(Problem::new(codes::QUERY_INVALID, format!("after: {error}, nor the `next` of a page"))
                    .at("/after"))
            }
        }
    }
}

impl After {
    /// The positions that the client has named.
    fn positions(&self) -> [Option<Position>; 2] {
        match self {
            Self::Bound(bound) => [bound.position(), None],
            Self::Page(Place { after, end }) => [Some(*after), *end],
        }
    }

    async fn place(self, state: &AppState) -> Result<Place, Problem> {
        match self {
            Self::Bound(bound) => Ok(Place { after: bound.start(&state.database).await?, end: None }),
            Self::Page(place) => Ok(place),
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
    /// Whether the text or the emoji is left out, null: the reader may not read the message, or it is deleted.
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
        "The texts and reactions of messages that the owner may not read are withheld: where the owner is not in the \
         conversation, of before they came in where newcomers read nothing older, and of deleted messages. Each reading \
         is an event of its own. A page may have fewer items than asked for and a next page all the same. `after` and `until` take a position or a time: \
         a time stands for the place before the first event that was recorded later.",
    )
    .at_most(MAX_SCAN as usize, "events of the whole log are looked through by one request")
    .refuses(&[STANDING, &[codes::SITE_OWNER_ONLY, codes::SITE_NOT_FOUND, codes::POSITION_LOST]]);

pub(crate) async fn replay_events(
    State(state): State<AppState>,
    caller: Caller,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Page>, Problem> {
    let Parameters { conversation, after, until, limit } = parameters;
    let after = after.as_deref().map_or(Ok(After::Bound(LogBound::Position(Position::START))), str::parse::<After>)?;
    let until = until.as_deref().map(str::parse::<LogBound>).transpose();
    let until = until.map_err(|error| Problem::new(codes::QUERY_INVALID, format!("until: {error}")).at("/until"))?;
    let until_position = until.and_then(LogBound::position);
    let [after_position, end_position] = after.positions();
    let replayed = LogReplayed { conversation_id: conversation, after: after_position, until: until_position };
    let replay = ReplayLog { site: caller.site.clone(), replayed };
    let noted = state.commands.execute(caller.registered(&state).await?, replay).await?;
    // Only now: whether the log contains a position is for the owner alone to learn here.
    for position in [after_position, end_position, until_position].into_iter().flatten() {
        state.require_position(position).await?;
    }
    let place = after.place(&state).await?;
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
    let items = show(&found, &Reader { state: &state, site: &caller.site, actor: &actor }.readable(&found).await?);
    Ok(Json(Page { items, next }))
}

/// The events as JSON, without what is said in messages that are not readable.
fn show(events: &[RecordedEvent], readable: &HashSet<MessageId>) -> Vec<Value> {
    let item = |recorded: &RecordedEvent| {
        let mut item = serde_json::to_value(ReplayLine::from(recorded)).unwrap_or_default();
        if !message_of(recorded).is_some_and(|(_, message)| readable.contains(&message)) {
            for said in SAID {
                if let Some(said) = item.pointer_mut(said) {
                    *said = Value::Null;
                    item["withheld"] = Value::Bool(true);
                }
            }
        }
        item
    };
    events.iter().map(item).collect()
}

/// The message that an event is about, and its conversation.
fn message_of(recorded: &RecordedEvent) -> Option<(ConversationId, MessageId)> {
    let message = recorded.stream.aggregate_type() == AggregateType::Message;
    let ids = (recorded.conversation_id()?, recorded.stream.local_id().parse().ok()?);
    message.then_some(ids)
}

/// Who reads the log.
struct Reader<'a> {
    state: &'a AppState,
    site: &'a SiteId,
    actor: &'a Actor,
}

impl Reader<'_> {
    /// Those of the messages that the reader may read at this moment, and that are not deleted. Asked of the log, so that a
    /// removal or a deletion holds at once.
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
        let found: Vec<Option<MessageId>> = stream::iter(loads).buffered(LOADS_AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// What the conversation is to the reader; none where they are not in it.
    async fn access(&self, conversation: ConversationId) -> Result<Option<Access>, Problem> {
        let now = self.state.commands.conversation_now(self.site, conversation).await?;
        Ok(now.aggregate.access(self.actor).filter(|access| access.membership != Membership::None))
    }
}
