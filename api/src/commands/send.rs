//! SendMessage, the hot path: guards out of the cache, one place in a batch, one answer.
//!
//! A send reads the site, the author and the conversation, and the other of a direct one. The message's own stream is not
//! asked beforehand: that it does not exist yet is what the append finds out.

use causerie_domain::message::{self, MessageCommand, Posted, ReplyTarget};
use causerie_domain::permission::{ConversationAct, Place, permit};
use causerie_domain::{Decide, Message};
use causerie_events::{ConversationId, MessageEvent, MessageId, MessageText, Metadata, SiteId, StreamId};
use causerie_store::{Append, FirstEvent, GroupCommitError, Loaded, StoreError, StoreErrorKind, Verdict};
use cqrs_es::Aggregate;
use jiff::Timestamp;
use uuid::Uuid;

use super::execute::{RETRIES, pause, refused_under};
use super::facts::Facts;
use super::{CommandError, Commands, Receipt, Sender};
use crate::edge::Precondition;

/// The version of a message that was only sent.
const SENT: u64 = 1;

/// SendMessage.
#[derive(Debug, Clone)]
pub struct SendMessage {
    /// The site.
    pub site: SiteId,
    /// Where to.
    pub conversation: ConversationId,
    /// Its id.
    pub message: MessageId,
    /// What it says.
    pub text: MessageText,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// The time of the service.
    pub sent_at: Timestamp,
}

impl Commands {
    /// SendMessage. Its cost does not grow with what the conversation holds. A caller that goes away cancels nothing
    /// half-done: a message in the queue is appended, whole.
    pub async fn send(&self, sender: Sender, send: SendMessage) -> Result<Receipt<Message>, CommandError> {
        let stream = StreamId::message(&send.site, send.message);
        let mut message = Loaded { stream, aggregate: Message::Missing, version: 0 };
        if sender.precondition != Precondition::None {
            message = self.message(&send.site, send.message).await?;
        }
        for retry in 0..=RETRIES {
            if retry > 0 {
                pause(retry).await;
            }
            let epoch = self.database.epoch().await?;
            let (command, reads, cached) = self.look_up_send(&sender, &send).await?;
            let metadata = sender.metadata(command.actor.role);
            match message.aggregate.decide(MessageCommand::SendMessage(command.clone())) {
                Ok(events) if events.is_empty() => return self.sent_before(&sender, &send, message).await,
                Ok(events) if sender.precondition.holds(0) => {
                    match self.append_first(&metadata, epoch, &message.stream, &events, reads.clone()).await? {
                        Some(Verdict::Appended(position)) => {
                            for event in events {
                                message.aggregate.apply(event);
                            }
                            return Ok(Receipt { aggregate: message.aggregate, version: SENT, position });
                        }
                        // The id first: a message that was accepted before its guards moved is still the same message.
                        Some(Verdict::Duplicate | Verdict::Moved) | None => {
                            message = self.message(&send.site, send.message).await?;
                            self.still_stands(&reads).await?;
                        }
                    }
                }
                Ok(_) | Err(_) => {
                    if self.still_stands(&reads).await? {
                        // Only now the id: what was accepted was accepted before what forbids it now, so a look from here
                        // on finds it. One look, whether there is a message under the id or not.
                        message = self.message(&send.site, send.message).await?;
                        self.level_cost(&send.site, cached).await?;
                        return self.settle(&sender, &send, command, message).await;
                    }
                }
            }
        }
        Err(CommandError::Contended)
    }

    /// The response where nothing is to be appended, decided on facts that still stand.
    async fn settle(
        &self,
        sender: &Sender,
        send: &SendMessage,
        command: message::SendMessage,
        message: Loaded<Message>,
    ) -> Result<Receipt<Message>, CommandError> {
        let visible_version = match &message.aggregate {
            Message::Posted(posted) if is_known(posted, &message.aggregate, &command) => message.version,
            _ => 0,
        };
        match message.aggregate.decide(MessageCommand::SendMessage(command)) {
            Ok(events) if events.is_empty() => self.sent_before(sender, send, message).await,
            Ok(_) => Err(CommandError::Precondition),
            Err(refusal) => Err(refused_under(sender.precondition, visible_version, refusal)),
        }
    }

