//! SendMessage, the hot path: guards out of the cache, one place in a batch, one answer.
//!
//! A send reads the site, the author and the conversation. The message's own stream is not asked beforehand: that it does
//! not exist yet is what the append finds out.

use causerie_domain::message::{MessageCommand, ReplyTarget, SendMessage};
use causerie_domain::{Decide, Message};
use causerie_events::{ConversationId, MessageEvent, MessageId, MessageText, SiteId, StreamId};
use causerie_store::{Append, FirstEvent, GroupCommitError, Loaded, StoreError, StoreErrorKind, Verdict};
use cqrs_es::Aggregate;
use jiff::Timestamp;
use uuid::Uuid;

use super::execute::{RETRIES, pause};
use super::{CommandError, Commands, Receipt, Sender};

/// What is sent.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Where to.
    pub conversation: ConversationId,
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
    pub async fn send_message(
        &self,
        sender: Sender,
        site: SiteId,
        id: MessageId,
        new: NewMessage,
    ) -> Result<Receipt<Message>, CommandError> {
        let stream = StreamId::message(&site, id);
        let mut message = Loaded { stream, aggregate: Message::Missing, version: 0 };
        for retry in 0..=RETRIES {
            if retry > 0 {
                pause(retry).await;
            }
            let (command, reads) = self.send_command(&sender, &site, &new).await?;
            match message.aggregate.decide(command) {
                Ok(events) if events.is_empty() => return self.sent_before(message).await,
                Ok(events) => match self.append_first(&sender, &message.stream, &events, reads.clone()).await? {
                    Verdict::Appended(position) => {
                        for event in events {
                            message.aggregate.apply(event);
                        }
                        return Ok(Receipt { aggregate: message.aggregate, version: 1, position });
                    }
                    // The id first: a message that was accepted before its guards moved is still the same message.
                    Verdict::Duplicate | Verdict::Moved => {
                        message = self.message(&site, id).await?;
                        self.still_stands(&reads).await?;
                    }
                },
                // The id is taken, whatever else is so.
                Err(refusal) if message.version > 0 => return Err(CommandError::refused(refusal)),
                Err(refusal) => {
                    if self.still_stands(&reads).await? {
                        // Only now the id: what was accepted was accepted before what forbids it now, so a look from here
                        // on finds it.
                        message = self.message(&site, id).await?;
                        if message.version == 0 {
                            return Err(CommandError::refused(refusal));
                        }
                    }
                }
            }
        }
        Err(CommandError::Contended)
    }

    /// The command with the facts from what it reads, and the versions of that.
    async fn send_command(
        &self,
        sender: &Sender,
        site: &SiteId,
        new: &NewMessage,
    ) -> Result<(MessageCommand, Vec<(StreamId, u64)>), StoreError> {
        let author = sender.actor.member.clone();
        let (site_seen, member, conversation, reply_target) = tokio::try_join!(
            self.site(site),
            self.member(site, &author),
            self.conversation(site, new.conversation),
            self.reply_target(site, new)
        )?;
        let command = MessageCommand::SendMessage(SendMessage {
            conversation: new.conversation,
            text: new.text.clone(),
            reply_to: new.reply_to,
            sent_at: new.sent_at,
            author_standing: member.aggregate.standing(),
            member_chat: site_seen.aggregate.member_chat(),
            access: conversation.aggregate.access(&author),
            reply_target,
            author,
        });
        Ok((command, vec![site_seen.seen(), member.seen(), conversation.seen()]))
    }

    /// A message once sent stays in its conversation: no version to guard.
    async fn reply_target(&self, site: &SiteId, new: &NewMessage) -> Result<ReplyTarget, StoreError> {
        let Some(id) = new.reply_to else { return Ok(ReplyTarget::None) };
        Ok(self.message(site, id).await?.aggregate.as_reply_target(new.conversation))
    }

    async fn sent_before(&self, message: Loaded<Message>) -> Result<Receipt<Message>, CommandError> {
        let position = self.database.last_position(&message.stream).await?.unwrap_or_default();
        Ok(Receipt { aggregate: message.aggregate, version: message.version, position })
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
