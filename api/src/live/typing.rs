//! Typing notifications: sent over core NATS between nodes and never stored. Clients repeat them
//! every few seconds, so a lost one does not matter.

use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_store::Nats;
use serde::{Deserialize, Serialize};

/// Outside the subjects of the log, to which only the relay may publish.
const TYPING_SUBJECT: &str = "causerie-live.v1.typing";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingNotification {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub member: MemberId,
    /// Whether the conversation is with the business: then all staff are notified.
    pub business: bool,
}

pub async fn publish(nats: &Nats, typing: &TypingNotification) {
    let payload = serde_json::to_vec(typing).unwrap_or_default();
    if let Err(error) = nats.client.publish(TYPING_SUBJECT, payload.into()).await {
        tracing::debug!(%error, "failed to publish a typing notification; dropping it");
    }
}

pub(super) async fn listen(nats: &Nats) -> Result<async_nats::Subscriber, async_nats::SubscribeError> {
    nats.client.subscribe(TYPING_SUBJECT).await
}

pub(super) fn decode(payload: &[u8]) -> Option<TypingNotification> {
    serde_json::from_slice(payload).ok()
}
