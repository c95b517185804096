//! Each route of a site, of the caller's own membership, and without a token.

use std::collections::HashMap;

use uuid::Uuid;

use crate::actors::Actor;
use crate::cells::Cell;
use crate::rules::site::{Case, Does, expected};
use crate::world::{FREE, Names, Operation, Town, World, with_body};

const DERIVED: &str = " under an id that is the service's to derive";

/// A route and its action.
pub(crate) struct Row {
    pub(crate) operation: &'static str,
    variant: &'static str,
    does: Does,
    done: u16,
}

const fn row(operation: &'static str, does: Does) -> Row {
    Row { operation, variant: "", does, done: 200 }
}

/// Ordered: rows that change the site or the community come last.
pub(crate) const ROWS: [Row; 32] = [
    row("GetLiveness", Does::Serve),
    row("GetReadiness", Does::Serve),
    row("GetMetrics", Does::Serve),
    row("GetOpenApi", Does::Serve),
    row("GetAsyncApi", Does::Serve),
    row("GetEventSchema", Does::Serve),
    row("GetDocs", Does::Serve),
    row("GetDocsStyle", Does::Serve),
    row("GetDocsSearch", Does::Serve),
    row("GetProblemType", Does::Serve),
    row("GetSite", Does::Read),
    row("ListMembers", Does::Read),
    row("ListConversations", Does::Read),
    row("ListBlockedContacts", Does::Read),
    row("Stream", Does::Read),
    Row { done: 201, ..row("GiveStreamTicket", Does::Read) },
    row("ReplayEvents", Does::Own),
    row("ListGroups", Does::ReadAsOwner),
    Row { done: 201, ..row("RegisterSite", Does::Register) },
    Row { variant: " of the caller", ..row("GetMember", Does::OwnMembership) },
    Row { variant: " of the caller", ..row("StartBusinessConversation", Does::OwnMembership) },
    Row { variant: " under the id of another", done: 201, ..row("CreateGroup", Does::CreateTaken) },
    Row { variant: DERIVED, ..row("CreateGroup", Does::CreateDerived) },
    row("ListSites", Does::List),
    row("ChangeSite", Does::Change),
    row("CloseSite", Does::Close),
    row("ReopenSite", Does::Close),
    row("ChangeSettings", Does::Own),
    row("DisableMemberChat", Does::Own),
    row("EnableMemberChat", Does::Own),
    Row { variant: " of the caller", ..row("LeaveCommunity", Does::OwnMembership) },
    Row { variant: " of the caller", ..row("JoinCommunity", Does::OwnMembership) },
];

/// An existing group of two members who are not callers.
pub(crate) async fn prepare(world: &World<'_>) -> HashMap<Town, Uuid> {
    let mut taken = HashMap::new();
    for town in Town::BOTH {
        let id = Uuid::now_v7();
        let caller = world.service.caller(town.id(), FREE, "member").await;
        caller.create_group(id, "Of two", &[crate::world::SEATED]).await.done(201);
        taken.insert(town, id);
    }
    taken
}

/// The cells of all actors.
pub(crate) fn cells(
    row: &Row,
    town: Town,
    world: &World<'_>,
    operations: &HashMap<String, Operation>,
    taken: Uuid,
) -> Vec<Cell> {
    let operation = &operations[row.operation];
    let taken = taken.to_string();
    let path = [
        ("member", "me"),
        ("conversation", taken.as_str()),
        ("schema", "MessageSent.v1.json"),
        ("code", "token.missing"),
    ];
    // UUID version 8, as in ids that the service derives.
    let derived = uuid::Builder::from_custom_bytes([7; 16]).into_uuid().to_string();
    let path = path.map(|(name, value)| match (name, row.variant) {
        ("conversation", DERIVED) => (name, derived.as_str()),
        _ => (name, value),
    });
    let cell = |actor| {
        let names = Names { site: town.id(), member: FREE.to_owned(), ..Names::default() };
        let request = with_body(world.request(town, actor, operation, &path), row.operation, &names);
        let expected = expected(Case { does: row.does, member_chat: town == Town::Lit, actor }, row.done);
        let (operation, variant) = (row.operation, row.variant);
        Cell { operation, variant, actor, state: format!("{town:?}"), expected, request }
    };
    // A closed site would reject all later rows. `tests/e2e/site_changes.rs` tests it.
    let closes = |actor: &Actor| row.operation == "CloseSite" && *actor == Actor::Operator;
    Actor::ALL.into_iter().filter(|actor| !closes(actor)).map(cell).collect()
}
