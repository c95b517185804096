//! Who is typing: over core NATS, from node to node, never stored. What is lost is shown again a few seconds later.

use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_store::Nats;
use serde::{Deserialize, Serialize};

/// Outside the subjects of the log, which the relay alone may publish to.
const SUBJECT: &str = "causerie-live.v1.typing";

/// A member types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// The tenant.
    pub site: SiteId,
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub member: MemberId,
    /// Whether it is a conversation with the business, which all staff are in.
    pub business: bool,
}

/// Tells all nodes.
pub async fn show(nats: &Nats, typing: &Typing) {
    let payload = serde_json::to_vec(typing).unwrap_or_default();
    if let Err(error) = nats.client.publish(SUBJECT, payload.into()).await {
        tracing::debug!(%error, "a sign of typing was lost");
    }
}

/// Hears from all nodes.
pub(super) async fn listen(nats: &Nats) -> Result<async_nats::Subscriber, async_nats::SubscribeError> {
    nats.client.subscribe(SUBJECT).await
}

pub(super) fn read(payload: &[u8]) -> Option<Typing> {
    serde_json::from_slice(payload).ok()
}
