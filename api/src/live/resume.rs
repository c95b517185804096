//! Shows the events that a client missed, with the current rights and content. A message that was
//! deleted since is a placeholder, a member who was removed since sees nothing, and old membership
//! events restore no access. If the visibility of the member has changed as a whole, the client
//! fetches everything instead.

use std::collections::{HashMap, HashSet};
use std::vec;

use bytes::Bytes;
use causerie_domain::member::STAFF;
use causerie_domain::{Member, Role};
use causerie_events::{
    ConversationId, Event, LogEvent, MemberEvent, MemberId, MessageId, ParticipationEvent, Position, SiteEvent,
    StreamId,
};
use causerie_projections::conversation_list::{self, SeenConversation, seen_by};
use causerie_projections::member_list::{self, Viewer};
use causerie_projections::progress;
use causerie_projections::timeline::{self, MessageView};
use causerie_store::{Database, StoreError};
use uuid::Uuid;

use super::frame::{ConversationRemoved, Frame, LiveMessage, MessageFrameKind};
use super::shared::LOOKUP_TIMEOUT;
use super::show::{FrameBuilder, conversation_frame, marker_frame, site_frame, with_counts};
use super::visibility::{Visibility, is_between_members, joining_members, removes};

/// Events per lookup, which limits the memory of a stream.
const CHUNK_EVENTS: usize = 200;
/// Maximum number of hidden members whose previous visibility is looked up one by one. With more of
/// them, the client fetches everything.
const MAX_HIDDEN_MEMBERS: usize = 200;

#[derive(Debug)]
pub(super) struct MissedEvents {
    steps: vec::IntoIter<MissedFrame>,
    ready: vec::IntoIter<Bytes>,
    /// The log number as of which messages are shown, including earlier deletions.
    pub(super) content_as_of: u64,
}

#[derive(Debug)]
struct MissedFrame {
    log_number: u64,
    position: Position,
    shows: FrameContent,
}

#[derive(Debug)]
enum FrameContent {
    Message {
        id: MessageId,
        conversation: ConversationId,
        kind: MessageFrameKind,
    },
    Conversation(ConversationId),
    ReadMarker(ConversationId, MessageId),
    ConversationGone(ConversationId),
    /// `seen_before`: whether the member was visible at the client's position.
    Member {
        id: MemberId,
        seen_before: bool,
    },
    Site,
}

