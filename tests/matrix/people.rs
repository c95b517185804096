//! Each route about a member, with members of each standing, by each actor.

use std::collections::HashMap;

use futures::{StreamExt, stream};
use serde_json::json;
use uuid::Uuid;

use crate::actors::Actor;
use crate::cells::Cell;
use crate::rules::person::{Case, Does, Target, expected};
use crate::world::{AT_ONCE, Names, Operation, Town, World, with_body};

/// A route and its action.
pub(crate) struct Row {
    pub(crate) operation: &'static str,
    variant: &'static str,
    does: Does,
}

const fn row(operation: &'static str, does: Does) -> Row {
    Row { operation, variant: "", does }
}

pub(crate) const ROWS: [Row; 22] = [
    row("GetMember", Does::See),
    row("RegisterMember", Does::Register),
    row("ChangeMember", Does::Change),
    row("ApproveMember", Does::Moderate),
    row("BlockMember", Does::Block),
    row("UnblockMember", Does::Moderate),
    row("MuteMember", Does::Moderate),
    row("UnmuteMember", Does::Moderate),
    row("RemoveMember", Does::Remove),
    row("AssignRole", Does::Label),
    row("UnassignRole", Does::Label),
    Row { operation: "AssignRole", variant: " of staff", does: Does::AssignStaff },
    Row { operation: "UnassignRole", variant: " of staff", does: Does::UnassignStaff },
    row("AssignBadge", Does::Label),
    row("UnassignBadge", Does::Label),
    row("JoinCommunity", Does::ChangeCommunity),
    row("LeaveCommunity", Does::ChangeCommunity),
    row("BlockContact", Does::BlockContact),
    row("UnblockContact", Does::UnblockContact),
    row("StartDirectConversation", Does::StartDirect),
    row("StartBusinessConversation", Does::StartBusiness),
    row("AddParticipant", Does::AddParticipant),
];

/// Creates a group with each of the members.
pub(crate) const CREATE_GROUP: Row = row("CreateGroup", Does::CreateGroup);

/// A member prepared for one row.
pub(crate) struct Stage {
    row: &'static Row,
    target: Target,
    id: String,
    group: Uuid,
}

/// Prepares a member of each standing for each row.
pub(crate) async fn prepare(world: &World<'_>) -> Vec<Stage> {
    let group = Uuid::now_v7();
    let others = [Actor::Participant, Actor::Muted, Actor::Outside, Actor::Blocked, Actor::Removed].map(Actor::id);
    world.caller(Town::Lit, Actor::Admin).create_group(group, "Group", &others).await.done(201);
    let rows = ROWS.iter().chain([&CREATE_GROUP]).enumerate();
    let all = rows.flat_map(|(n, row)| Target::ALL.map(|target| (n, row, target)));
    let stages = stream::iter(all).map(async |(n, row, target)| {
        let id = format!("{target:?}-{n}");
        come_to_stand(world, &id, target).await;
        Stage { row, target, id, group }
    });
    stages.buffered(AT_ONCE).collect().await
}

async fn come_to_stand(world: &World<'_>, id: &str, target: Target) {
    let (operator, owner) = (world.caller(Town::Lit, Actor::Operator), world.caller(Town::Lit, Actor::Owner));
    if target == Target::Missing {
        return;
    }
    // The site approves manually, so the owner approves the registered members.
    let by = if target == Target::Waiting { operator } else { owner };
    let profile = json!({ "display_name": "Someone", "community": target != Target::Retired });
    by.put(&format!("/members/{id}"), &profile).await.done(200);
    match target {
        Target::Barred => drop(owner.post(&format!("/members/{id}/block")).await.done(200)),
        Target::Gone => drop(owner.delete(&format!("/members/{id}")).await.done(200)),
        Target::Employee => drop(owner.put_nothing(&format!("/members/{id}/roles/staff")).await.done(200)),
        Target::Apart => {
            let member = world.service.caller(Town::Lit.id(), id, "member").await;
            for other in [Actor::Muted, Actor::Other, Actor::Participant, Actor::Admin] {
                member.block_contact(other.id()).await.done(200);
            }
        }
        Target::InRoster | Target::Missing | Target::Waiting | Target::Retired => {}
    }
}

impl Stage {
    /// The cells of all actors.
    pub(crate) fn cells(&self, world: &World<'_>, operations: &HashMap<String, Operation>) -> Vec<Cell> {
        let Self { row, target, id, group } = self;
        let operation = &operations[row.operation];
        let role = if matches!(row.does, Does::AssignStaff | Does::UnassignStaff) { "staff" } else { "editor" };
        let cell = |actor| {
            let conversation = if row.does == Does::CreateGroup { Uuid::now_v7() } else { *group };
            let conversation = conversation.to_string();
            let path = [("member", id.as_str()), ("conversation", &conversation), ("role", role), ("badge", "gold")];
            let names = Names { member: id.clone(), ..Names::default() };
            let request = with_body(world.request(Town::Lit, actor, operation, &path), row.operation, &names);
            let done = if row.does == Does::CreateGroup { 201 } else { 200 };
            let expected = expected(Case { does: row.does, target: *target, actor }, done);
            let (operation, variant) = (row.operation, row.variant);
            Cell { operation, variant, actor, state: format!("{target:?}"), expected, request }
        };
        Actor::ALL.into_iter().map(cell).collect()
    }
}
