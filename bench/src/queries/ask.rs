//! A query and its parameters, asked by the functions that the routes call.

use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_projections::conversation_list::{self, ListConversations};
use causerie_projections::member_list::{self, ListMembers, Viewer};
use causerie_projections::timeline::{self, ListMessages};
use causerie_store::Pool;

/// What is asked. Of several, each call takes the next.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    /// `SELECT 1`: what a round trip costs.
    Floor,
    Conversations(ListConversations),
    Conversation(ListConversations),
    Messages(Vec<ListMessages>),
    Participants(SiteId, ConversationId, u32),
    Members(ListMembers),
    Member(SiteId, Viewer, Vec<MemberId>),
}

impl Ask {
    /// The name of the query.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Floor => "SELECT 1",
            Self::Conversations(_) => "ListConversations",
            Self::Conversation(_) => "GetConversation",
            Self::Messages(_) => "ListMessages",
            Self::Participants(..) => "ListParticipants",
            Self::Members(_) => "ListMembers",
            Self::Member(..) => "GetMember",
        }
    }

    /// Asks for the so many-th time, and says how many items came.
    pub(super) async fn call(&self, pool: &Pool, count: usize) -> anyhow::Result<usize> {
        Ok(match self {
            Self::Floor => {
                sqlx::query("SELECT 1").execute(pool).await?;
                1
            }
            Self::Conversations(query) | Self::Conversation(query) => {
                conversation_list::list(pool, query).await?.items.len()
            }
            Self::Messages(queries) => {
                let page = timeline::list(pool, &queries[count % queries.len()]).await?;
                page.map_or(0, |page| page.items.len())
            }
            Self::Participants(site, conversation, limit) => {
                conversation_list::participants(pool, site, *conversation, None, *limit).await?.items.len()
            }
            Self::Members(query) => member_list::list(pool, query).await?.items.len(),
            Self::Member(site, viewer, members) => {
                let member = &members[count % members.len()];
                usize::from(member_list::get(pool, site, viewer, member).await?.is_some())
            }
        })
    }
}