impl MissedEvents {
    /// Plans the frames of events of the site; `None` if the client must fetch everything.
    pub(super) async fn plan(
        events: Vec<LogEvent>,
        visibility: &Visibility,
        database: &Database,
    ) -> Result<Option<Self>, StoreError> {
        let mut decoded: Vec<(LogEvent, Event)> = Vec::with_capacity(events.len());
        for log in events {
            // Live streams do not show undecodable events either.
            let Ok(event) = Event::decode(&log.recorded) else { continue };
            // The member saw nothing before the registration.
            if is_first_visit(&log, &event, visibility) {
                decoded.clear();
            }
            decoded.push((log, event));
        }
        if decoded.iter().any(|(log, event)| changes_visibility(log, event, visibility)) {
            return Ok(None);
        }
        let last = last_changes(&decoded, visibility);
        let mut steps = Vec::new();
        for (place, (log, event)) in decoded.into_iter().enumerate() {
            let step = |shows| MissedFrame { log_number: log.log_number, position: log.recorded.position, shows };
            let shows = match event {
                Event::Message(event) => {
                    let Ok(id) = log.recorded.stream.local_id().parse() else { continue };
                    if last.joined.get(&event.conversation_id()).is_some_and(|joined| place < *joined) {
                        continue;
                    }
                    FrameContent::Message {
                        id,
                        conversation: event.conversation_id(),
                        kind: MessageFrameKind::of(&event),
                    }
                }
                Event::Conversation(event) => {
                    let Ok(id) = log.recorded.stream.local_id().parse::<ConversationId>() else { continue };
                    if removes(&event, &visibility.member) {
                        FrameContent::ConversationGone(id)
                    } else if last.joined.get(&id).is_some_and(|joined| place < *joined) {
                        continue;
                    } else {
                        FrameContent::Conversation(id)
                    }
                }
                Event::Participation(event) => {
                    let participant = log.recorded.stream.participant();
                    let Some((id, _)) = participant.filter(|(_, member)| *member == visibility.member) else {
                        continue;
                    };
                    match event {
                        ParticipationEvent::ReadMarkerMoved(marker) => FrameContent::ReadMarker(id, marker.message_id),
                        ParticipationEvent::ConversationMuted
                        | ParticipationEvent::ConversationUnmuted
                        | ParticipationEvent::ConversationArchived
                        | ParticipationEvent::ConversationUnarchived
                        | ParticipationEvent::ConversationPinned
                        | ParticipationEvent::ConversationUnpinned => FrameContent::Conversation(id),
                    }
                }
                Event::Member(_) => {
                    let Ok(id) = log.recorded.stream.local_id().parse::<MemberId>() else { continue };
                    if last.members.get(&id).is_none_or(|member| member.last != place) {
                        continue;
                    }
                    FrameContent::Member { id, seen_before: false }
                }
                Event::Site(_) if last.site == Some(place) => FrameContent::Site,
                Event::Site(_) | Event::System(_) => continue,
            };
            steps.push(step(shows));
        }
        if !mark_previously_visible(&mut steps, &last, visibility, database).await? {
            return Ok(None);
        }
        Ok(Some(Self { steps: steps.into_iter(), ready: Vec::new().into_iter(), content_as_of: 0 }))
    }

    /// The next frame, or two frames that belong together.
    pub(super) async fn next(
        &mut self,
        show: &FrameBuilder,
        visibility: &Visibility,
    ) -> Result<Option<Bytes>, StoreError> {
        loop {
            if let Some(frame) = self.ready.next() {
                return Ok(Some(frame));
            }
            let chunk: Vec<MissedFrame> = self.steps.by_ref().take(CHUNK_EVENTS).collect();
            if chunk.is_empty() {
                return Ok(None);
            }
            self.ready = self.frames(chunk, show, visibility).await?.into_iter();
        }
    }

    async fn frames(
        &mut self,
        chunk: Vec<MissedFrame>,
        show: &FrameBuilder,
        visibility: &Visibility,
    ) -> Result<Vec<Bytes>, StoreError> {
        let found = CurrentContent::look_up(&chunk, show, visibility).await?;
        self.content_as_of = self.content_as_of.max(found.content_as_of);
        Ok(chunk.into_iter().filter_map(|step| found.frame(step, show, visibility)).collect())
    }
}

struct CurrentContent {
    messages: HashMap<Uuid, (ConversationId, MessageView)>,
    conversations: HashMap<(ConversationId, u64), SeenConversation>,
    members: HashMap<String, member_list::MemberView>,
    content_as_of: u64,
}

