//! Each route of a site, of the caller's own membership, and without a token.

use std::collections::HashMap;

use uuid::Uuid;

use crate::actors::Actor;
use crate::cells::{Cell, Row, row};
use crate::fixture::{FREE, Fixture, Ids, SEATED, TestSite};

const DERIVED: &str = " under an id that is the service's to derive";

/// Ordered: rows that change the site or the community come last.
pub(crate) const ROWS: [Row; 33] = [
    row("GetLiveness"),
    row("GetReadiness"),
    row("GetMetrics"),
    row("GetOpenApi"),
    row("GetAsyncApi"),
    row("GetEventSchema"),
    row("GetDocs"),
    row("GetDocsStyle"),
    row("GetDocsSearch"),
    row("GetProblemType"),
    row("GetSite"),
    row("ListMembers"),
    row("CountMembers"),
    row("ListConversations"),
    row("ListBlockedContacts"),
    row("Stream"),
    Row { done: 201, ..row("GiveStreamTicket") },
    row("ReplayEvents"),
    row("ListGroups"),
    Row { done: 201, ..row("RegisterSite") },
    Row { variant: " of the caller", ..row("GetMember") },
    Row { variant: " of the caller", ..row("StartBusinessConversation") },
    Row { variant: " under the id of another", ..row("CreateGroup") },
    Row { variant: DERIVED, ..row("CreateGroup") },
    row("ListSites"),
    row("ChangeSite"),
    row("CloseSite"),
    row("ReopenSite"),
    row("ChangeSettings"),
    row("DisableMemberChat"),
    row("EnableMemberChat"),
    Row { variant: " of the caller", ..row("LeaveCommunity") },
    Row { variant: " of the caller", ..row("JoinCommunity") },
];

/// An existing group of two members who are not callers.
pub(crate) async fn prepare(fixture: &Fixture<'_>) -> HashMap<TestSite, Uuid> {
    let mut taken = HashMap::new();
    for test_site in TestSite::BOTH {
        let id = Uuid::now_v7();
        let caller = fixture.service.caller(test_site.id(), FREE, "member").await;
        caller.create_group(id, "Of two", &[SEATED]).await.done(201);
        taken.insert(test_site, id);
    }
    taken
}

pub(crate) fn cells(row: Row, test_site: TestSite, fixture: &Fixture<'_>, taken: Uuid) -> Vec<Cell> {
    // UUID version 8, as in ids that the service derives.
    let derived = uuid::Builder::from_custom_bytes([7; 16]).into_uuid();
    let conversation = if row.variant == DERIVED { derived } else { taken }.to_string();
    let path = [
        ("member", "me"),
        ("conversation", conversation.as_str()),
        ("schema", "MessageSent.v1.json"),
        ("code", "token.missing"),
    ];
    let ids = Ids { member: FREE.to_owned(), ..Ids::default() };
    // A closed site would reject all later rows. `tests/e2e/site_changes.rs` tests it.
    let closes = |actor: &Actor| row.operation == "CloseSite" && *actor == Actor::Operator;
    let actors = Actor::ALL.into_iter().filter(|actor| !closes(actor));
    actors.map(|actor| fixture.cell(test_site, actor, row, format!("{test_site:?}"), &path, &ids)).collect()
}
