//! Commands to a message that was sent read what its conversation is to who asks.

use causerie_domain::Message;
use causerie_domain::message::{self, MessageCommand};
use causerie_events::{ConversationId, Emoji, MessageId, MessageText, SiteId, StreamId};
use causerie_store::StoreError;
use jiff::Timestamp;

use super::{Command, Facts, Sender};

/// EditMessage.
#[derive(Debug, Clone)]
pub struct EditMessage {
    /// The site.
    pub site: SiteId,
    /// Where it is.
    pub conversation: ConversationId,
    /// Which.
    pub message: MessageId,
    /// What it is to say.
    pub text: MessageText,
    /// The time of the service.
    pub edited_at: Timestamp,
}

impl Command for EditMessage {
    type Aggregate = Message;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::message(&self.site, self.message)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<MessageCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let place = facts.place(&actor, self.conversation).await?;
        let conversation = self.conversation;
        let (text, edited_at) = (self.text.clone(), self.edited_at);
        Ok(MessageCommand::EditMessage(message::EditMessage { actor, conversation, text, edited_at, place }))
    }
}

/// DeleteMessage.
#[derive(Debug, Clone)]
pub struct DeleteMessage {
    /// The site.
    pub site: SiteId,
    /// Where it is.
    pub conversation: ConversationId,
    /// Which.
    pub message: MessageId,
}

impl Command for DeleteMessage {
    type Aggregate = Message;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::message(&self.site, self.message)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<MessageCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let place = facts.place(&actor, self.conversation).await?;
        let conversation = self.conversation;
        Ok(MessageCommand::DeleteMessage(message::DeleteMessage { actor, conversation, place }))
    }
}

/// AddReaction, RemoveReaction.
#[derive(Debug, Clone)]
pub struct React {
    /// The site.
    pub site: SiteId,
    /// Where it is.
    pub conversation: ConversationId,
    /// Which.
    pub message: MessageId,
    /// With what.
    pub emoji: Emoji,
    /// Whether the reaction is to be there.
    pub on: bool,
}

impl Command for React {
    type Aggregate = Message;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::message(&self.site, self.message)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<MessageCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let place = facts.place(&actor, self.conversation).await?;
        let conversation = self.conversation;
        let (emoji, on) = (self.emoji.clone(), self.on);
        Ok(MessageCommand::React(message::React { actor, conversation, emoji, on, place }))
    }
}
