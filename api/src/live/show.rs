//! From what a member may see to the frames of their stream.

use std::sync::Arc;

use bytes::Bytes;
use causerie_domain::{MemberChat, Site};
use causerie_events::{ConversationId, Event, MemberId, MessageId, ParticipationEvent, Position, SiteId};
use causerie_projections::conversation_list::{self, SeenConversation};
use causerie_projections::member_list::MemberView;
use causerie_projections::progress;
use causerie_store::{Database, StoreError};

use super::event::{EventDetail, LiveEvent, MessageDetail, Views};
use super::frame::{
    ConversationRemoved, Frame, LiveMessage, MessageFrameKind, ReadMarkerMoved, SiteChanged, TypingShown, joined,
};
use super::shared::LOOKUP_TIMEOUT;
use super::typing::TypingNotification;
use super::visibility::VisibleChange;
use crate::views::{full_member_view, roster_member_view};

/// Shows events to one member.
#[derive(Debug)]
pub(super) struct FrameBuilder {
    pub(super) database: Database,
    pub(super) site: SiteId,
    pub(super) member: MemberId,
}

impl FrameBuilder {
    /// The frames of an event, if there are any. The frame of a message is shared by all streams that show it in the same form.
    /// `repeats_deletion`: the client may have been shown this deletion before.
    pub(super) async fn frames(
        &self,
        shown: VisibleChange,
        live: &LiveEvent,
        detail: &EventDetail,
        staff: bool,
        repeats_deletion: bool,
    ) -> Result<Option<Bytes>, Arc<StoreError>> {
        let position = live.log.recorded.position;
        let frame = match (shown, detail) {
            (VisibleChange::Message { collapsed, with_reply }, EventDetail::Message(message)) if repeats_deletion => {
                let deletion = message_frame(live, message, collapsed, with_reply);
                return Box::pin(self.deletion_with_counts(live, deletion, staff)).await;
            }
            (VisibleChange::Message { collapsed, with_reply }, EventDetail::Message(message)) => {
                let write =
                    || message_frame(live, message, collapsed, with_reply).map(|frame| frame.encode(Some(position)));
                return Ok(Some(message.encoded.get_or_encode(collapsed, with_reply, || write().unwrap_or_default())));
            }
            (VisibleChange::Site, EventDetail::Site(site)) => Some(site_frame(&self.site, site)),
            (VisibleChange::MemberInFull, EventDetail::Member(change)) => {
                member_frame(live, |id| full_member_view(id, &change.after))
            }
            (VisibleChange::MemberInRoster, EventDetail::Member(change)) => {
                member_frame(live, |id| roster_member_view(id, &change.after))
            }
            (VisibleChange::ContactInRoster(id), EventDetail::Member(change)) => {
                change.other.as_ref().and_then(|other| roster_member_view(&id, other)).map(Frame::member)
            }
            (VisibleChange::MemberGone(id), _) => Some(Frame::member_gone(id)),
            (VisibleChange::Reset { changed }, EventDetail::Member(change)) => {
                let reset = Frame::RESET.encode(Some(position));
                let member = member_frame(live, |id| full_member_view(id, &change.after)).filter(|_| changed);
                return Ok(Some(member.map_or_else(|| reset.clone(), |frame| joined(&frame.encode(None), &reset))));
            }
            (VisibleChange::ConversationGone(id), _) => Some(Frame::ConversationRemoved(ConversationRemoved { id })),
            (VisibleChange::Conversation(id), _) => self.conversation(live, id, staff).await?.map(conversation_frame),
            (VisibleChange::ReadMarker(id), _) => match marked(&live.event) {
                Some(message) => self.conversation(live, id, staff).await?.map(|seen| marker_frame(message, &seen)),
                None => None,
            },
            // Nothing to show, or the frame needs a detail that the event does not have.
            (
                VisibleChange::Nothing
                | VisibleChange::End
                | VisibleChange::Message { .. }
                | VisibleChange::Site
                | VisibleChange::MemberInFull
                | VisibleChange::MemberInRoster
                | VisibleChange::ContactInRoster(_)
                | VisibleChange::Reset { .. },
                _,
            ) => None,
        };
        Ok(frame.map(|frame| frame.encode(Some(position))))
    }

