//! One member's stream: from where the client left off, or from now, without a gap or a double.
//!
//! First listen to the hub, then read what the member may read as of a place in the log that is not before its end, as that
//! was when they asked, then the events between the client's position and that place, then live.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use causerie_domain::site::SiteError;
use causerie_domain::{Actor, Role};
use causerie_events::{AggregateType, Event, LogEvent, MessageEvent, Position, SiteId};
use causerie_projections::{conversation_list, member_list, progress};
use causerie_store::follower::Checkpoint;
use causerie_store::{Database, Loaded, StoreError};
use futures::{Stream, stream};
use tokio::time::{Instant, timeout_at};

use super::detail::Detail;
use super::frame::{Frame, STILL_THERE};
use super::hub::{Hub, LiveEvent, Signal};
use super::listeners::Listening;
use super::measure::OpenStream;
use super::resume::{Missed, wait_for_start};
use super::shared::limited;
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
    /// A look-up failed or took too long; the client resumes.
    Failed(Arc<StoreError>),
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self::Failed(Arc::new(error))
    }
}

impl From<Arc<StoreError>> for End {
    fn from(error: Arc<StoreError>) -> Self {
        Self::Failed(error)
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
    /// The client was shown messages as of this log number while it resumed.
    content_as_of: u64,
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

/// Starts a stream of frames, as they go over the wire. `after` is where the client left off.
pub async fn subscribe(
    hub: &Hub,
    database: &Database,
    site: SiteId,
    actor: &Actor,
    token_role: Role,
    after: Option<Position>,
) -> Result<impl Stream<Item = Bytes> + use<>, Problem> {
    let member = actor.member.clone();
    let (listening, handed_out) = limited(hub.listen(&site, &member, token_role)).await?;
    // A removal that was acknowledged before they asked is in the log, though maybe not in what the hub has read.
    let end = limited(database.end_of_log()).await?;
    let reach = async |model, log_number, position| {
        let there = |checkpoint: Checkpoint| checkpoint.log_number >= log_number && checkpoint.position >= position;
        progress::wait_until(database.pool(), model, LONGEST_WAIT, there).await
    };
    reach(conversation_list::NAME, handed_out, end).await?;
    let readable = async { Ok(conversation_list::readable(database.pool(), &site, &member).await?) };
    let readable = limited(readable).await?;
    // Not behind the conversations: what came between would be in neither.
    let Checkpoint { log_number, position } = readable.checkpoint;
    reach(member_list::NAME, log_number, position).await?;
    let blocks = async { Ok(member_list::out_of_reach(database.pool(), &site, &member).await?) };
    let (start, blocks) = limited(blocks).await?;
    let commands = hub.commands().clone();
    // These are ahead of both: what they hold already changes nothing when it comes again.
    let own = Loaded::clone(&*commands.member_now(&site, &member).await?);
    let site_now = Loaded::clone(&*commands.site_now(&site).await?);
    let mut visibility =
        Visibility { member: member.clone(), token_role, own, site: site_now, reads_from: readable.reads_from, blocks };
    // Who was barred after they were asked who they are: no event to come would end their stream.
    visibility.actor().require_active().map_err(CommandError::refused)?;
    if visibility.site.aggregate.is_closed_to(token_role) {
        return Err(CommandError::refused(SiteError::Closed).into());
    }
    catch_up(&mut visibility, hub, &site, readable.checkpoint, start).await?;
    listening.settle(visibility.reads_from.keys().copied(), visibility.is_staff());
    let subscription = Box::new(Subscription {
        hub: hub.clone(),
        visibility,
        show: Show { database: database.clone(), site, member },
        start,
        after,
        phase: Phase::Beginning,
        content_as_of: 0,
        heartbeat: Instant::now() + HEARTBEAT,
        listening,
        open: OpenStream::count(),
    });
    Ok(stream::unfold(subscription, |mut subscription| async move {
        match subscription.next().await {
            Ok(frame) => Some((frame, subscription)),
            Err(End::Closed) => None,
            Err(End::Failed(error)) => {
                let error: &dyn std::error::Error = &*error;
                tracing::warn!(error, "a look-up of a stream failed; the stream ends and its client resumes");
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
    for log in LogEvent::numbered_after(from.log_number, events) {
        let stream = &log.recorded.stream;
        // A message changes nothing of what its reader may see.
        if stream.site_id() != site || stream.aggregate_type() == AggregateType::Message {
            continue;
        }
        let Ok(event) = Event::decode(&log.recorded) else { continue };
        let detail = limited(hub.details().look_up(&log, &event, None)).await?;
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
                    return Ok(Frame::READY.encode(id));
                }
                Phase::Begun => {
                    if let Some(reset) = Box::pin(self.look_back()).await? {
                        return Ok(reset);
                    }
                }
                Phase::Resuming(missed) => {
                    let next = Box::pin(limited(missed.next(&self.show, &self.visibility))).await?;
                    self.content_as_of = missed.content_as_of;
                    match next {
                        Some(frame) => return Ok(frame),
                        None => self.phase = Phase::Live { seen: self.start.position },
                    }
                }
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
            Signal::Reset => Ok(Some(Frame::RESET.encode(None))),
            Signal::Typing(typing) => Ok(self.visibility.sees_typing(typing).then(|| Show::typing(typing))),
        }
    }

    async fn show_event(&mut self, live: &LiveEvent, seen: Position) -> Result<Option<Bytes>, End> {
        let LiveEvent { log, event, .. } = live;
        let details = self.hub.details();
        let detail =
            if self.visibility.needs_detail(event) { details.of(live).await? } else { const { &Detail::None } };
        let shown = self.visibility.see(&log.recorded, log.log_number, event, detail);
        if shown == Shown::End {
            return Err(End::Closed);
        }
        // Another node, ahead of this one's read models, may have shown it already.
        if log.recorded.position <= seen {
            return Ok(None);
        }
        let staff = self.visibility.is_staff();
        let is_deletion = matches!(event, Event::Message(MessageEvent::MessageDeleted(_)));
        let frames = if is_deletion && log.log_number <= self.content_as_of {
            Box::pin(self.show.deleted_again(shown, live, detail, staff)).await?
        } else {
            self.show.frames(shown, live, detail, staff).await?
        };
        if frames.is_some() {
            self.open.handed_out(&log.recorded);
        }
        Ok(frames)
    }

    /// What the client missed, out of the log; one `reset` where that is too much, where it cannot be told event by event, and
    /// where the log does not hold the place that the client names, or has gone on in another epoch since.
    async fn look_back(&mut self) -> Result<Option<Bytes>, End> {
        let Checkpoint { log_number, position } = self.start;
        let live = |seen| Phase::Live { seen };
        let Some(after) = self.after else {
            self.phase = live(position);
            return Ok(None);
        };
        let database = &self.show.database;
        // In an earlier epoch the client may have been shown what was lost from before this place.
        let earlier = after.epoch < position.epoch;
        if after != Position::START && (earlier || !limited(database.has(after)).await?) {
            self.phase = live(position);
            return Ok(Some(Frame::RESET.encode(Some(position))));
        }
        // Shown up to there by another node, which was ahead of this one and of the read models: it is not shown again (seen
        // under faults: four messages twice).
        if after >= position {
            self.phase = live(after);
            return Ok(None);
        }
        let missed = limited(database.read_log(after, RESUME)).await?;
        let too_old = missed.len() == RESUME as usize && missed.last().is_some_and(|last| last.position < position);
        let planned = if too_old {
            None
        } else {
            wait_for_start(database, log_number).await?;
            let until_start: Vec<_> = missed.into_iter().take_while(|recorded| recorded.position <= position).collect();
            let before = log_number.saturating_sub(until_start.len() as u64);
            let numbered = LogEvent::numbered_after(before, until_start);
            let events: Vec<_> = numbered.filter(|log| *log.recorded.stream.site_id() == self.show.site).collect();
            limited(Missed::plan(events, &self.visibility, database)).await?
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