impl CurrentContent {
    async fn look_up(chunk: &[MissedFrame], show: &FrameBuilder, visibility: &Visibility) -> Result<Self, StoreError> {
        let (pool, site, member) = (show.database.pool(), &show.site, &show.member);
        let (mut messages, mut conversations, mut members) = (Vec::new(), Vec::new(), Vec::new());
        for MissedFrame { log_number, shows, .. } in chunk {
            match shows {
                FrameContent::Message { id, conversation, kind } => {
                    messages.push(id.as_uuid());
                    if *kind == MessageFrameKind::Deleted {
                        conversations.push((*conversation, *log_number));
                    }
                }
                FrameContent::Conversation(id) | FrameContent::ReadMarker(id, _) => {
                    conversations.push((*id, *log_number));
                }
                FrameContent::Member { id, .. } => members.push(id),
                FrameContent::ConversationGone(_) | FrameContent::Site => {}
            }
        }
        let mut found =
            Self { messages: HashMap::new(), conversations: HashMap::new(), members: HashMap::new(), content_as_of: 0 };
        if !messages.is_empty() {
            let stored = timeline::get_many(pool, site, member, visibility.is_staff(), &messages).await?;
            found.content_as_of = stored.log_number;
            found.messages = stored.messages;
        }
        if !conversations.is_empty() {
            let seen = seen_by(pool, site, &[member], &conversations).await?;
            let readable = seen.into_iter().filter(|seen| seen.is_participant || visibility.is_staff());
            found.conversations = readable.map(|seen| ((seen.view.id.into(), seen.log_number), seen)).collect();
        }
        if !members.is_empty() {
            let viewer = match visibility.actor().role {
                Role::Member => Viewer::Member(member.clone()),
                Role::Staff | Role::Owner | Role::Operator => Viewer::Staff,
            };
            let views = member_list::get_many(pool, site, &viewer, &members).await?;
            found.members = views.into_iter().map(|view| (view.id.clone(), view)).collect();
        }
        Ok(found)
    }

    fn frame(&self, step: MissedFrame, show: &FrameBuilder, visibility: &Visibility) -> Option<Bytes> {
        let MissedFrame { log_number, position, shows } = step;
        let seen = |id: ConversationId| self.conversations.get(&(id, log_number)).cloned();
        let frame = match shows {
            FrameContent::Message { id, kind, .. } => {
                let (conversation_id, message) = self.messages.get(&id.as_uuid()).cloned()?;
                // In addition to the current rights, those at the start of the stream apply.
                if !visibility.can_read(conversation_id) {
                    return None;
                }
                let frame = kind.frame(LiveMessage { message, conversation_id, log_number });
                if kind == MessageFrameKind::Deleted {
                    return Some(with_counts(&frame, seen(conversation_id), position));
                }
                frame
            }
            FrameContent::Conversation(id) => conversation_frame(seen(id)?),
            FrameContent::ReadMarker(id, message) => marker_frame(message, &seen(id)?),
            FrameContent::ConversationGone(id) => Frame::ConversationRemoved(ConversationRemoved { id }),
            FrameContent::Member { id, seen_before } => match self.members.get(id.as_str()) {
                Some(view) => Frame::member(view.clone()),
                None if seen_before => Frame::member_gone(id),
                None => return None,
            },
            FrameContent::Site => site_frame(&show.site, &visibility.site.aggregate),
        };
        Some(frame.encode(Some(position)))
    }
}

/// The indexes of the last changes among the events.
#[derive(Default)]
struct LastChanges {
    /// When the member last joined a conversation.
    joined: HashMap<ConversationId, usize>,
    members: HashMap<MemberId, MissedMember>,
    site: Option<usize>,
}

struct MissedMember {
    /// The sequence of the member's first event among them.
    first_sequence: u64,
    last: usize,
}

fn last_changes(events: &[(LogEvent, Event)], visibility: &Visibility) -> LastChanges {
    let mut last = LastChanges::default();
    for (place, (log, event)) in events.iter().enumerate() {
        match event {
            Event::Conversation(event) if joining_members(event).contains(&&visibility.member) => {
                if let Ok(id) = log.recorded.stream.local_id().parse() {
                    last.joined.insert(id, place);
                }
            }
            Event::Member(event) if !is_between_members(event) && !matches!(event, MemberEvent::LogReplayed(_)) => {
                if let Ok(id) = log.recorded.stream.local_id().parse() {
                    let first_sequence = log.recorded.sequence;
                    last.members.entry(id).or_insert(MissedMember { first_sequence, last: place }).last = place;
                }
            }
            Event::Site(_) => last.site = Some(place),
            _ => {}
        }
    }
    last
}

