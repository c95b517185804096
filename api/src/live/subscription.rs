//! The stream of a member, with no missing or duplicate events.
//!
//! It registers with the hub, then loads what the member may read as of a log position not before
//! the end of the log at the time of the request. It shows the events between the client's position
//! and that one, and then live events.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use causerie_domain::{Actor, Role, SiteError};
use causerie_events::{AggregateType, Event, LogEvent, MessageEvent, Position, SiteId};
use causerie_projections::{conversation_list, member_list, progress};
use causerie_store::follower::Checkpoint;
use causerie_store::{Database, Loaded, StoreError};
use futures::{Stream, stream};
use tokio::time::{Instant, timeout_at};

use super::event::{EventDetail, LiveEvent, Signal};
use super::frame::{Frame, STILL_THERE};
use super::hub::Hub;
use super::listeners::ListenerHandle;
use super::measure::StreamMetrics;
use super::resume::{MissedEvents, wait_for_start};
use super::shared::with_timeout;
use super::show::FrameBuilder;
use super::visibility::{Visibility, VisibleChange};
use crate::codes;
use crate::commands::CommandError;
use crate::problem::Problem;

/// Events of the whole log after which a stream sends `reset` instead of resuming.
const MAX_RESUMED_EVENTS: u32 = 5_000;
/// How long the start of a stream waits for each read model.
const START_TIMEOUT: Duration = Duration::from_secs(5);
/// How often an idle stream sends a comment.
pub(crate) const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(15);

enum StreamEnd {
    /// The member is blocked, or the client was too slow and must resume.
    Closed,
    /// A lookup failed or timed out. The client resumes.
    Failed(Arc<StoreError>),
}

impl From<StoreError> for StreamEnd {
    fn from(error: StoreError) -> Self {
        Self::Failed(Arc::new(error))
    }
}

impl From<Arc<StoreError>> for StreamEnd {
    fn from(error: Arc<StoreError>) -> Self {
        Self::Failed(error)
    }
}

struct Subscription {
    hub: Hub,
    visibility: Visibility,
    show: FrameBuilder,
    /// The log position of the loaded visibility. Later events are shown live.
    start: Checkpoint,
    /// The client's position.
    after: Option<Position>,
    phase: Phase,
    /// The log number as of which the stream showed messages while it resumed.
    content_as_of: u64,
    heartbeat: Instant,
    listening: ListenerHandle,
    metrics: StreamMetrics,
}

enum Phase {
    Starting,
    /// `ready` has been sent.
    Started,
    /// Shows the events that the client missed.
    Resuming(Box<MissedEvents>),
    Live {
        seen: Position,
    },
}

