//! ChangeGroupImage reads who asks. The image is kept before: the event only names it.

use causerie_domain::Conversation;
use causerie_domain::conversation::{self, ConversationCommand};
use causerie_events::conversation::GroupImage;
use causerie_events::{ConversationId, SiteId, StreamId};
use causerie_store::StoreError;

use super::{Command, Facts, Sender};

/// ChangeGroupImage.
#[derive(Debug, Clone)]
pub struct ChangeGroupImage {
    /// The site.
    pub site: SiteId,
    /// Its id.
    pub conversation: ConversationId,
    /// The image; none takes away what there is.
    pub image: Option<GroupImage>,
}

impl Command for ChangeGroupImage {
    type Aggregate = Conversation;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<ConversationCommand, StoreError> {
        let actor = facts.actor(sender).await?;
        let member_chat = facts.site().await?.aggregate.member_chat();
        let image = self.image.clone();
        Ok(ConversationCommand::ChangeGroupImage(conversation::ChangeGroupImage { actor, image, member_chat }))
    }
}
