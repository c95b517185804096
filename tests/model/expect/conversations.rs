//! ListConversations, GetConversation and ListParticipants.

use causerie_tests::At;
use serde_json::{Value, json};

use crate::fold::{Conversation, Kept, Kind, Message, Model};
use crate::people::{Token, Viewer};

/// The filters of ListConversations.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ListFilter {
    pub(crate) kind: Option<Kind>,
    pub(crate) archived: Option<bool>,
    pub(crate) pinned: Option<bool>,
}

impl ListFilter {
    /// As a query string; empty, or with an `&` in the end.
    pub(crate) fn query(self) -> String {
        let kind = self.kind.map(|kind| format!("kind={}&", kind.as_str()));
        let archived = self.archived.map(|archived| format!("archived={archived}&"));
        let pinned = self.pinned.map(|pinned| format!("pinned={pinned}&"));
        [kind, archived, pinned].into_iter().flatten().collect()
    }
}

/// ListConversations: those one is in, latest first; without a word on the archive, those that are not in it.
pub(crate) fn conversations(model: &Model, viewer: Viewer, filter: ListFilter) -> Vec<Value> {
    let mine = model.conversations.values().filter(|conversation| {
        let kept = model.kept(viewer, conversation);
        model.reads_from(viewer, conversation).is_some()
            && filter.kind.is_none_or(|kind| kind == conversation.kind)
            && filter.archived.unwrap_or_default() == kept.archived
            && filter.pinned.is_none_or(|pinned| pinned == kept.pinned)
    });
    let mut mine: Vec<_> = mine.collect();
    mine.sort_by_key(|conversation| std::cmp::Reverse(latest(viewer, conversation)));
    mine.into_iter().map(|mine| conversation(model, viewer, mine)).collect()
}

/// When something was said last, or else the conversation began, or the viewer came in.
fn latest(viewer: Viewer, conversation: &Conversation) -> At {
    let said = conversation.messages.last().map_or(conversation.started_at, |message| message.at);
    conversation.seat(viewer.id).map_or(said, |seat| said.max(seat.joined_at))
}

/// Whether GetConversation and ListParticipants answer: to who is in it, and to the owner for groups.
pub(crate) fn may_get(model: &Model, viewer: Viewer, conversation: &Conversation) -> bool {
    let manages = viewer.token == Token::Owner && conversation.kind == Kind::Group;
    manages || model.reads_from(viewer, conversation).is_some()
}

/// GetConversation, and an item of the list. The owner who is not in a group sees how it is set up, and nothing of what is
/// said there.
pub(crate) fn conversation(model: &Model, viewer: Viewer, conversation: &Conversation) -> Value {
    let visible = model.visible(viewer, conversation);
    let inside = model.reads_from(viewer, conversation).is_some();
    let kept = if inside { model.kept(viewer, conversation) } else { Kept::default() };
    let between_members = conversation.kind != Kind::Business;
    let read_seq = kept.marker.as_ref().and_then(|(id, _)| model.message_of(id)).map(|(_, message)| message.seq);
    let (name, image_url) = name_and_image(model, viewer, conversation);
    let group = conversation.kind == Kind::Group;
    json!({
        "id": conversation.id,
        "kind": conversation.kind.as_str(),
        "name": name,
        "image_url": image_url,
        "participants": conversation.seats.iter().take(5).map(|seat| &seat.member).collect::<Vec<_>>(),
        "participant_count": conversation.seats.len(),
        "admin": conversation.seat(viewer.id).is_some_and(|seat| seat.admin),
        "history": group.then_some(if conversation.all_history { "all" } else { "since_joined" }),
        "closed": conversation.closed,
        "locked": conversation.closed || (between_members && !model.chat_on),
        "last_message": visible.last().map(|message| last_message(model, viewer, message)),
        "unread": model.unread(viewer, conversation),
        "last_seq": if inside { conversation.messages.len() } else { 0 },
        "read_seq": read_seq.unwrap_or_default(),
        "muted": kept.muted,
        "archived": kept.archived,
        "pinned": kept.pinned,
    })
}

/// A direct conversation is called like the other; one with the business like the business to the member, and like the
/// member to staff.
fn name_and_image<'a>(model: &'a Model, viewer: Viewer, of: &'a Conversation) -> (Option<&'a str>, Option<&'a str>) {
    let member =
        |id: &str| model.members.get(id).map(|member| (member.display_name.as_str(), member.avatar_url.as_deref()));
    let called_like = match of.kind {
        Kind::Group => return (Some(&of.name), None),
        Kind::Direct => of.other_than(viewer.id).and_then(member),
        Kind::Business if of.seat(viewer.id).is_some() => return (Some(&model.name), None),
        Kind::Business => of.seats.first().and_then(|seat| member(&seat.member)),
    };
    called_like.map_or((None, None), |(name, image)| (Some(name), image))
}

fn last_message(model: &Model, viewer: Viewer, message: &Message) -> Value {
    json!({
        "id": message.id,
        "author": message.author,
        "text": message.text,
        "seq": message.seq,
        "sent_at": message.sent_at,
        "deleted": message.deleted,
        "collapsed": model.apart(viewer.id, &message.author),
    })
}

/// ListParticipants: by standing.
pub(crate) fn participants(model: &Model, conversation: &Conversation) -> Vec<Value> {
    let seats = conversation.seats.iter().map(|seat| {
        let member = model.members.get(&seat.member);
        json!({
            "id": seat.member,
            "display_name": member.map(|member| &member.display_name),
            "avatar_url": member.and_then(|member| member.avatar_url.as_deref()),
            "admin": seat.admin,
            "roles": member.map(|member| &member.roles),
            "badges": member.map(|member| &member.badges),
        })
    });
    seats.collect()
}