    /// For a client that may have been shown the placeholder before: it cannot know whether its count still holds the
    /// message, so the counts follow.
    async fn deletion_with_counts(
        &self,
        live: &LiveEvent,
        deletion: Option<Frame>,
        staff: bool,
    ) -> Result<Option<Bytes>, Arc<StoreError>> {
        let (Some(deletion), Event::Message(event)) = (deletion, &live.event) else { return Ok(None) };
        let seen = self.conversation(live, event.conversation_id(), staff).await?;
        Ok(Some(with_counts(&deletion, seen, live.log.recorded.position)))
    }

    /// The frame of a typing notification. It is not in the log, so it has no position.
    pub(super) fn typing(typing: &TypingNotification) -> Bytes {
        Frame::Typing(TypingShown { conversation_id: typing.conversation, member: typing.member.clone() }).encode(None)
    }

    /// The conversation as this member sees it, with counts as of the event. None where they are out of it by now: the
    /// removal comes later in the log.
    async fn conversation(
        &self,
        live: &LiveEvent,
        id: ConversationId,
        staff: bool,
    ) -> Result<Option<SeenConversation>, Arc<StoreError>> {
        let views = live.views.get(self.views(live, id)).await?;
        Ok(views.get(&self.member).filter(|seen| seen.is_participant || staff).cloned())
    }

    /// The conversation as all listening members see it: one query, however many they are.
    async fn views(&self, live: &LiveEvent, id: ConversationId) -> Result<Views, StoreError> {
        let (pool, log_number) = (self.database.pool(), live.log.log_number);
        progress::wait_for_all(pool, &conversation_list::READS, log_number, LOOKUP_TIMEOUT).await?;
        let members: Vec<&MemberId> = live.members.iter().collect();
        let seen = conversation_list::seen_by(pool, &self.site, &members, &[(id, log_number)]).await?;
        Ok(seen.into_iter().filter_map(|seen| Some((seen.viewer.parse().ok()?, seen))).collect())
    }
}

/// The member that the event is about, by a view of them.
fn member_frame(live: &LiveEvent, view: impl FnOnce(&MemberId) -> Option<MemberView>) -> Option<Frame> {
    let id = live.log.recorded.stream.local_id().parse::<MemberId>().ok()?;
    view(&id).map(Frame::member)
}

pub(super) fn site_frame(id: &SiteId, site: &Site) -> Frame {
    Frame::SiteChanged(SiteChanged {
        id: id.clone(),
        name: site.name().to_owned(),
        member_chat_enabled: site.member_chat() == MemberChat::On,
        settings: site.settings(),
    })
}

pub(super) fn conversation_frame(seen: SeenConversation) -> Frame {
    Frame::ConversationChanged(Box::new(seen.view))
}

pub(super) fn marker_frame(message: MessageId, seen: &SeenConversation) -> Frame {
    Frame::ReadMarkerMoved(ReadMarkerMoved {
        conversation_id: seen.view.id.into(),
        message,
        seq: seen.view.read_seq,
        unread: seen.view.unread,
        log_number: seen.log_number,
    })
}

/// A deletion and the counts as of it, under one position.
pub(super) fn with_counts(deleted: &Frame, seen: Option<SeenConversation>, position: Position) -> Bytes {
    match seen {
        Some(seen) => joined(&deleted.encode(None), &conversation_frame(seen).encode(Some(position))),
        None => deleted.encode(Some(position)),
    }
}

fn marked(event: &Event) -> Option<MessageId> {
    match event {
        Event::Participation(ParticipationEvent::ReadMarkerMoved(marker)) => Some(marker.message_id),
        _ => None,
    }
}

fn message_frame(live: &LiveEvent, message: &MessageDetail, collapsed: bool, with_reply: bool) -> Option<Frame> {
    let Event::Message(event) = &live.event else { return None };
    let mut view = message.view.clone();
    view.collapsed = collapsed;
    if !with_reply {
        view.reply_preview = None;
    }
    let (conversation_id, log_number) = (event.conversation_id(), live.log.log_number);
    Some(MessageFrameKind::of(event).frame(LiveMessage { message: view, conversation_id, log_number }))
}
