//! How aggregates appear to those who may see them, where the read models would be asked for no more than that.

use std::collections::BTreeSet;

use causerie_domain::conversation::Group;
use causerie_domain::member::Standing;
use causerie_domain::message::Posted;
use causerie_domain::site::MemberChat;
use causerie_domain::{Conversation, Member, Site};
use causerie_events::{ConversationId, Label, MemberId, MessageId, SiteId};
use causerie_projections::conversation_list::{ConversationView, Kind, image_path};
use causerie_projections::member_list::{MemberView, Status};
use causerie_projections::timeline::{MessageView, ReactionView, ReplyPreview};

/// A member as owner and staff see them; none where nobody registered them.
#[must_use]
pub fn member_in_full(id: &MemberId, member: &Member) -> Option<MemberView> {
    let status = match member.standing() {
        Standing::Unregistered => return None,
        Standing::Removed => Status::Removed,
        Standing::Pending => Status::Pending,
        Standing::Blocked => Status::Blocked,
        Standing::Outside | Standing::Muted | Standing::InRoster => Status::Active,
    };
    let membership = member.membership()?;
    let names = |labels: &BTreeSet<Label>| labels.iter().map(Label::to_string).collect();
    Some(MemberView {
        id: id.to_string(),
        display_name: membership.profile.display_name.as_str().to_owned(),
        avatar_url: membership.profile.avatar_url.clone(),
        roles: names(&membership.roles),
        badges: names(&membership.badges),
        status: Some(status),
        community: Some(membership.community),
        muted: Some(membership.muted),
    })
}

/// A member as the roster shows them.
#[must_use]
pub fn member_in_roster(id: &MemberId, member: &Member) -> Option<MemberView> {
    member_in_full(id, member).map(|view| MemberView { status: None, community: None, muted: None, ..view })
}

/// The most participants shown with a conversation.
pub const FIRST_FEW: usize = 5;

/// The first participants of a group, by standing.
#[must_use]
pub fn first_few(group: &Group) -> Vec<MemberId> {
    group.by_seniority().into_iter().take(FIRST_FEW).cloned().collect()
}

/// Where the image of a group is to be had.
#[must_use]
pub fn image_url(site: &SiteId, id: ConversationId, group: &Group) -> Option<String> {
    group.image.as_ref().map(|shown| image_path(site.as_str(), id.as_uuid(), shown.image.as_uuid()))
}

/// A group as the owner of the site sees it without being in it: how it is set up, and nothing of what is said there.
#[must_use]
pub fn group_from_outside(
    of: &SiteId,
    id: ConversationId,
    conversation: &Conversation,
    site: &Site,
) -> Option<ConversationView> {
    let Conversation::Group(group) = conversation else { return None };
    Some(ConversationView {
        id: id.as_uuid(),
        kind: Kind::Group,
        name: Some(group.name.as_str().to_owned()),
        image_url: image_url(of, id, group),
        participants: first_few(group).into_iter().map(String::from).collect(),
        participant_count: i32::try_from(group.participants.len()).unwrap_or(i32::MAX),
        admin: false,
        history: Some(group.history),
        locked: group.closed || site.member_chat() != MemberChat::On,
        closed: group.closed,
        last_message: None,
        unread: 0,
        last_seq: 0,
        read_seq: 0,
        muted: false,
        archived: false,
        pinned: false,
        as_of: 0,
        activity: 0,
    })
}

/// A message as any reader sees it, but for what it answers. `seq` is its number in the conversation.
#[must_use]
pub fn message_view(id: MessageId, posted: &Posted, seq: i64) -> MessageView {
    let reactions = posted.reactions_by_emoji().into_iter().map(|(emoji, members)| ReactionView {
        emoji: emoji.as_str().to_owned(),
        count: members.len(),
        members: members.into_iter().map(MemberId::to_string).collect(),
    });
    MessageView {
        text: shown_text(posted),
        edited_at: posted.edited_at,
        deleted: posted.deleted,
        reactions: reactions.collect(),
        ..MessageView::sent(id.as_uuid(), &posted.sent, seq)
    }
}

/// A message as its answers show it.
#[must_use]
pub fn reply_preview(id: MessageId, posted: &Posted) -> ReplyPreview {
    let Posted { sent, deleted, .. } = posted;
    ReplyPreview { id: id.as_uuid(), author: sent.author_id.to_string(), text: shown_text(posted), deleted: *deleted }
}

/// Of a deleted message only a placeholder is left.
fn shown_text(posted: &Posted) -> String {
    if posted.deleted { String::new() } else { posted.text.as_str().to_owned() }
}
