//! Each route of a conversation, in each conversation, by each actor.

use std::collections::HashMap;

use futures::{StreamExt, stream};
use uuid::Uuid;

use crate::actors::Actor;
use crate::cells::Cell;
use crate::rules::conversation::{Case, Does, Place, expected};
use crate::world::{AT_ONCE, FREE, Names, Operation, SEATED, Town, World, picture, with_body};

/// A route and its action.
pub(crate) struct Row {
    pub(crate) operation: &'static str,
    variant: &'static str,
    does: Does,
    /// The member to add, to remove or to make an admin.
    member: &'static str,
}

const fn row(operation: &'static str, variant: &'static str, does: Does) -> Row {
    Row { operation, variant, does, member: SEATED }
}

pub(crate) const ROWS: [Row; 24] = [
    row("GetConversation", "", Does::Inspect),
    row("ListParticipants", "", Does::Inspect),
    row("GetGroupImage", "", Does::ShowImage),
    row("ListMessages", "", Does::Read),
    row("SendMessage", "", Does::Write),
    row("SendMessage", " under the id of another", Does::WriteAgain),
    row("EditMessage", " of one's own", Does::EditOwn),
    row("EditMessage", " of another", Does::EditOthers),
    row("DeleteMessage", " of one's own", Does::DeleteOwn),
    row("DeleteMessage", " of another", Does::DeleteOthers),
    row("AddReaction", "", Does::Write),
    row("RemoveReaction", "", Does::Keep),
    row("MarkRead", "", Does::Keep),
    row("ChangePreferences", "", Does::Keep),
    row("ShowTyping", "", Does::Write),
    row("ChangeGroup", "", Does::Name),
    row("ChangeGroupImage", "", Does::Name),
    row("RemoveGroupImage", "", Does::Change),
    Row { operation: "AddParticipant", variant: "", does: Does::Add, member: FREE },
    row("RemoveParticipant", "", Does::PutOut),
    Row { operation: "RemoveParticipant", variant: " of the caller", does: Does::Leave, member: "me" },
    row("GrantAdmin", "", Does::Change),
    row("RevokeAdmin", "", Does::Change),
    row("DeleteGroup", "", Does::PutOut),
];

impl Row {
    fn done(&self) -> u16 {
        match self.operation {
            "SendMessage" => 201,
            "ShowTyping" => 204,
            _ => 200,
        }
    }

    fn needs_messages(&self) -> bool {
        matches!(self.does, Does::WriteAgain | Does::EditOwn | Does::EditOthers | Does::DeleteOwn | Does::DeleteOthers)
            || ["AddReaction", "RemoveReaction", "MarkRead"].contains(&self.operation)
    }
}

/// A conversation prepared for one row.
pub(crate) struct Stage {
    row: &'static Row,
    place: Place,
    town: Town,
    conversation: Uuid,
    image: Uuid,
    /// A message of each participant.
    messages: HashMap<Actor, Uuid>,
}

/// Prepares each row in each conversation: with its own group, or its own messages in the existing conversation.
pub(crate) async fn prepare(world: &World<'_>) -> Vec<Stage> {
    let all = ROWS.iter().flat_map(|row| Place::ALL.map(|place| (row, place)));
    stream::iter(all).map(|(row, place)| stage(world, row, place)).buffered(AT_ONCE).collect().await
}

async fn stage(world: &World<'_>, row: &'static Row, place: Place) -> Stage {
    let of_another_site = place == Place::OfAnotherSite;
    let there = if of_another_site { Place::LockedGroup } else { place };
    let town = if there.is_locked() { Town::Dark } else { Town::Lit };
    let conversation = conversation(world, town, there).await;
    let admin = world.caller(town, Actor::Admin);
    let mut image = Uuid::now_v7();
    if row.operation == "GetGroupImage" && there.is_group() {
        let url = admin.change_image(conversation, picture()).await.done(200);
        let id = url.json["image_url"].as_str().and_then(|url| url.rsplit('/').next()?.parse().ok());
        image = id.expect("the id of an image");
    }
    let mut messages = HashMap::new();
    if row.needs_messages() {
        for insider in there.insiders() {
            let id = Uuid::now_v7();
            world.caller(town, *insider).send_as(conversation, id, "first").await.done(201);
            messages.insert(*insider, id);
        }
    }
    if place == Place::DeletedGroup {
        admin.delete_group(conversation).await.done(200);
    }
    let town = if of_another_site { Town::Lit } else { town };
    Stage { row, place, town, conversation, image, messages }
}

async fn conversation(world: &World<'_>, town: Town, place: Place) -> Uuid {
    match place {
        Place::OpenGroup | Place::LockedGroup | Place::DeletedGroup => {
            let others = place.insiders().iter().map(|actor| actor.id()).chain([SEATED]);
            let (id, others) = (Uuid::now_v7(), others.collect::<Vec<_>>());
            world.caller(town, Actor::Admin).create_group(id, "Group", &others).await.done(201);
            id
        }
        Place::Direct | Place::LockedDirect => world.direct(town, [Actor::Participant, Actor::Muted]).await,
        Place::DirectAcrossBlock => world.direct(town, [Actor::Participant, Actor::Admin]).await,
        Place::Business | Place::BusinessWhileOff => world.business(town, Actor::Participant).await,
        Place::BusinessOfMuted => world.business(town, Actor::Muted).await,
        Place::BusinessOfOutside => world.business(town, Actor::Outside).await,
        Place::Missing | Place::OfAnotherSite => Uuid::now_v7(),
    }
}

impl Stage {
    /// The cells of all actors.
    pub(crate) fn cells(&self, world: &World<'_>, operations: &HashMap<String, Operation>) -> Vec<Cell> {
        let Self { row, place, town, conversation, image, .. } = self;
        let operation = &operations[row.operation];
        let cell = |actor| {
            let message = self.message(actor);
            let path = [
                ("conversation", conversation.to_string()),
                ("message", message.to_string()),
                ("image", image.to_string()),
                ("member", row.member.to_owned()),
                ("emoji", "%F0%9F%91%8D".to_owned()),
            ];
            let path = path.each_ref().map(|(name, value)| (*name, value.as_str()));
            let names = Names { message, ..Names::default() };
            let request = with_body(world.request(*town, actor, operation, &path), row.operation, &names);
            let case = Case { does: row.does, place: *place, actor };
            let expected = expected(case, row.done());
            let (operation, variant) = (row.operation, row.variant);
            Cell { operation, variant, actor, state: format!("{place:?}"), expected, request }
        };
        Actor::ALL.into_iter().map(cell).collect()
    }

    fn message(&self, actor: Actor) -> Uuid {
        if self.row.operation == "SendMessage" && self.row.does == Does::Write {
            return Uuid::now_v7();
        }
        let own = matches!(self.row.does, Does::EditOwn | Does::DeleteOwn).then(|| self.messages.get(&actor)).flatten();
        let of_another = || self.messages.iter().find(|(author, _)| **author != actor).map(|(_, id)| id);
        own.or_else(of_another).copied().unwrap_or_else(Uuid::now_v7)
    }
}
