//! SendMessage, the hot path: guards out of the cache, one place in a batch, one answer.
//!
//! A send reads the site, the author and the conversation, and the other of a direct one. The message's own stream is not
//! asked beforehand: that it does not exist yet is what the append finds out.

use causerie_domain::message::{self, MessageCommand, ReplyTarget};
use causerie_domain::permission::{ConversationAct, Place, permit};
use causerie_domain::{Decide, Message};
use causerie_events::{ConversationId, MessageEvent, MessageId, MessageText, SiteId, StreamId};
use causerie_store::{Append, FirstEvent, GroupCommitError, Loaded, StoreError, StoreErrorKind, Verdict};
use cqrs_es::Aggregate;
use jiff::Timestamp;
use uuid::Uuid;

use super::execute::{RETRIES, pause};
use super::facts::Facts;
use super::{CommandError, Commands, Receipt, Sender};
use crate::edge::Precondition;

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
            if !sender.precondition.holds(message.version) {
                return Err(CommandError::Precondition);
            }
        }
        for retry in 0..=RETRIES {
            if retry > 0 {
                pause(retry).await;
            }
            let (command, reads) = self.look_up_send(&sender, &send).await?;
            match message.aggregate.decide(command) {
                Ok(events) if events.is_empty() => return self.sent_before(&send, message).await,
                Ok(events) => match self.append_first(&sender, &message.stream, &events, reads.clone()).await? {
                    Verdict::Appended(position) => {
                        for event in events {
                            message.aggregate.apply(event);
                        }
                        return Ok(Receipt { aggregate: message.aggregate, version: 1, position });
                    }
                    // The id first: a message that was accepted before its guards moved is still the same message.
                    Verdict::Duplicate | Verdict::Moved => {
                        message = self.message(&send.site, send.message).await?;
                        self.still_stands(&reads).await?;
                    }
                },
                Err(refusal) => {
                    if self.still_stands(&reads).await? {
                        // Only now the id: what was accepted was accepted before what forbids it now, so a look from here
                        // on finds it.
                        let known = message.version;
                        message = self.message(&send.site, send.message).await?;
                        if message.version == known {
                            return Err(CommandError::refused(refusal));
                        }
                    }
                }
            }
        }
        Err(CommandError::Contended)
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
                Err(CommandError::refused(refusal))
            }
        }
    }

    /// The command with the facts from what it reads, and the versions of that.
    async fn look_up_send(
        &self,
        sender: &Sender,
        send: &SendMessage,
    ) -> Result<(MessageCommand, Vec<(StreamId, u64)>), StoreError> {
        let mut facts = Facts::new(self, &send.site);
        let actor = facts.actor(sender).await?;
        let place = facts.place(&actor, send.conversation).await?;
        let command = MessageCommand::SendMessage(message::SendMessage {
            conversation: send.conversation,
            text: send.text.clone(),
            reply_to: send.reply_to,
            sent_at: send.sent_at,
            reply_target: self.reply_target(send, &place).await?,
            actor,
            place,
        });
        Ok((command, facts.seen))
    }

    /// A message once sent stays in its conversation: no version to guard.
    async fn reply_target(&self, send: &SendMessage, place: &Place) -> Result<ReplyTarget, StoreError> {
        let Some(id) = send.reply_to else { return Ok(ReplyTarget::None) };
        Ok(self.message(&send.site, id).await?.aggregate.as_reply_target(send.conversation, place.access))
    }

    /// The answer of the first time, whatever became of the message since.
    async fn sent_before(
        &self,
        send: &SendMessage,
        message: Loaded<Message>,
    ) -> Result<Receipt<Message>, CommandError> {
        let position = self.position_of(&send.site, send.message).await?.unwrap_or_default();
        self.database.confirm().await?;
        Ok(Receipt { aggregate: message.aggregate, version: 1, position })
    }

    async fn append_first(
        &self,
        sender: &Sender,
        stream: &StreamId,
        events: &[MessageEvent],
        reads: Vec<(StreamId, u64)>,
    ) -> Result<Verdict, CommandError> {
        let append = Append::to_stream(stream, 0, events, &sender.metadata(), Uuid::now_v7)?;
        let Ok([event]) = <[_; 1]>::try_from(append.events) else {
            let odd = "a send is one event";
            return Err(StoreError::new(StoreErrorKind::Refused, "appending a message", odd).into());
        };
        self.group_commit.append(FirstEvent { event, reads }).await.map_err(|error| match error {
            GroupCommitError::Full => CommandError::Busy,
            GroupCommitError::Stopped => CommandError::Stopping,
            GroupCommitError::Store(error) => CommandError::Batch(error),
        })
    }
}
