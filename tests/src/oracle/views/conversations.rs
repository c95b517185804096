//! ListConversations, GetConversation and ListParticipants.

use std::cmp::Reverse;

use serde_json::{Value, json};

use crate::At;
use crate::oracle::conversation::{Conversation, Kind};
use crate::oracle::member::Member;
use crate::oracle::state::{Participation, SiteState};

#[derive(Debug, Clone, Copy, Default)]
pub struct ConversationFilter {
    pub kind: Option<Kind>,
    pub archived: Option<bool>,
    pub pinned: Option<bool>,
    pub unread: bool,
}

impl ConversationFilter {
    /// As a query string; empty, or with an `&` at the end.
    pub fn query(self) -> String {
        let kind = self.kind.map(|kind| format!("kind={}&", kind.as_str()));
        let archived = self.archived.map(|archived| format!("archived={archived}&"));
        let pinned = self.pinned.map(|pinned| format!("pinned={pinned}&"));
        let unread = self.unread.then(|| "unread=true&".to_owned());
        [kind, archived, pinned, unread].into_iter().flatten().collect()
    }
}

/// The position of the last message, else of the start; not before the caller joined.
fn latest(caller: &str, conversation: &Conversation) -> At {
    let latest = conversation.messages.last().map_or(conversation.started_at, |message| message.at);
    conversation.participant(caller).map_or(latest, |participant| latest.max(participant.joined_at))
}

impl SiteState {
    /// ListConversations: those of the caller, latest first. Archived ones only if the filter asks for
    /// them.
    pub fn conversation_views(&self, caller: &str, filter: ConversationFilter) -> Vec<Value> {
        let listed = |conversation: &&Conversation| {
            let participation = self.participation(caller, conversation);
            self.reads_from(caller, conversation).is_some()
                && filter.kind.is_none_or(|kind| kind == conversation.kind)
                && filter.archived.unwrap_or_default() == participation.archived
                && filter.pinned.is_none_or(|pinned| pinned == participation.pinned)
        };
        let mut conversations: Vec<_> = self.conversations.values().filter(listed).collect();
        conversations.sort_by_key(|conversation| Reverse(latest(caller, conversation)));
        let views = conversations.into_iter().map(|conversation| self.conversation_view(caller, conversation));
        views.filter(|view| !filter.unread || view["unread"] != 0).collect()
    }

    /// GetConversation, and an item of the list. An owner outside a group sees its settings and no
    /// messages.
    pub fn conversation_view(&self, caller: &str, conversation: &Conversation) -> Value {
        let inside = self.reads_from(caller, conversation).is_some();
        let Participation { marker, muted, archived, pinned } =
            if inside { self.participation(caller, conversation) } else { Participation::default() };
        let read_seq = marker.and_then(|(id, _)| self.message(&id)).map(|(_, message)| message.seq);
        let (name, image_url) = self.name_and_image(caller, conversation);
        let between_members = conversation.kind != Kind::Business;
        let history = if conversation.all_history { "all" } else { "since_joined" };
        let first = conversation.participants.iter().take(5).map(|participant| &participant.member);
        let last = self.visible(caller, conversation).last().copied();
        json!({
            "id": conversation.id,
            "kind": conversation.kind.as_str(),
            "name": name,
            "image_url": image_url,
            "participants": first.collect::<Vec<_>>(),
            "participant_count": conversation.participants.len(),
            "admin": conversation.is_admin(caller),
            "history": (conversation.kind == Kind::Group).then_some(history),
            "closed": conversation.closed,
            "locked": conversation.closed || (between_members && !self.member_chat),
            "last_message": last.map(|message| self.last_message_view(caller, message)),
            "unread": self.unread(caller, conversation),
            "last_seq": if inside { conversation.messages.len() } else { 0 },
            "read_seq": read_seq.unwrap_or_default(),
            "muted": muted,
            "archived": archived,
            "pinned": pinned,
        })
    }

    /// A direct conversation has the name and image of the peer. A business conversation has those of
    /// the member for staff, and the name of the site for the member.
    fn name_and_image<'a>(&'a self, caller: &str, conversation: &'a Conversation) -> (Option<&'a str>, Option<String>) {
        let of_member = |id: &str| {
            self.members
                .get(id)
                .map(|Member { display_name, avatar_url, .. }| (display_name.as_str(), avatar_url.clone()))
        };
        let named_like = match conversation.kind {
            Kind::Group => {
                let url =
                    |image: &String| format!("/v1/sites/{}/conversations/{}/image/{image}", self.id, conversation.id);
                return (Some(&conversation.name), conversation.image.as_ref().map(url));
            }
            Kind::Direct => conversation.peer_of(caller).and_then(of_member),
            Kind::Business if conversation.participant(caller).is_some() => return (Some(&self.name), None),
            Kind::Business => conversation.participants.first().and_then(|member| of_member(&member.member)),
        };
        named_like.map_or((None, None), |(name, image)| (Some(name), image))
    }

    /// ListParticipants: longest-standing first.
    pub fn participant_views(&self, conversation: &Conversation) -> Vec<Value> {
        let participants = conversation.participants.iter().map(|participant| {
            let member = self.members.get(&participant.member);
            json!({
                "id": participant.member,
                "display_name": member.map(|member| &member.display_name),
                "avatar_url": member.and_then(|member| member.avatar_url.as_deref()),
                "admin": participant.admin,
                "roles": member.map(|member| &member.roles),
                "badges": member.map(|member| &member.badges),
            })
        });
        participants.collect()
    }
}
