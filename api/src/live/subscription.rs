//! One member's stream: from where the client left off, or from now, without a gap or a double.
//!
//! First listen to the hub, then read what the member may read as of a place in the log that is not before the last the hub
//! had handed out, then the events between the client's position and that place, then live.

use std::collections::HashMap;
use std::time::Duration;
use std::vec;

use bytes::Bytes;
use causerie_domain::{Actor, Role};
use causerie_events::{AggregateType, Event, LogEvent, Position, RecordedEvent, SiteId};
use causerie_projections::{conversation_list, member_list, progress, timeline};
use causerie_store::follower::Checkpoint;
use causerie_store::{Database, Loaded, StoreError};
use futures::{Stream, stream};
use serde_json::json;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::frame::{Frame, STILL_THERE};
use super::hub::{Hub, LiveEvent, Signal};
use super::listeners::Listening;
use super::measure::OpenStream;
use super::show::Show;
use super::visibility::{Shown, Visibility};
use crate::commands::CommandError;
use crate::problem::Problem;

/// How far back a stream resumes, in events of the whole log; a client that was away longer gets one `reset`.
const RESUME: u32 = 5_000;
/// How long the read models may be behind when a stream starts.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How often a silent stream says that it is still there.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(15);

/// Why a stream ends.
enum End {
    /// The member is barred, or the client was too slow and has to resume.
    Closed,
    /// The log or a read model failed; the client resumes.
    Failed(StoreError),
}

