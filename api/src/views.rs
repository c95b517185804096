//! Views of aggregates, for responses and frames that are built from the log and not from the read models.

use std::collections::BTreeSet;

use causerie_domain::conversation::Group;
use causerie_domain::message::PostedMessage;
use causerie_domain::{Conversation, Member, MemberChat, Site, Standing};
use causerie_events::conversation::ConversationKind;
use causerie_events::{ConversationId, Label, MemberId, MessageId, SiteId};
use causerie_projections::conversation_list::{ConversationView, image_path};
use causerie_projections::member_list::{MemberStatus, MemberView};
use causerie_projections::timeline::{MessageView, ReactionView, ReplyPreview};

/// The view for owner and staff. `None` if the member is not registered.
#[must_use]
pub fn full_member_view(id: &MemberId, member: &Member) -> Option<MemberView> {
    let status = match member.standing() {
        Standing::Unregistered => return None,
        Standing::Removed => MemberStatus::Removed,
        Standing::Pending => MemberStatus::Pending,
        Standing::Blocked => MemberStatus::Blocked,
        Standing::Outside | Standing::Muted | Standing::InRoster => MemberStatus::Active,
    };
    let registered = member.registered()?;
    let names = |labels: &BTreeSet<Label>| labels.iter().map(Label::to_string).collect();
    Some(MemberView {
        id: id.to_string(),
        display_name: registered.profile.display_name.as_str().to_owned(),
        avatar_url: registered.profile.avatar_url.clone(),
        roles: names(&registered.roles),
        badges: names(&registered.badges),
        status: Some(status),
        community: Some(registered.community),
        muted: Some(registered.muted),
    })
}

#[must_use]
pub fn roster_member_view(id: &MemberId, member: &Member) -> Option<MemberView> {
    full_member_view(id, member).map(|view| MemberView { status: None, community: None, muted: None, ..view })
}

pub const MAX_LISTED_PARTICIPANTS: usize = 5;

/// The longest-standing participants of a group.
#[must_use]
pub fn listed_participants(group: &Group) -> Vec<MemberId> {
    group.by_seniority().into_iter().take(MAX_LISTED_PARTICIPANTS).cloned().collect()
}

#[must_use]
pub fn image_url(site: &SiteId, id: ConversationId, group: &Group) -> Option<String> {
    group.image.as_ref().map(|shown| image_path(site.as_str(), id.as_uuid(), shown.image.as_uuid()))
}

/// The view for an owner of the site who is not a participant. Contains nothing of the messages.
#[must_use]
pub fn group_view_without_messages(
    of: &SiteId,
    id: ConversationId,
    conversation: &Conversation,
    site: &Site,
) -> Option<ConversationView> {
    let Conversation::Group(group) = conversation else { return None };
    Some(ConversationView {
        id: id.as_uuid(),
        kind: ConversationKind::Group,
        name: Some(group.name.as_str().to_owned()),
        image_url: image_url(of, id, group),
        participants: listed_participants(group).into_iter().map(String::from).collect(),
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

/// The view of a message without the preview of the message it replies to. `seq` is its number in the conversation.
#[must_use]
pub fn message_view(id: MessageId, posted: &PostedMessage, seq: i64) -> MessageView {
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

#[must_use]
pub fn reply_preview(id: MessageId, posted: &PostedMessage) -> ReplyPreview {
    let PostedMessage { sent, deleted, .. } = posted;
    ReplyPreview { id: id.as_uuid(), author: sent.author_id.to_string(), text: shown_text(posted), deleted: *deleted }
}

/// Empty if the message was deleted.
fn shown_text(posted: &PostedMessage) -> String {
    if posted.deleted { String::new() } else { posted.text.as_str().to_owned() }
}
