//! One member's stream: from where the client left off, or from now, without a gap or a double.
//!
//! First listen to the hub, then read what the member may read at a checkpoint at or behind which nothing the hub has
//! handed out is missing, then the events between the client's position and that checkpoint, then live.

use std::collections::HashMap;
use std::time::Duration;

use causerie_domain::{Actor, Role};
use causerie_events::{Event, LogEvent, Position, RecordedEvent, SiteId};
use causerie_projections::{conversation_list, member_list, progress, timeline};
use causerie_store::follower::Checkpoint;
use causerie_store::{Database, Loaded, StoreError};
use futures::Stream;
use serde_json::json;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tracing::Instrument;
use uuid::Uuid;

use super::frame::Frame;
use super::hub::{Hub, Signal};
use super::measure::{self, OpenStream};
use super::show::Show;
use super::visibility::{Shown, Visibility};
use crate::problem::Problem;

/// How far back a stream resumes, in events of the whole log; a client that was away longer gets one `reset`.
const RESUME: u32 = 5_000;
/// Frames that wait for a slow client before its stream is closed by the hub's own bound.
const QUEUE: usize = 64;
/// How long the read models may be behind when a stream starts.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Why a stream ends.
enum End {
    /// The client is gone, the member is barred, or the client was too slow and has to resume.
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
    frames: mpsc::Sender<Frame>,
}

/// Starts a stream. `after` is where the client left off.
pub async fn subscribe(
    hub: &Hub,
    database: &Database,
    site: SiteId,
    actor: &Actor,
    token_role: Role,
    after: Option<Position>,
) -> Result<impl Stream<Item = Frame> + use<>, Problem> {
    if hub.has_lost_the_log() {
        return Err(Problem::unavailable("service.stopping", "this process has to be restarted; try again"));
    }
    let (events, handed_out) = hub.listen(&site);
    let caught_up = |checkpoint: Checkpoint| checkpoint.log_number >= handed_out;
    for model in [conversation_list::NAME, member_list::NAME] {
        if !progress::wait_until(database.pool(), model, LONGEST_WAIT, caught_up).await? {
            return Err(Problem::unavailable("read_model.behind", "the stream cannot start yet; try again"));
        }
    }
    let member = actor.member.clone();
    let commands = hub.commands().clone();
    // These may be ahead of the conversations; what is in them already changes nothing when it comes again.
    let own = Loaded::clone(&*commands.member_now(&site, &member).await?);
    let site_now = Loaded::clone(&*commands.site_now(&site).await?);
    let (_, apart) = member_list::out_of_reach(database.pool(), &site, &member).await?;
    let readable = conversation_list::readable(database.pool(), &site, &member).await?;
    let (frames, stream) = mpsc::channel(QUEUE);
    let subscription = Subscription {
        hub: hub.clone(),
        visibility: Visibility {
            member: member.clone(),
            token_role,
            own,
            site: site_now,
            reads_from: readable.reads_from,
            apart,
        },
        show: Show { database: database.clone(), commands, site, member, token_role },
        frames,
    };
    let run = async move {
        if let Err(End::Failed(error)) = subscription.run(events, readable.checkpoint, after).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a stream ended; its client resumes");
        }
    };
    tokio::spawn(run.in_current_span());
    Ok(ReceiverStream::new(stream))
}

impl Subscription {
    async fn run(
        mut self,
        mut signals: broadcast::Receiver<Signal>,
        start: Checkpoint,
        after: Option<Position>,
    ) -> Result<(), End> {
        let _open = OpenStream::count();
        self.push(Frame { kind: "ready", id: after.is_none().then_some(start.position), data: json!({}) }).await?;
        if let Some(after) = after {
            Box::pin(self.resume(after, start)).await?;
        }
        let seen = self.seen_elsewhere(after, start).await?;
        loop {
            let signal = tokio::select! {
                signal = signals.recv() => signal.map_err(|_| End::Closed)?,
                () = self.frames.closed() => return Err(End::Closed),
            };
            match signal {
                Signal::Event(live) if live.log.log_number > start.log_number => {
                    let shown = self.visibility.see(&live.log.recorded, live.log.log_number, &live.event, &live.detail);
                    if shown == Shown::End {
                        return Err(End::Closed);
                    }
                    // Another node, ahead of this one's read models, may have shown it already.
                    if live.log.recorded.position <= seen {
                        continue;
                    }
                    // In a box: a stream that waits should not hold the room that its queries take.
                    if let Some(frame) = Box::pin(self.show.frame(shown, &live.log, &live.detail)).await? {
                        self.push(frame).await?;
                        measure::handed_out(&live.log.recorded);
                    }
                }
                Signal::Typing(typing) if self.visibility.sees_typing(&typing) => {
                    self.push(Show::typing(&typing)).await?;
                }
                Signal::Event(_) | Signal::Typing(_) => {}
            }
        }
    }

    /// What the client missed, out of the log, seen with the rights of now.
    async fn resume(&mut self, after: Position, start: Checkpoint) -> Result<(), End> {
        let missed = self.show.database.read_log(after, RESUME).await?;
        let too_old =
            missed.len() == RESUME as usize && missed.last().is_some_and(|last| last.position < start.position);
        if too_old {
            return self.push(Frame { kind: "reset", id: Some(start.position), data: json!({}) }).await;
        }
        let until_start: Vec<RecordedEvent> =
            missed.into_iter().take_while(|recorded| recorded.position <= start.position).collect();
        let first = (start.log_number + 1).saturating_sub(until_start.len() as u64);
        let seqs = self.seqs(&until_start).await?;
        for (recorded, log_number) in until_start.into_iter().zip(first..) {
            if *recorded.stream.site_id() != self.show.site {
                continue;
            }
            let Ok(event) = Event::decode(&recorded) else { continue };
            let log = LogEvent { log_number, recorded };
            let seq = log.recorded.stream.local_id().parse().ok().and_then(|id: Uuid| seqs.get(&id).copied());
            let detail = self.hub.details().of(&log, &event, seq).await?;
            // The end by a block that has been lifted since is none: the caller was let in just now.
            let shown = self.visibility.see(&log.recorded, log_number, &event, &detail);
            if let Some(frame) = self.show.frame(shown, &log, &detail).await? {
                self.push(frame).await?;
            }
        }
        Ok(())
    }

    /// Up to where the client has seen everything live, on a node that was ahead of this one and of the read models: it is
    /// not shown again (seen under faults: four messages twice). A position that the log does not hold says nothing.
    async fn seen_elsewhere(&self, after: Option<Position>, start: Checkpoint) -> Result<Position, End> {
        match after {
            Some(after) if after > start.position && self.show.database.has(after).await? => Ok(after),
            _ => Ok(start.position),
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

    /// A client that does not read is let go when the hub's queue for this stream is full: meanwhile this waits.
    async fn push(&self, frame: Frame) -> Result<(), End> {
        self.frames.send(frame).await.map_err(|_| End::Closed)
    }
}
