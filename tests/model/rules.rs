//! P13: what stands in the log, though what stands before it forbids it. By this test's own reading of the brief.

use causerie_tests::LogEvent as Event;

use crate::fold::{Conversation, Kind, Model, Standing};
use crate::people::{PEOPLE, SAM, Viewer, viewer};

/// The events that should not be there.
pub(crate) fn forbidden(log: &[Event]) -> Vec<String> {
    let mut model = Model::default();
    let mut found = Vec::new();
    for event in log {
        let against = against(&model, event);
        found.extend(against.map(|reason| format!("{reason}: {event:?}")));
        model.take_in(event);
    }
    found
}

fn against(model: &Model, event: &Event) -> Option<&'static str> {
    match event.kind.as_str() {
        "MessageSent" => {
            let Some(conversation) = model.conversations.get(event.text("conversation_id")) else {
                return Some("no such conversation");
            };
            let Some(author) = known_viewer(event.text("author_id")) else { return Some("no such author") };
            let reply = event.data["reply_to"].as_str();
            let unseen = |id: &str| !model.visible(author, conversation).iter().any(|message| message.id == id);
            against_talking(model, author, conversation)
                .or(reply.filter(|id| unseen(id)).map(|_| "answers what they do not see"))
        }
        "MessageEdited" => {
            let (conversation, message) = model.message_of(&event.id)?;
            let author = known_viewer(&message.author)?;
            let reason = if event.actor == message.author { None } else { Some("edited by another") };
            reason.or(message.deleted.then_some("was deleted")).or(against_talking(model, author, conversation))
        }
        "MessageDeleted" => {
            let (conversation, message) = model.message_of(&event.id)?;
            let by = event.text("deleted_by");
            let admin = conversation.seat(by).is_some_and(|seat| seat.admin);
            let owner = by == PEOPLE[crate::people::OLGA] && conversation.kind != Kind::Direct;
            (by != message.author && !admin && !owner).then_some("deleted by neither author nor admin nor owner")
        }
        "ReactionAdded" => {
            let (conversation, message) = model.message_of(&event.id)?;
            let who = known_viewer(event.text("member_id"))?;
            let unseen = !model.visible(who, conversation).iter().any(|there| there.id == message.id);
            unseen
                .then_some("reacts to what they do not see")
                .or(message.deleted.then_some("was deleted"))
                .or(against_talking(model, who, conversation))
        }
        "ParticipantAdded" => {
            let whom = event.text("member_id");
            let Some(conversation) = model.conversations.get(&event.id) else { return Some("no such group") };
            let seats = model.taking_part(conversation);
            against_being_in(model, &event.actor, whom)
                .or(conversation.closed.then_some("the group is closed"))
                .or((seats >= model.settings.max_participants).then_some("the group is full"))
        }
        "GroupCreated" => {
            let creator = event.text("creator");
            let others = event.data["participants"].as_array()?;
            let staff_only = model.settings.group_creation == "staff";
            let staff = known_viewer(creator).is_some_and(|viewer| model.is_staff(viewer));
            others
                .iter()
                .find_map(|whom| against_being_in(model, creator, whom.as_str().unwrap_or_default()))
                .or((model.standing(creator) != Standing::Voiced).then_some("the creator has no voice"))
                .or((staff_only && !staff).then_some("only staff create groups"))
                .or((others.len() as u64 >= model.settings.max_participants).then_some("the group is too large"))
        }
        "DirectConversationStarted" => against_being_in(model, event.text("starter"), event.text("peer"))
            .or((model.standing(event.text("starter")) != Standing::Voiced).then_some("the starter has no voice")),
        "GroupRenamed" | "GroupImageChanged" if event.actor == PEOPLE[crate::people::OLGA] => None,
        "GroupRenamed" | "GroupImageChanged" if !model.chat_on => Some("member chat is off"),
        "GroupRenamed" | "GroupImageChanged" => {
            (model.standing(&event.actor) != Standing::Voiced).then_some("has no voice among members")
        }
        "AdminRevoked" => {
            let conversation = model.conversations.get(&event.id)?;
            (!model.has_acting_admin_beside(conversation, event.text("member_id"))).then_some("leaves no admin")
        }
        "MemberBlocked" | "MemberRemoved" => model.has_staff_role(&event.id).then_some("is staff"),
        "ContactBlocked" => model.has_staff_role(event.text("member_id")).then_some("blocks staff"),
        "ReadMarkerMoved" => {
            let (conversation, member) = event.id.split_once('/')?;
            let before = model.kept.get(&(conversation.to_owned(), member.to_owned()))?.marker.as_ref()?.1;
            (causerie_tests::at(event.text("position"))? <= before).then_some("the marker moves back")
        }
        _ => None,
    }
}

fn against_talking(model: &Model, who: Viewer, conversation: &Conversation) -> Option<&'static str> {
    if model.reads_from(who, conversation).is_none() {
        return Some("is not in it");
    }
    if let Some(bar) = model.bar(who) {
        return Some(bar);
    }
    if conversation.closed {
        return Some("the group is closed");
    }
    if conversation.kind == Kind::Business {
        return None;
    }
    if !model.chat_on {
        return Some("member chat is off");
    }
    if model.standing(who.id) != Standing::Voiced {
        return Some("has no voice among members");
    }
    let other = conversation.other_than(who.id).filter(|_| conversation.kind == Kind::Direct);
    other.and_then(|other| against_being_in(model, who.id, other))
}

/// Why this member cannot be brought in, or talked to, by another.
fn against_being_in(model: &Model, by: &str, whom: &str) -> Option<&'static str> {
    if !model.chat_on {
        Some("member chat is off")
    } else if !model.standing(whom).in_roster() {
        Some("is not in the roster")
    } else {
        model.apart(by, whom).then_some("a block stands between them")
    }
}

fn known_viewer(id: &str) -> Option<Viewer> {
    PEOPLE.into_iter().chain([SAM]).find(|there| *there == id).map(viewer)
}
