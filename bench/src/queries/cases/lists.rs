//! ListConversations, GetConversation, ListParticipants, ListMembers and GetMember.

use causerie_events::ConversationId;
use causerie_projections::conversation_list::{self, Kind, ListConversations};
use causerie_projections::member_list::{ListMembers, Status, Viewer};
use causerie_store::Database;

use super::Case;
use crate::message;
use crate::queries::ask::Ask;
use crate::queries::settle::BUSY;
use crate::queries::town::Town;

/// The list of the busy member, and the inbox. As the route asks: without what is archived, unless that is asked for.
pub(super) async fn conversations(database: &Database, town: &Town) -> anyhow::Result<Vec<Case>> {
    let of = |number: usize, staff| {
        anyhow::Ok(ListConversations {
            site: town.site.clone(),
            member: message::member(number)?,
            staff,
            kind: None,
            archived: Some(false),
            pinned: None,
            only: None,
            after: None,
            limit: 50,
        })
    };
    let (mine, inbox) = (of(BUSY, false)?, of(town.shape.desk(), true)?);
    let middle = middle(database, &mine, town.shape.busy).await?;
    let inbox_middle = self::middle(database, &inbox, town.shape.members).await?;
    let crowd = Some(ConversationId::from(town.crowd.conversation()));
    let list = Ask::Conversations;
    Ok(vec![
        Case::full("50 of mine", list(mine.clone()), 50),
        Case::full("200 of mine", list(ListConversations { limit: 200, ..mine.clone() }), 200.min(few(town))),
        Case::full("50 in the middle of mine", list(middle), 50),
        Case::full("50 of my direct ones", list(ListConversations { kind: Some(Kind::Direct), ..mine.clone() }), 50),
        Case::new("50 of my archived ones", list(ListConversations { archived: Some(true), ..mine.clone() })),
        Case::full("50 of the inbox", list(inbox.clone()), 50),
        Case::full("200 of the inbox", list(ListConversations { limit: 200, ..inbox.clone() }), 200),
        Case::full("50 in the middle of the inbox", list(inbox_middle), 50),
        Case::full("50 of the business only", list(ListConversations { kind: Some(Kind::Business), ..inbox }), 50),
        Case::full(
            "the large group",
            Ask::Conversation(ListConversations { archived: None, only: crowd, limit: 1, ..mine }),
            1,
        ),
    ])
}

/// The next page after about half of so many conversations.
async fn middle(database: &Database, query: &ListConversations, of: usize) -> anyhow::Result<ListConversations> {
    let mut query = query.clone();
    for _ in 0..of / 2 / query.limit as usize {
        let page = conversation_list::list(database.pool(), &query).await?;
        query.after = page.next.map(|next| ListConversations::place(&next.to_string())).transpose()?;
    }
    Ok(query)
}

/// What is left of the busy member's list without the archived ones.
fn few(town: &Town) -> u32 {
    let archived = (town.shape.small_groups() + town.shape.directs()).div_ceil(20);
    u32::try_from(town.shape.busy - archived).unwrap_or(u32::MAX)
}

/// Of the large group.
pub(super) fn participants(town: &Town) -> Vec<Case> {
    let crowd = ConversationId::from(town.crowd.conversation());
    let most = u32::try_from(town.shape.crowd).unwrap_or(u32::MAX);
    let page = |limit: u32| {
        let title = format!("{limit} of a group of {most}");
        Case::full(title, Ask::Participants(town.site.clone(), crowd, limit), limit.min(most))
    };
    [50, 200].map(page).into()
}

/// The members of the site, as staff and as a member see them.
pub(super) fn members(town: &Town) -> anyhow::Result<Vec<Case>> {
    let me = Viewer::Member(message::member(BUSY)?);
    let site = &town.site;
    let staff = ListMembers {
        site: site.clone(),
        viewer: Viewer::Staff,
        q: None,
        status: None,
        role: None,
        badge: None,
        after: None,
        limit: 50,
    };
    let q = |q: &str| Ask::Members(ListMembers { q: Some(q.to_owned()), ..staff.clone() });
    let blocked = ListMembers { status: Some(Status::Blocked), ..staff.clone() };
    let moderators = ListMembers { role: Some("moderator".parse()?), ..staff.clone() };
    let everybody = (1..town.shape.crowd).map(message::member).collect::<anyhow::Result<_>>()?;
    Ok(vec![
        Case::full("50 by staff", Ask::Members(staff.clone()), 50),
        Case::full("50 by a member", Ask::Members(ListMembers { viewer: me.clone(), ..staff.clone() }), 50),
        Case::full(
            "200 by a member",
            Ask::Members(ListMembers { viewer: me.clone(), limit: 200, ..staff.clone() }),
            200,
        ),
        Case::new("q= that one in ten has", q("zoé")),
        Case::full("q= that one has", q("martin 0123"), 1),
        Case::full("q= that nobody has", q("nobody"), 0),
        Case::new("status=blocked", Ask::Members(blocked)),
        Case::new("role=moderator", Ask::Members(moderators)),
        Case::new("one, by another", Ask::Member(site.clone(), me, everybody)),
    ])
}
