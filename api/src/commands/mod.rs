//! Executing commands: load what the decision reads, decide, append with the versions read, and again when one has moved.
//!
//! One file per aggregate says which streams each command reads.

mod conversations;
mod error;
mod execute;
mod members;
mod messages;
mod sites;

use causerie_domain::{Conversation, Member, Message, Site};
use causerie_events::{ConversationId, MemberId, MessageId, SiteId, StreamId};
use causerie_store::{Database, Loaded, StoreError, Wake};

pub use conversations::NewGroup;
pub use error::CommandError;
pub use execute::{Receipt, Sender};
pub use members::NewMember;
pub use messages::NewMessage;
pub use sites::NewSite;

/// The command side of the service. Clones share it.
#[derive(Debug, Clone)]
pub struct Commands {
    database: Database,
    wake: Wake,
}

impl Commands {
    /// Commands on this log; each append wakes the relay.
    #[must_use]
    pub const fn new(database: Database, wake: Wake) -> Self {
        Self { database, wake }
    }

    /// A site as it stands.
    pub async fn site(&self, site: &SiteId) -> Result<Loaded<Site>, StoreError> {
        self.database.load(StreamId::site(site)).await
    }

    /// A member as they stand.
    pub async fn member(&self, site: &SiteId, member: &MemberId) -> Result<Loaded<Member>, StoreError> {
        self.database.load(StreamId::member(site, member)).await
    }

    /// A conversation as it stands.
    pub async fn conversation(&self, site: &SiteId, id: ConversationId) -> Result<Loaded<Conversation>, StoreError> {
        self.database.load(StreamId::conversation(site, id)).await
    }

    /// A message as it stands.
    pub async fn message(&self, site: &SiteId, id: MessageId) -> Result<Loaded<Message>, StoreError> {
        self.database.load(StreamId::message(site, id)).await
    }
}
