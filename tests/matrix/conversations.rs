//! Each route of a conversation, in each conversation, by each actor.

use std::collections::{BTreeMap, HashMap};

use futures::{StreamExt, stream};
use uuid::Uuid;

use crate::actors::Actor::{self, Admin, Blocked, Muted, Outside, Owner, Participant, Removed, Staff};
use crate::cells::{Cell, Row, row};
use crate::fixture::{AT_ONCE, FREE, Fixture, Ids, Operation, SEATED, TestSite, picture};

/// A route, with the message and the member in its path or body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    pub(crate) row: Row,
    message: Message,
    member: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Message {
    /// With an id that is not in use.
    New,
    /// Of the actor, if they have sent one.
    Own,
    OfAnother,
}

const fn route(operation: &'static str, variant: &'static str, message: Message) -> Route {
    Route { row: Row { variant, ..row(operation) }, message, member: SEATED }
}

/// Instead of the usual rows of these operations.
const SPECIAL: [Route; 6] = [
    Route { row: Row { done: 201, ..row("SendMessage") }, ..route("SendMessage", "", Message::New) },
    route("SendMessage", " under the id of another", Message::OfAnother),
    Route { row: Row { done: 204, ..row("ShowTyping") }, ..route("ShowTyping", "", Message::New) },
    Route { member: FREE, ..route("AddParticipant", "", Message::New) },
    route("RemoveParticipant", "", Message::New),
    Route { member: "me", ..route("RemoveParticipant", " of the caller", Message::New) },
];

/// Two rows for each operation that names a message, one for each other operation in a conversation, and
/// the special rows.
pub(crate) fn routes(operations: &'static BTreeMap<String, Operation>) -> Vec<Route> {
    let mut routes = SPECIAL.to_vec();
    for (id, operation) in operations {
        let special = SPECIAL.iter().any(|route| route.row.operation == id);
        if special || !operation.path.contains("/conversations/{conversation}") {
            continue;
        }
        if operation.names("message") {
            routes.push(route(id, " of the caller", Message::Own));
            routes.push(route(id, " of another", Message::OfAnother));
        } else {
            routes.push(route(id, "", Message::New));
        }
    }
    routes
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ConversationCase {
    OpenGroup,
    /// Of a site whose member chat is off.
    LockedGroup,
    DeletedGroup,
    Direct,
    /// With the admin, who has blocked the participant.
    DirectAcrossBlock,
    /// On a site whose member chat is off.
    LockedDirect,
    Business,
    BusinessOfMuted,
    BusinessOfOutside,
    /// Of a site whose member chat is off.
    BusinessWhileOff,
    Missing,
    OfAnotherSite,
}

impl ConversationCase {
    const ALL: [Self; 12] = [
        Self::OpenGroup,
        Self::LockedGroup,
        Self::DeletedGroup,
        Self::Direct,
        Self::DirectAcrossBlock,
        Self::LockedDirect,
        Self::Business,
        Self::BusinessOfMuted,
        Self::BusinessOfOutside,
        Self::BusinessWhileOff,
        Self::Missing,
        Self::OfAnotherSite,
    ];

    /// The participants, including those blocked or removed since.
    const fn participants(self) -> &'static [Actor] {
        match self {
            Self::OpenGroup | Self::LockedGroup | Self::DeletedGroup | Self::OfAnotherSite => {
                &[Admin, Participant, Muted, Blocked, Removed, Outside]
            }
            Self::Direct | Self::LockedDirect => &[Participant, Muted],
            Self::DirectAcrossBlock => &[Participant, Admin],
            Self::Business | Self::BusinessWhileOff => &[Participant, Staff, Owner],
            Self::BusinessOfMuted => &[Muted, Staff, Owner],
            Self::BusinessOfOutside => &[Outside, Staff, Owner],
            Self::Missing => &[],
        }
    }

    const fn test_site(self) -> TestSite {
        match self {
            Self::LockedGroup | Self::LockedDirect | Self::BusinessWhileOff | Self::OfAnotherSite => TestSite::ChatOff,
            _ => TestSite::ChatOn,
        }
    }

    async fn start(self, fixture: &Fixture<'_>) -> Uuid {
        let participants = self.participants();
        let caller = |actor| fixture.caller(self.test_site(), actor);
        match self {
            Self::OpenGroup | Self::LockedGroup | Self::DeletedGroup | Self::OfAnotherSite => {
                let others: Vec<_> = participants.iter().map(|actor| actor.id()).chain([SEATED]).collect();
                caller(Admin).create_group(Uuid::now_v7(), "Group", &others).await.done(201).id()
            }
            Self::Direct | Self::LockedDirect | Self::DirectAcrossBlock => {
                caller(participants[0]).direct(participants[1].id()).await
            }
            Self::Business | Self::BusinessOfMuted | Self::BusinessOfOutside | Self::BusinessWhileOff => {
                caller(participants[0]).business("me").await
            }
            Self::Missing => Uuid::now_v7(),
        }
    }
}

