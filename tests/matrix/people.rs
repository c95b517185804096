//! Each route about a member, with members of each standing, by each actor.

use futures::{StreamExt, stream};
use serde_json::json;
use uuid::Uuid;

use crate::actors::Actor;
use crate::cells::{Cell, Row, row};
use crate::fixture::{AT_ONCE, Fixture, Ids, TestSite};

const OF_STAFF: &str = " of staff";

pub(crate) const ROWS: [Row; 23] = [
    row("GetMember"),
    row("RegisterMember"),
    row("ChangeMember"),
    row("ApproveMember"),
    row("BlockMember"),
    row("UnblockMember"),
    row("MuteMember"),
    row("UnmuteMember"),
    row("RemoveMember"),
    row("AssignRole"),
    row("UnassignRole"),
    Row { variant: OF_STAFF, ..row("AssignRole") },
    Row { variant: OF_STAFF, ..row("UnassignRole") },
    row("AssignBadge"),
    row("UnassignBadge"),
    row("JoinCommunity"),
    row("LeaveCommunity"),
    row("BlockContact"),
    row("UnblockContact"),
    row("StartDirectConversation"),
    row("StartBusinessConversation"),
    row("AddParticipant"),
    Row { done: 201, ..row("CreateGroup") },
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// An active member of the community.
    InRoster,
    Missing,
    Pending,
    Blocked,
    Removed,
    Outside,
    /// Has blocked all callers who are members.
    AcrossBlock,
    /// Has the role `staff`.
    Employee,
}

impl Target {
    const ALL: [Self; 8] = [
        Self::InRoster,
        Self::Missing,
        Self::Pending,
        Self::Blocked,
        Self::Removed,
        Self::Outside,
        Self::AcrossBlock,
        Self::Employee,
    ];

    async fn prepare(self, fixture: &Fixture<'_>, id: &str) {
        let (operator, owner) =
            (fixture.caller(TestSite::ChatOn, Actor::Operator), fixture.caller(TestSite::ChatOn, Actor::Owner));
        if self == Self::Missing {
            return;
        }
        // The site approves manually, so the owner approves the registered members.
        let by = if self == Self::Pending { operator } else { owner };
        let profile = json!({ "display_name": "Someone", "community": self != Self::Outside });
        by.put(&format!("/members/{id}"), &profile).await.done(200);
        match self {
            Self::Blocked => drop(owner.post(&format!("/members/{id}/block")).await.done(200)),
            Self::Removed => drop(owner.delete(&format!("/members/{id}")).await.done(200)),
            Self::Employee => drop(owner.put_nothing(&format!("/members/{id}/roles/staff")).await.done(200)),
            Self::AcrossBlock => {
                let member = fixture.service.caller(TestSite::ChatOn.id(), id, "member").await;
                for other in [Actor::Muted, Actor::Other, Actor::Participant, Actor::Admin] {
                    member.block_contact(other.id()).await.done(200);
                }
            }
            Self::InRoster | Self::Missing | Self::Pending | Self::Outside => {}
        }
    }
}

/// A member prepared for one row.
pub(crate) struct Stage {
    row: &'static Row,
    target: Target,
    id: String,
    group: Uuid,
}

/// Prepares a member of each standing for each row.
pub(crate) async fn prepare(fixture: &Fixture<'_>) -> Vec<Stage> {
    let group = Uuid::now_v7();
    let others = [Actor::Participant, Actor::Muted, Actor::Outside, Actor::Blocked, Actor::Removed].map(Actor::id);
    fixture.caller(TestSite::ChatOn, Actor::Admin).create_group(group, "Group", &others).await.done(201);
    let all = ROWS.iter().enumerate().flat_map(|(n, row)| Target::ALL.map(|target| (n, row, target)));
    let stages = stream::iter(all).map(async |(n, row, target)| {
        let id = format!("{target:?}-{n}");
        target.prepare(fixture, &id).await;
        Stage { row, target, id, group }
    });
    stages.buffered(AT_ONCE).collect().await
}

impl Stage {
    pub(crate) fn cells(&self, fixture: &Fixture<'_>) -> Vec<Cell> {
        let Self { row, target, id, group } = self;
        let role = if row.variant == OF_STAFF { "staff" } else { "editor" };
        let cell = |actor| {
            let conversation = if row.operation == "CreateGroup" { Uuid::now_v7() } else { *group };
            let conversation = conversation.to_string();
            let path = [("member", id.as_str()), ("conversation", &conversation), ("role", role), ("badge", "gold")];
            let ids = Ids { member: id.clone(), ..Ids::default() };
            fixture.cell(TestSite::ChatOn, actor, **row, format!("{target:?}"), &path, &ids)
        };
        Actor::ALL.into_iter().map(cell).collect()
    }
}
