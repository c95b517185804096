//! Commands to a message read the site, the author, the conversation and the message answered.

use causerie_domain::Message;
use causerie_domain::message::{MessageCommand, ReplyTarget, SendMessage};
use causerie_events::{ConversationId, MessageId, MessageText, SiteId, StreamId};
use causerie_store::StoreError;
use jiff::Timestamp;

use super::execute::Attempt;
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
    /// SendMessage.
    pub async fn send_message(
        &self,
        sender: Sender,
        site: SiteId,
        id: MessageId,
        new: NewMessage,
    ) -> Result<Receipt<Message>, CommandError> {
        let author = sender.actor.member.clone();
        self.execute(sender, move |commands| {
            let (site, author, new) = (site.clone(), author.clone(), new.clone());
            async move {
                let (site_now, member, conversation, target, (reply_target, replied)) = tokio::try_join!(
                    commands.site(&site),
                    commands.member(&site, &author),
                    commands.conversation(&site, new.conversation),
                    commands.message(&site, id),
                    commands.reply_target(&site, &new)
                )?;
                let mut guards = vec![site_now.seen(), member.seen(), conversation.seen()];
                guards.extend(replied);
                let command = MessageCommand::SendMessage(SendMessage {
                    conversation: new.conversation,
                    text: new.text,
                    reply_to: new.reply_to,
                    sent_at: new.sent_at,
                    author_standing: member.aggregate.standing(),
                    member_chat: site_now.aggregate.member_chat(),
                    access: conversation.aggregate.access(&author),
                    reply_target,
                    author,
                });
                Ok(Attempt { target, guards, command })
            }
        })
        .await
    }

    async fn reply_target(
        &self,
        site: &SiteId,
        new: &NewMessage,
    ) -> Result<(ReplyTarget, Option<(StreamId, u64)>), StoreError> {
        let Some(id) = new.reply_to else { return Ok((ReplyTarget::None, None)) };
        let replied = self.message(site, id).await?;
        Ok((replied.aggregate.as_reply_target(new.conversation), Some(replied.seen())))
    }
}
