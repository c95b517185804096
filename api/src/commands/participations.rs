//! Commands to one's participation in a conversation read what the conversation is to who asks.

use causerie_domain::Participation;
use causerie_domain::conversation::Seat;
use causerie_domain::participation::{self, ParticipationCommand};
use causerie_domain::permission::Place;
use causerie_events::participation::ReadMarker;
use causerie_events::{ConversationId, MemberId, MessageId, SiteId, StreamId};
use causerie_projections::{WaitError, conversation_list, progress};
use causerie_store::StoreError;

use super::{Command, Commands, Facts, Sender};
use crate::state::LONGEST_WAIT;

/// MarkRead.
#[derive(Debug, Clone)]
pub struct MarkRead {
    /// The site.
    pub site: SiteId,
    /// Where.
    pub conversation: ConversationId,
    /// Up to which message.
    pub message: MessageId,
}

impl Command for MarkRead {
    type Aggregate = Participation;

    fn stream(&self, sender: &Sender) -> StreamId {
        StreamId::participation(&self.site, self.conversation, &sender.member)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ParticipationCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let place = facts.place(&actor, self.conversation).await?;
        let target = self.target(facts, &place).await?;
        Ok(ParticipationCommand::MarkRead(participation::MarkRead { actor, place, target }))
    }
}

impl MarkRead {
    /// The message and its place, if the sender may know of it. A message once sent stays where it is: nothing to guard.
    async fn target(&self, facts: &Facts<'_>, place: &Place) -> Result<Option<ReadMarker>, StoreError> {
        let Some(access) = place.access.filter(|access| access.seat != Seat::Outside) else { return Ok(None) };
        let commands = facts.commands();
        let message = commands.message(&self.site, self.message).await?;
        if !message.aggregate.is_shown(self.conversation, access) {
            return Ok(None);
        }
        let position = commands.position_of(&self.site, self.message).await?;
        Ok(position.map(|position| ReadMarker { message_id: self.message, position }))
    }
}

impl Commands {
    /// Whether a message has brought back a conversation that the member has archived: no event of the log says so, but the
    /// list of conversations does, once it has got to the end of the log. Where it is behind for too long: not.
    pub async fn brought_back(
        &self,
        site: &SiteId,
        conversation: ConversationId,
        member: &MemberId,
    ) -> Result<bool, StoreError> {
        let end = self.database.end_of_log().await?;
        match progress::wait_for(self.database.pool(), conversation_list::NAME, end, LONGEST_WAIT).await {
            Ok(()) => {}
            Err(WaitError::Behind(_)) => return Ok(false),
            Err(WaitError::Read(error)) => return Err(error.into()),
        }
        Ok(!conversation_list::is_archived(self.database.pool(), site, conversation, member).await?)
    }
}

/// ChangePreferences: what is given.
#[derive(Debug, Clone)]
pub struct ChangePreferences {
    /// The site.
    pub site: SiteId,
    /// Where.
    pub conversation: ConversationId,
    /// No notice of new messages.
    pub muted: Option<bool>,
    /// Out of the list.
    pub archived: Option<bool>,
    /// At the top of the list.
    pub pinned: Option<bool>,
}

impl Command for ChangePreferences {
    type Aggregate = Participation;

    fn stream(&self, sender: &Sender) -> StreamId {
        StreamId::participation(&self.site, self.conversation, &sender.member)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ParticipationCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        Ok(ParticipationCommand::ChangePreferences(participation::ChangePreferences {
            place: facts.place(&actor, self.conversation).await?,
            actor,
            muted: self.muted,
            archived: self.archived,
            brought_back: false,
            pinned: self.pinned,
        }))
    }

    async fn look_up_for(
        &self,
        question: &mut ParticipationCommand,
        target: &Participation,
        facts: &mut Facts<'_>,
    ) -> Result<(), StoreError> {
        if let ParticipationCommand::ChangePreferences(change) = question
            && target.archived
            && self.archived.is_some()
        {
            let commands = facts.commands();
            change.brought_back = commands.brought_back(&self.site, self.conversation, &change.actor.member).await?;
        }
        Ok(())
    }
}