/// Starts a stream of encoded frames. `after` is the client's position.
pub async fn subscribe(
    hub: &Hub,
    database: &Database,
    site: SiteId,
    actor: &Actor,
    token_role: Role,
    after: Option<Position>,
) -> Result<impl Stream<Item = Bytes> + use<>, Problem> {
    let member = actor.member.clone();
    let (listening, dispatched) = with_timeout(hub.listen(&site, &member, token_role)).await?;
    // An acknowledged removal is in the log, but the hub may not have read it yet.
    let end = with_timeout(database.end_of_log()).await?;
    let wait_for = async |model, log_number, position| {
        let reached = |checkpoint: Checkpoint| checkpoint.log_number >= log_number && checkpoint.position >= position;
        progress::wait_until(database.pool(), model, START_TIMEOUT, reached).await
    };
    wait_for(conversation_list::NAME, dispatched, end).await?;
    let readable = async { Ok(conversation_list::readable(database.pool(), &site, &member).await?) };
    let readable = with_timeout(readable).await?;
    // The member list must not be behind, or events between the two would be lost.
    let Checkpoint { log_number, position } = readable.checkpoint;
    wait_for(member_list::NAME, log_number, position).await?;
    let blocks = async { Ok(member_list::out_of_reach(database.pool(), &site, &member).await?) };
    let (start, blocks) = with_timeout(blocks).await?;
    let commands = hub.commands().clone();
    // These may be ahead of both; events that they contain are not applied again.
    let own = Loaded::clone(&*commands.member_now(&site, &member).await?);
    let site_now = Loaded::clone(&*commands.site_now(&site).await?);
    let mut visibility =
        Visibility { member: member.clone(), token_role, own, site: site_now, reads_from: readable.reads_from, blocks };
    // No later event would end the stream of a member who is blocked already.
    visibility.actor().require_active().map_err(CommandError::refused)?;
    if visibility.site.aggregate.is_closed_to(token_role) {
        return Err(CommandError::refused(SiteError::Closed).into());
    }
    catch_up(&mut visibility, hub, &site, readable.checkpoint, start).await?;
    listening.set_conversations(visibility.reads_from.keys().copied(), visibility.is_staff());
    let subscription = Box::new(Subscription {
        hub: hub.clone(),
        visibility,
        show: FrameBuilder { database: database.clone(), site, member },
        start,
        after,
        phase: Phase::Starting,
        content_as_of: 0,
        heartbeat: Instant::now() + HEARTBEAT_INTERVAL,
        listening,
        metrics: StreamMetrics::open(),
    });
    Ok(stream::unfold(subscription, |mut subscription| async move {
        match subscription.next().await {
            Ok(frame) => Some((frame, subscription)),
            Err(StreamEnd::Closed) => None,
            Err(StreamEnd::Failed(error)) => {
                let error: &dyn std::error::Error = &*error;
                tracing::warn!(error, "lookup of a live stream failed; ending the stream, whose client resumes");
                None
            }
        }
    }))
}

fn read_models_behind() -> Problem {
    Problem::new(codes::READ_MODEL_BEHIND, "the stream cannot start yet; try again")
}

/// Applies the events between the checkpoints of the conversations and of the blocks.
async fn catch_up(
    visibility: &mut Visibility,
    hub: &Hub,
    site: &SiteId,
    from: Checkpoint,
    to: Checkpoint,
) -> Result<(), Problem> {
    let between = to.log_number.checked_sub(from.log_number).and_then(|between| u32::try_from(between).ok());
    let between = between.filter(|between| *between <= MAX_RESUMED_EVENTS).ok_or_else(read_models_behind)?;
    if between == 0 {
        return Ok(());
    }
    let events = hub.details().database.read_log(from.position, between).await?;
    for log in LogEvent::numbered_after(from.log_number, events) {
        let stream = &log.recorded.stream;
        // A message does not change what a member may see.
        if stream.site_id() != site || stream.aggregate_type() == AggregateType::Message {
            continue;
        }
        let Ok(event) = Event::decode(&log.recorded) else { continue };
        let detail = with_timeout(hub.details().look_up(&log, &event, None)).await?;
        visibility.observe(&log.recorded, log.log_number, &event, &detail);
    }
    Ok(())
}

impl Subscription {
    async fn next(&mut self) -> Result<Bytes, StreamEnd> {
        loop {
            match &mut self.phase {
                Phase::Starting => {
                    self.phase = Phase::Started;
                    let id = self.after.is_none().then_some(self.start.position);
                    return Ok(Frame::READY.encode(id));
                }
                Phase::Started => {
                    if let Some(reset) = Box::pin(self.look_back()).await? {
                        return Ok(reset);
                    }
                }
                Phase::Resuming(missed) => {
                    let next = Box::pin(with_timeout(missed.next(&self.show, &self.visibility))).await?;
                    self.content_as_of = missed.content_as_of;
                    match next {
                        Some(frame) => return Ok(frame),
                        None => self.phase = Phase::Live { seen: self.start.position },
                    }
                }
                Phase::Live { seen } => {
                    let seen = *seen;
                    let Ok(signal) = timeout_at(self.heartbeat, self.listening.next()).await else {
                        self.heartbeat = Instant::now() + HEARTBEAT_INTERVAL;
                        return Ok(STILL_THERE);
                    };
                    if let Some(frame) = self.show(&signal.ok_or(StreamEnd::Closed)?, seen).await? {
                        self.heartbeat = Instant::now() + HEARTBEAT_INTERVAL;
                        return Ok(frame);
                    }
                }
            }
        }
    }