    /// Refuses who could not send to a conversation at this moment.
    pub async fn may_send(&self, sender: &Sender, site: &SiteId, id: ConversationId) -> Result<Place, CommandError> {
        let mut facts = Facts::new(self, site);
        let actor = facts.actor(sender).await?;
        let place = facts.place(&actor, id).await?;
        match permit(ConversationAct::Send, &actor, &place) {
            Ok(()) => Ok(place),
            // Seen behind the log, perhaps: forget it, so that the next one is right.
            Err(refusal) => {
                self.still_stands(&facts.seen).await?;
                self.level_cost(site, facts.cached).await?;
                Err(CommandError::refused(refusal))
            }
        }
    }

    /// The command with the facts from what it reads, the versions of that, and how much of it was cached.
    async fn look_up_send(
        &self,
        sender: &Sender,
        send: &SendMessage,
    ) -> Result<(message::SendMessage, Vec<(StreamId, u64)>, usize), StoreError> {
        let mut facts = Facts::new(self, &send.site);
        let actor = facts.actor(sender).await?;
        let place = facts.place(&actor, send.conversation).await?;
        let command = message::SendMessage {
            conversation: send.conversation,
            text: send.text.clone(),
            reply_to: send.reply_to,
            sent_at: send.sent_at,
            reply_target: self.reply_target(send, &place).await?,
            actor,
            place,
        };
        Ok((command, facts.seen, facts.cached))
    }

    /// A message once sent stays in its conversation: no version to guard.
    async fn reply_target(&self, send: &SendMessage, place: &Place) -> Result<ReplyTarget, StoreError> {
        let Some(id) = send.reply_to else { return Ok(ReplyTarget::None) };
        Ok(self.message(&send.site, id).await?.aggregate.as_reply_target(send.conversation, place.access))
    }

    /// The answer of the first time, whatever became of the message since: its ETag names version 1, and so does a
    /// precondition that holds.
    async fn sent_before(
        &self,
        sender: &Sender,
        send: &SendMessage,
        message: Loaded<Message>,
    ) -> Result<Receipt<Message>, CommandError> {
        if !sender.precondition.holds(SENT) {
            return Err(CommandError::Precondition);
        }
        let position = self.position_of(&send.site, send.message).await?.unwrap_or_default();
        self.database.confirm().await?;
        Ok(Receipt { aggregate: message.aggregate, version: SENT, position })
    }

    /// The verdict; none when the log is in another epoch by now, which is entered.
    async fn append_first(
        &self,
        metadata: &Metadata,
        epoch: u16,
        stream: &StreamId,
        events: &[MessageEvent],
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Option<Verdict>, CommandError> {
        let append = Append::to_stream(epoch, stream, 0, events, metadata, Uuid::now_v7)?;
        let Ok([event]) = <[_; 1]>::try_from(append.events) else {
            let odd = "a send is one event";
            return Err(StoreError::new(StoreErrorKind::Refused, "appending a message", odd).into());
        };
        match self.group_commit.append(FirstEvent { epoch, event, reads }).await {
            Ok(verdict) => Ok(Some(verdict)),
            Err(GroupCommitError::Store(error)) if error.kind == StoreErrorKind::EpochEnded => {
                self.database.enter_epoch().await?;
                Ok(None)
            }
            Err(GroupCommitError::Store(error)) => Err(CommandError::Batch(error)),
            Err(GroupCommitError::Full) => Err(CommandError::Busy),
            Err(GroupCommitError::Stopped) => Err(CommandError::Stopping),
        }
    }
}

/// Whether the sender knows of the message under the id: their own, or one that they may read where they send.
fn is_known(posted: &Posted, message: &Message, command: &message::SendMessage) -> bool {
    posted.sent.author_id == command.actor.member
        || command.place.access.is_some_and(|access| message.is_shown(command.conversation, access))
}