/// Determines for each hidden member whether the reader could see them before; the reader must not
/// learn other ids. Returns `false` if there are too many hidden members.
async fn mark_previously_visible(
    steps: &mut [MissedFrame],
    last: &LastChanges,
    visibility: &Visibility,
    database: &Database,
) -> Result<bool, StoreError> {
    if visibility.actor().role != Role::Member {
        return Ok(true);
    }
    let (site, own) = (visibility.own.stream.site_id(), &visibility.own.aggregate);
    let members: Vec<&MemberId> = last.members.keys().collect();
    let viewer = Viewer::Member(visibility.member.clone());
    let in_sight = member_list::get_many(database.pool(), site, &viewer, &members).await?;
    let in_sight: HashSet<String> = in_sight.into_iter().map(|view| view.id).collect();
    let mut looked_up = 0;
    for step in steps {
        let FrameContent::Member { id, seen_before } = &mut step.shows else { continue };
        let Some(MissedMember { first_sequence, .. }) = last.members.get(id) else { continue };
        if in_sight.contains(id.as_str()) || *first_sequence <= 1 {
            continue;
        }
        looked_up += 1;
        if looked_up > MAX_HIDDEN_MEMBERS {
            return Ok(false);
        }
        let before = database.load_at::<Member>(StreamId::member(site, id), first_sequence - 1).await?;
        *seen_before = visibility.sees_member(own, id, &before.aggregate);
    }
    Ok(true)
}

fn is_first_visit(log: &LogEvent, event: &Event, visibility: &Visibility) -> bool {
    matches!(event, Event::Member(MemberEvent::MemberRegistered(_)))
        && log.recorded.sequence == 1
        && log.recorded.stream == visibility.own.stream
}

/// Whether the event changes the visibility of the member as a whole: their own role, status or
/// community membership, a block between them and another member, or member chat.
fn changes_visibility(log: &LogEvent, event: &Event, visibility: &Visibility) -> bool {
    let is_staff_role = |label: &causerie_events::member::Role| label.role.as_str() == STAFF;
    match event {
        Event::Site(SiteEvent::MemberChatEnabled | SiteEvent::MemberChatDisabled) => true,
        Event::Member(event) if log.recorded.stream == visibility.own.stream => match event {
            MemberEvent::RoleAssigned(role) | MemberEvent::RoleUnassigned(role) => is_staff_role(role),
            MemberEvent::CommunityJoined
            | MemberEvent::CommunityLeft
            | MemberEvent::MemberApproved
            | MemberEvent::MemberBlocked
            | MemberEvent::MemberUnblocked
            | MemberEvent::MemberRemoved
            | MemberEvent::ContactBlocked(_)
            | MemberEvent::ContactUnblocked(_) => true,
            MemberEvent::MemberRegistered(_) => log.recorded.sequence > 1,
            MemberEvent::MemberProfileChanged(_)
            | MemberEvent::MemberMuted
            | MemberEvent::MemberUnmuted
            | MemberEvent::BadgeAssigned(_)
            | MemberEvent::BadgeUnassigned(_)
            | MemberEvent::LogReplayed(_) => false,
        },
        Event::Member(MemberEvent::ContactBlocked(contact) | MemberEvent::ContactUnblocked(contact)) => {
            contact.member_id == visibility.member
        }
        // A block has no effect against staff.
        Event::Member(MemberEvent::RoleAssigned(role) | MemberEvent::RoleUnassigned(role)) => {
            let own = visibility.own.aggregate.registered();
            let id = log.recorded.stream.local_id();
            is_staff_role(role)
                && own.is_some_and(|own| own.blocked_contacts.iter().any(|blocked| blocked.as_str() == id))
        }
        // A new registration removes the blocks of the member.
        Event::Member(MemberEvent::MemberRegistered(_)) => log.recorded.sequence > 1,
        _ => false,
    }
}

/// Waits until the read models have reached the start of the stream.
pub(super) async fn wait_for_start(database: &Database, log_number: u64) -> Result<(), StoreError> {
    Ok(progress::wait_for_all(database.pool(), &conversation_list::READS, log_number, LOOKUP_TIMEOUT).await?)
}
