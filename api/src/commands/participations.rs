//! What MarkRead and ChangePreferences read.

use std::time::Duration;

use causerie_domain::participation::{ChangePreferences, MarkRead, MarkReadFacts, PreferencesFacts};
use causerie_domain::permission::{ConversationContext, Membership};
use causerie_domain::{Actor, Participation};
use causerie_events::participation::ReadMarker;
use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_projections::{WaitError, conversation_list, progress};
use causerie_store::StoreError;

use super::{Command, Commands, FactReader};

/// How long a command waits for the list of conversations.
const LIST_TIMEOUT: Duration = Duration::from_secs(1);

impl Command for MarkRead {
    async fn look_up(
        &self,
        actor: &Actor,
        _: &Participation,
        facts: &mut FactReader<'_>,
    ) -> Result<MarkReadFacts, StoreError> {
        let context = facts.context(actor, self.conversation).await?;
        Ok(MarkReadFacts { context, target: target(self, &context, facts.commands()).await? })
    }
}

/// A message once sent stays in its conversation and at its position, so its version is not checked.
async fn target(
    mark: &MarkRead,
    context: &ConversationContext,
    commands: &Commands,
) -> Result<Option<ReadMarker>, StoreError> {
    let Some(access) = context.access.filter(|access| access.membership != Membership::None) else { return Ok(None) };
    let message = commands.message(&mark.site, mark.message).await?;
    if !message.aggregate.is_readable(mark.conversation, access) {
        return Ok(None);
    }
    let position = commands.database.first_position(&message.stream).await?;
    Ok(position.map(|position| ReadMarker { message_id: mark.message, position }))
}

impl Command for ChangePreferences {
    async fn look_up(
        &self,
        actor: &Actor,
        target: &Participation,
        facts: &mut FactReader<'_>,
    ) -> Result<PreferencesFacts, StoreError> {
        let context = facts.context(actor, self.conversation).await?;
        let brought_back = target.archived
            && self.archived.is_some()
            && facts.commands().brought_back(&self.site, self.conversation, &actor.member).await?;
        Ok(PreferencesFacts { context, brought_back })
    }
}

impl Commands {
    /// Whether a message has brought back a conversation that the member has archived. No event says so, but the list of
    /// conversations does, once it has reached the end of the log. False where it does not reach it in time.
    pub async fn brought_back(
        &self,
        site: &SiteId,
        conversation: ConversationId,
        member: &MemberId,
    ) -> Result<bool, StoreError> {
        let end = self.database.end_of_log().await?;
        match progress::wait_for(self.database.pool(), conversation_list::NAME, end, LIST_TIMEOUT).await {
            Ok(()) => {}
            Err(WaitError::Behind(_)) => return Ok(false),
            Err(WaitError::Read(error)) => return Err(error.into()),
        }
        Ok(!conversation_list::is_archived(self.database.pool(), site, conversation, member).await?)
    }
}