    async fn show(&mut self, signal: &Signal, seen: Position) -> Result<Option<Bytes>, StreamEnd> {
        match signal {
            Signal::Event(live) if live.log.log_number > self.start.log_number => self.show_event(live, seen).await,
            Signal::Event(_) => Ok(None),
            Signal::Reset => Ok(Some(Frame::RESET.encode(None))),
            Signal::Typing(typing) => Ok(self.visibility.sees_typing(typing).then(|| FrameBuilder::typing(typing))),
        }
    }

    async fn show_event(&mut self, live: &LiveEvent, seen: Position) -> Result<Option<Bytes>, StreamEnd> {
        let LiveEvent { log, event, .. } = live;
        let details = self.hub.details();
        let detail =
            if self.visibility.needs_detail(event) { details.of(live).await? } else { const { &EventDetail::None } };
        let shown = self.visibility.observe(&log.recorded, log.log_number, event, detail);
        if shown == VisibleChange::End {
            return Err(StreamEnd::Closed);
        }
        // Another node that was ahead of this node's read models may have shown it already.
        if log.recorded.position <= seen {
            return Ok(None);
        }
        let staff = self.visibility.is_staff();
        let is_deletion = matches!(event, Event::Message(MessageEvent::MessageDeleted(_)));
        let repeats_deletion = is_deletion && log.log_number <= self.content_as_of;
        let frames = self.show.frames(shown, live, detail, staff, repeats_deletion).await?;
        if frames.is_some() {
            self.metrics.record_delivery(&log.recorded);
        }
        Ok(frames)
    }

    /// Loads the missed events. Returns a `reset` if they are too many, if events cannot express
    /// the change, or if the log has lost the client's position or begun an epoch since.
    async fn look_back(&mut self) -> Result<Option<Bytes>, StreamEnd> {
        let Checkpoint { log_number, position } = self.start;
        let live = |seen| Phase::Live { seen };
        let Some(after) = self.after else {
            self.phase = live(position);
            return Ok(None);
        };
        let database = &self.show.database;
        // In an earlier epoch the client may have seen events before its position that were lost.
        let earlier = after.epoch < position.epoch;
        if after != Position::START && (earlier || !with_timeout(database.has(after)).await?) {
            self.phase = live(position);
            return Ok(Some(Frame::RESET.encode(Some(position))));
        }
        // Another node, which was ahead of this one and of the read models, has shown the events up
        // to `after`. They must not be shown again.
        if after >= position {
            self.phase = live(after);
            return Ok(None);
        }
        let missed = with_timeout(database.read_log(after, MAX_RESUMED_EVENTS)).await?;
        let too_old =
            missed.len() == MAX_RESUMED_EVENTS as usize && missed.last().is_some_and(|last| last.position < position);
        let planned = if too_old {
            None
        } else {
            wait_for_start(database, log_number).await?;
            let until_start: Vec<_> = missed.into_iter().take_while(|recorded| recorded.position <= position).collect();
            let before = log_number.saturating_sub(until_start.len() as u64);
            let numbered = LogEvent::numbered_after(before, until_start);
            let events: Vec<_> = numbered.filter(|log| *log.recorded.stream.site_id() == self.show.site).collect();
            with_timeout(MissedEvents::plan(events, &self.visibility, database)).await?
        };
        if let Some(missed) = planned {
            self.phase = Phase::Resuming(Box::new(missed));
            Ok(None)
        } else {
            self.phase = live(position);
            Ok(Some(Frame::RESET.encode(Some(position))))
        }
    }
}
