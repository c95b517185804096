//! SendMessage, the hot path: facts from the cache, and one append for many messages.
//!
//! The message's own stream is not read beforehand: the append finds out whether it exists.

use causerie_domain::message::{ReplyTarget, SendFacts, SendMessage};
use causerie_domain::permission::{ConversationAction, ConversationContext, permit};
use causerie_domain::{Actor, Message};
use causerie_events::{ConversationId, Position, SiteId};
use causerie_store::{Append, AppendOutcome, FirstEvent, GroupCommitError, Loaded, StoreError, StoreErrorKind};

use super::{Command, CommandError, Commands, FactReader, Receipt, Sender};

/// The version of a message that was only sent.
const SENT: u64 = 1;

impl Command for SendMessage {
    const STARTS_STREAM: bool = true;

    async fn look_up(&self, actor: &Actor, _: &Message, facts: &mut FactReader<'_>) -> Result<SendFacts, StoreError> {
        let context = facts.context(actor, self.conversation).await?;
        let reply_target = match self.reply_to {
            None => ReplyTarget::None,
            // A message once sent stays in its conversation, so its version is not checked.
            Some(id) => {
                let message = facts.commands().message(&self.site, id).await?;
                message.aggregate.as_reply_target(self.conversation, context.access)
            }
        };
        Ok(SendFacts { context, reply_target })
    }

    /// Repeating a send returns version 1, whatever became of the message since. Another message is visible to its author and
    /// to actors who may read it where they send.
    fn visible_version(&self, actor: &Actor, facts: &SendFacts, target: &Loaded<Message>) -> u64 {
        let Message::Posted(posted) = &target.aggregate else { return 0 };
        if self.is_sent_as(&target.aggregate, actor) {
            return SENT;
        }
        let is_readable = |access| target.aggregate.is_readable(self.conversation, access);
        let known = posted.sent.author_id == actor.member || facts.context.access.is_some_and(is_readable);
        if known { target.version } else { 0 }
    }
}

impl Commands {
    /// SendMessage. Its cost does not grow with the size of the conversation. A client that hangs up cancels nothing: a
    /// message in the queue is appended whole.
    pub async fn send(&self, sender: Sender, send: SendMessage) -> Result<Receipt<Message>, CommandError> {
        self.run(&sender, &send).await
    }

    /// Rejects senders who could not send to a conversation at this moment.
    pub async fn may_send(
        &self,
        sender: &Sender,
        site: &SiteId,
        id: ConversationId,
    ) -> Result<ConversationContext, CommandError> {
        let mut facts = FactReader::new(self, site);
        let actor = facts.actor(sender).await?;
        let context = facts.context(&actor, id).await?;
        match permit(ConversationAction::Send, &actor, &context) {
            Ok(()) => Ok(context),
            // The cache may be behind the log: what has changed is read again by the next request.
            Err(refusal) => {
                self.still_current(&facts.seen).await?;
                self.level_cost(site, facts.cached).await?;
                Err(CommandError::refused(refusal))
            }
        }
    }

    /// Appends the first event of a stream by group commit.
    pub(super) async fn append_first(&self, append: &mut Append) -> Result<Option<Position>, CommandError> {
        let Ok([event]) = <[_; 1]>::try_from(std::mem::take(&mut append.events)) else {
            let odd = "a stream starts with one event";
            return Err(StoreError::new(StoreErrorKind::Refused, "appending a message", odd).into());
        };
        let first = FirstEvent { epoch: append.epoch, event, reads: append.reads.clone() };
        match self.group_commit.append(first).await {
            Ok(AppendOutcome::Appended(position)) => Ok(Some(position)),
            Ok(AppendOutcome::Duplicate | AppendOutcome::VersionConflict) => Ok(None),
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