impl<E: Into<StoreError>> From<E> for End {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

struct Subscription {
    hub: Hub,
    visibility: Visibility,
    show: Show,
    /// Of which moment is what is known of the member: what comes behind it is shown.
    start: Checkpoint,
    /// Where the client left off.
    after: Option<Position>,
    phase: Phase,
    /// When the stream will have been silent for too long.
    heartbeat: Instant,
    listening: Listening,
    open: OpenStream,
}

enum Phase {
    /// Nothing has been said.
    Beginning,
    /// The client has been told that it is here.
    Begun,
    /// What the client missed is on its way.
    Resuming(Box<Missed>),
    /// What happens, as it happens.
    Live {
        /// Up to here the client has seen everything.
        seen: Position,
    },
}

/// The events that a client missed, and the numbers of the messages among them.
struct Missed {
    events: vec::IntoIter<LogEvent>,
    seqs: HashMap<Uuid, i64>,
}

/// Starts a stream of frames, as they go over the wire. `after` is where the client left off.
pub async fn subscribe(
    hub: &Hub,
    database: &Database,
    site: SiteId,
    actor: &Actor,
    token_role: Role,
    after: Option<Position>,
) -> Result<impl Stream<Item = Bytes> + use<>, Problem> {
    if hub.has_lost_the_log() {
        return Err(Problem::unavailable("service.stopping", "this process has to be restarted; try again"));
    }
    let member = actor.member.clone();
    let (listening, handed_out) = hub.listen(&site, &member, token_role);
    let reaches = async |model, log_number| {
        let there = |checkpoint: Checkpoint| checkpoint.log_number >= log_number;
        if progress::wait_until(database.pool(), model, LONGEST_WAIT, there).await? { Ok(()) } else { Err(behind()) }
    };
    reaches(conversation_list::NAME, handed_out).await?;
    let readable = conversation_list::readable(database.pool(), &site, &member).await?;
    // Not behind the conversations: what came between would be in neither.
    reaches(member_list::NAME, readable.checkpoint.log_number).await?;
    let (start, blocks) = member_list::out_of_reach(database.pool(), &site, &member).await?;
    let commands = hub.commands().clone();
    // These are ahead of both: what they hold already changes nothing when it comes again.
    let own = Loaded::clone(&*commands.member_now(&site, &member).await?);
    let site_now = Loaded::clone(&*commands.site_now(&site).await?);
    let mut visibility =
        Visibility { member: member.clone(), token_role, own, site: site_now, reads_from: readable.reads_from, blocks };
    // Who was barred after they were asked who they are: no event to come would end their stream.
    visibility.actor().require_active().map_err(CommandError::refused)?;
    catch_up(&mut visibility, hub, &site, readable.checkpoint, start).await?;
    listening.settle(visibility.reads_from.keys().copied(), visibility.is_staff());
    let subscription = Box::new(Subscription {
        hub: hub.clone(),
        visibility,
        show: Show { database: database.clone(), commands, site, member, token_role },
        start,
        after,
        phase: Phase::Beginning,
        heartbeat: Instant::now() + HEARTBEAT,
        listening,
        open: OpenStream::count(),
    });
    Ok(stream::unfold(subscription, |mut subscription| async move {
        match subscription.next().await {
            Ok(frame) => Some((frame, subscription)),
            Err(End::Closed) => None,
            Err(End::Failed(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a stream ended; its client resumes");
                None
            }
        }
    }))
}

fn behind() -> Problem {
    Problem::unavailable("read_model.behind", "the stream cannot start yet; try again")
}

/// The conversations are of a moment before the blocks: takes in what came between, so that both are of one moment.
async fn catch_up(
    visibility: &mut Visibility,
    hub: &Hub,
    site: &SiteId,
    from: Checkpoint,
    to: Checkpoint,
) -> Result<(), Problem> {
    let between = to.log_number.checked_sub(from.log_number).and_then(|between| u32::try_from(between).ok());
    let between = between.filter(|between| *between <= RESUME).ok_or_else(behind)?;
    if between == 0 {
        return Ok(());
    }
    let events = hub.details().database.read_log(from.position, between).await?;
    for log in LogEvent::behind(from.log_number, events) {
        let stream = &log.recorded.stream;
        // A message changes nothing of what its reader may see.
        if stream.site_id() != site || stream.aggregate_type() == AggregateType::Message {
            continue;
        }
        let Ok(event) = Event::decode(&log.recorded) else { continue };
        let detail = hub.details().of(&log, &event, None).await?;
        visibility.see(&log.recorded, log.log_number, &event, &detail);
    }
    Ok(())
}

impl Subscription {
    /// The next frame.
    async fn next(&mut self) -> Result<Bytes, End> {
        loop {
            match &mut self.phase {
                Phase::Beginning => {
                    self.phase = Phase::Begun;
                    let id = self.after.is_none().then_some(self.start.position);
                    return Ok(Frame { kind: "ready", id, data: json!({}) }.into());
                }
                Phase::Begun => {
                    if let Some(reset) = Box::pin(self.look_back()).await? {
                        return Ok(reset);
                    }
                }
                Phase::Resuming(missed) => match missed.events.next() {
                    Some(log) => {
                        let id: Option<Uuid> = log.recorded.stream.local_id().parse().ok();
                        let seq = id.and_then(|id| missed.seqs.get(&id).copied());
                        if let Some(frame) = Box::pin(self.show_missed(&log, seq)).await? {
                            return Ok(frame);
                        }
                    }
                    None => self.phase = Phase::Live { seen: Box::pin(self.seen_elsewhere()).await? },
                },
                Phase::Live { seen } => {
                    let seen = *seen;
                    let Ok(signal) = timeout_at(self.heartbeat, self.listening.next()).await else {
                        self.heartbeat = Instant::now() + HEARTBEAT;
                        return Ok(STILL_THERE);
                    };
                    if let Some(frame) = self.show(&signal.ok_or(End::Closed)?, seen).await? {
                        self.heartbeat = Instant::now() + HEARTBEAT;
                        return Ok(frame);
                    }
                }
            }
        }
    }

    async fn show(&mut self, signal: &Signal, seen: Position) -> Result<Option<Bytes>, End> {
        match signal {
            Signal::Event(live) if live.log.log_number > self.start.log_number => self.show_event(live, seen).await,
            Signal::Event(_) => Ok(None),
            Signal::Typing(typing) => Ok(self.visibility.sees_typing(typing).then(|| Show::typing(typing).into())),
        }
    }

    async fn show_event(&mut self, live: &LiveEvent, seen: Position) -> Result<Option<Bytes>, End> {
        let LiveEvent { log, event, detail } = live;
        let shown = self.visibility.see(&log.recorded, log.log_number, event, detail);
        if shown == Shown::End {
            return Err(End::Closed);
        }
        // Another node, ahead of this one's read models, may have shown it already.
        if log.recorded.position <= seen {
            return Ok(None);
        }
        let frame = self.show.frame(shown, log, detail).await?;
        if frame.is_some() {
            self.open.handed_out(&log.recorded);
        }
        Ok(frame)
    }

    /// What the client missed, out of the log; after too long, one `reset`.
    async fn look_back(&mut self) -> Result<Option<Bytes>, End> {
        let Checkpoint { log_number, position } = self.start;
        let Some(after) = self.after else {
            self.phase = Phase::Live { seen: position };
            return Ok(None);
        };
        let missed = self.show.database.read_log(after, RESUME).await?;
        let too_old = missed.len() == RESUME as usize && missed.last().is_some_and(|last| last.position < position);
        if too_old {
            self.phase = Phase::Live { seen: position };
            return Ok(Some(Frame { kind: "reset", id: Some(position), data: json!({}) }.into()));
        }
        let until_start: Vec<RecordedEvent> =
            missed.into_iter().take_while(|recorded| recorded.position <= position).collect();
        let before = log_number.saturating_sub(until_start.len() as u64);
        let seqs = self.seqs(&until_start).await?;
        let numbered = LogEvent::behind(before, until_start);
        let events: Vec<_> = numbered.filter(|log| *log.recorded.stream.site_id() == self.show.site).collect();
        self.phase = Phase::Resuming(Box::new(Missed { events: events.into_iter(), seqs }));
        Ok(None)
    }

    /// An event of the time before, seen with the rights of now.
    async fn show_missed(&mut self, log: &LogEvent, seq: Option<i64>) -> Result<Option<Bytes>, End> {
        let Ok(event) = Event::decode(&log.recorded) else { return Ok(None) };
        let detail = self.hub.details().of(log, &event, seq).await?;
        // The end by a block that has been lifted since is none: the caller was let in just now.
        let shown = self.visibility.see(&log.recorded, log.log_number, &event, &detail);
        Ok(self.show.frame(shown, log, &detail).await?)
    }

    /// Up to where the client has seen everything live, on a node that was ahead of this one and of the read models: it is
    /// not shown again (seen under faults: four messages twice). A position that the log does not hold says nothing.
    async fn seen_elsewhere(&self) -> Result<Position, End> {
        match self.after {
            Some(after) if after > self.start.position && self.show.database.has(after).await? => Ok(after),
            _ => Ok(self.start.position),
        }
    }

    /// The numbers of the messages sent meanwhile, in one query: after an outage everybody resumes at once, and a query
    /// for each message would keep them all behind (seen under faults: streams live again only after seconds). Those the
    /// timeline has not got to yet are waited for one by one.
    async fn seqs(&self, missed: &[RecordedEvent]) -> Result<HashMap<Uuid, i64>, End> {
        let sent = missed
            .iter()
            .filter(|recorded| recorded.event_type == "MessageSent" && *recorded.stream.site_id() == self.show.site);
        let ids: Vec<Uuid> = sent.filter_map(|recorded| recorded.stream.local_id().parse().ok()).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(timeline::seqs_of(self.show.database.pool(), &self.show.site, &ids).await?)
    }
}
