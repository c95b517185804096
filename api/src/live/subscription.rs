//! One member's stream: from where the client left off, or from now, without a gap or a double.
//!
//! First listen to the hub, then read what the member may read at a checkpoint at or behind which nothing the hub has
//! handed out is missing, then the events between the client's position and that checkpoint, then live.

use std::sync::Arc;
use std::time::Duration;

use causerie_events::{Event, LogEvent, MemberId, MessageEvent, Position, RecordedEvent, SiteId};
use causerie_projections::conversation_list::{self, ListConversations};
use causerie_projections::progress;
use causerie_projections::timeline::{self, MessageView};
use causerie_store::follower::Checkpoint;
use causerie_store::{Database, StoreError};
use futures::Stream;
use serde_json::json;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;

use super::frame::Frame;
use super::hub::{Hub, LiveEvent};
use super::visibility::{Shown, Visibility};
use crate::problem::Problem;

/// How far back a stream resumes, in events of the whole log; a client that was away longer gets one `reset`.
const RESUME: u32 = 5_000;
/// Frames that wait for a slow client before its stream is closed by the hub's own bound.
const QUEUE: usize = 64;
/// How long the read model may be behind when a stream starts, and when a changed conversation is shown.
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
    database: Database,
    site: SiteId,
    visibility: Visibility,
    member: MemberId,
    frames: mpsc::Sender<Frame>,
}

/// Starts a stream. `after` is where the client left off.
pub async fn subscribe(
    hub: &Hub,
    database: &Database,
    site: SiteId,
    member: MemberId,
    after: Option<Position>,
) -> Result<impl Stream<Item = Frame> + use<>, Problem> {
    let (events, handed_out) = hub.listen(&site);
    let caught_up = |checkpoint: Checkpoint| checkpoint.log_number >= handed_out;
    if !progress::wait_until(database.pool(), conversation_list::NAME, LONGEST_WAIT, caught_up).await? {
        return Err(Problem::unavailable("read_model.behind", "the stream cannot start yet; try again"));
    }
    let readable = conversation_list::readable(database.pool(), &site, &member).await?;
    let (frames, stream) = mpsc::channel(QUEUE);
    let subscription = Subscription {
        database: database.clone(),
        site,
        visibility: Visibility::new(member.clone(), readable.reads_from),
        member,
        frames,
    };
    tokio::spawn(async move {
        if let Err(End::Failed(error)) = subscription.run(events, readable.checkpoint, after).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a stream ended; its client resumes");
        }
    });
    Ok(ReceiverStream::new(stream))
}

impl Subscription {
    async fn run(
        mut self,
        mut events: broadcast::Receiver<Arc<LiveEvent>>,
        start: Checkpoint,
        after: Option<Position>,
    ) -> Result<(), End> {
        self.push(Frame { kind: "ready", id: after.is_none().then_some(start.position), data: json!({}) }).await?;
        if let Some(after) = after {
            self.resume(after, start).await?;
        }
        loop {
            let live = tokio::select! {
                live = events.recv() => live.map_err(|_| End::Closed)?,
                () = self.frames.closed() => return Err(End::Closed),
            };
            if live.log.log_number > start.log_number {
                let shown = self.visibility.see(&live.log.recorded, live.log.log_number, &live.event);
                self.show(shown, &live.log, &live.event, live.seq).await?;
            }
        }
    }

    /// What the client missed, out of the log, seen with the rights of now.
    async fn resume(&mut self, after: Position, start: Checkpoint) -> Result<(), End> {
        let missed = self.database.read_log(after, RESUME).await?;
        let too_old =
            missed.len() == RESUME as usize && missed.last().is_some_and(|last| last.position < start.position);
        if too_old {
            return self.push(Frame { kind: "reset", id: Some(start.position), data: json!({}) }).await;
        }
        let until_start: Vec<RecordedEvent> =
            missed.into_iter().take_while(|recorded| recorded.position <= start.position).collect();
        let first = (start.log_number + 1).saturating_sub(until_start.len() as u64);
        for (recorded, log_number) in until_start.into_iter().zip(first..) {
            if recorded.stream.site_id() != &self.site {
                continue;
            }
            let Ok(event) = Event::decode(&recorded) else { continue };
            let log = LogEvent { log_number, recorded };
            match self.visibility.see(&log.recorded, log_number, &event) {
                // A block that has been lifted since: the caller was let in just now.
                Shown::End => {}
                shown => self.show(shown, &log, &event, None).await?,
            }
        }
        Ok(())
    }

    async fn show(&self, shown: Shown, log: &LogEvent, event: &Event, seq: Option<i64>) -> Result<(), End> {
        let position = log.recorded.position;
        let frame = match shown {
            Shown::Nothing => return Ok(()),
            Shown::End => return Err(End::Closed),
            Shown::Message => self.message(log, event, seq).await?,
            Shown::Site => {
                let data = json!({ "site": self.site, "event": log.recorded.event_type });
                Some(Frame::new("site.changed", position, &data))
            }
            Shown::Member => {
                Some(Frame::new("member.changed", position, &json!({ "id": log.recorded.stream.local_id() })))
            }
            Shown::ConversationGone(id) => Some(Frame::new("conversation.removed", position, &json!({ "id": id }))),
            Shown::Conversation(id) => {
                let there = |checkpoint: Checkpoint| checkpoint.log_number >= log.log_number;
                progress::wait_until(self.database.pool(), conversation_list::NAME, LONGEST_WAIT, there).await?;
                let query = ListConversations {
                    site: self.site.clone(),
                    member: self.member.clone(),
                    kind: None,
                    only: Some(id),
                    after: None,
                    limit: 1,
                };
                // Gone again by now: the removal is on its way.
                let page = conversation_list::list(self.database.pool(), &query).await?;
                page.items.first().map(|view| Frame::new("conversation.changed", position, view))
            }
        };
        match frame {
            Some(frame) => self.push(frame).await,
            None => Ok(()),
        }
    }

    async fn message(&self, log: &LogEvent, event: &Event, seq: Option<i64>) -> Result<Option<Frame>, End> {
        let Event::Message(MessageEvent::MessageSent(sent)) = event else { return Ok(None) };
        let Ok(id) = log.recorded.stream.local_id().parse() else { return Ok(None) };
        let seq = match seq {
            Some(seq) => seq,
            None => timeline::seq_of(self.database.pool(), log, LONGEST_WAIT).await?,
        };
        let view = MessageView::sent(id, sent, seq);
        let mut data = serde_json::to_value(view).unwrap_or_default();
        if let Some(object) = data.as_object_mut() {
            object.insert("conversation_id".to_owned(), json!(sent.conversation_id));
        }
        Ok(Some(Frame::new("message.sent", log.recorded.position, &data)))
    }

    /// A client that does not read is let go when the hub's queue for this stream is full: meanwhile this waits.
    async fn push(&self, frame: Frame) -> Result<(), End> {
        self.frames.send(frame).await.map_err(|_| End::Closed)
    }
}