/// A conversation prepared for one route.
pub(crate) struct Stage {
    route: Route,
    case: ConversationCase,
    conversation: Uuid,
    image: Uuid,
    messages: HashMap<Actor, Uuid>,
}

/// Prepares each route in each conversation: with its own group, or its own messages in the existing
/// conversation.
pub(crate) async fn prepare(fixture: &Fixture<'_>) -> Vec<Stage> {
    let routes = routes(fixture.operations).into_iter();
    let all = routes.flat_map(|route| ConversationCase::ALL.map(|case| (route, case)));
    stream::iter(all).map(|(route, case)| Stage::prepare(fixture, route, case)).buffered(AT_ONCE).collect().await
}

impl Stage {
    async fn prepare(fixture: &Fixture<'_>, route: Route, case: ConversationCase) -> Self {
        let conversation = case.start(fixture).await;
        let admin = fixture.caller(case.test_site(), Admin);
        let mut image = Uuid::now_v7();
        let is_group = case.participants().first() == Some(&Admin);
        if route.row.operation == "GetGroupImage" && is_group {
            let url = admin.change_image(conversation, picture()).await.done(200);
            let id = url.json["image_url"].as_str().and_then(|url| url.rsplit('/').next()?.parse().ok());
            image = id.expect("the id of an image");
        }
        let mut messages = HashMap::new();
        if route.message != Message::New {
            for participant in case.participants() {
                let id = Uuid::now_v7();
                fixture.caller(case.test_site(), *participant).send_as(conversation, id, "first").await.done(201);
                messages.insert(*participant, id);
            }
        }
        if case == ConversationCase::DeletedGroup {
            admin.delete_group(conversation).await.done(200);
        }
        Self { route, case, conversation, image, messages }
    }

    pub(crate) fn cells(&self, fixture: &Fixture<'_>) -> Vec<Cell> {
        let Self { route, case, conversation, image, .. } = self;
        let test_site = if *case == ConversationCase::OfAnotherSite { TestSite::ChatOn } else { case.test_site() };
        let cell = |actor| {
            let message = self.message(actor);
            let path = [
                ("conversation", conversation.to_string()),
                ("message", message.to_string()),
                ("image", image.to_string()),
                ("member", route.member.to_owned()),
                ("emoji", "%F0%9F%91%8D".to_owned()),
            ];
            let path = path.each_ref().map(|(name, value)| (*name, value.as_str()));
            fixture.cell(test_site, actor, route.row, format!("{case:?}"), &path, &Ids { message, ..Ids::default() })
        };
        Actor::ALL.into_iter().map(cell).collect()
    }

    fn message(&self, actor: Actor) -> Uuid {
        let own = self.messages.get(&actor).filter(|_| self.route.message == Message::Own);
        let of_another = || self.messages.iter().find(|(author, _)| **author != actor).map(|(_, id)| id);
        own.or_else(of_another).copied().unwrap_or_else(Uuid::now_v7)
    }
}
