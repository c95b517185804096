//! What a client missed: the events after the place where it left off, shown with the rights and the content of now. What was
//! deleted since is a placeholder, and a member removed since is shown nothing; old membership events bring nothing back.
//! Where what the member may see has changed as a whole, the client fetches everything instead.

use std::collections::{HashMap, HashSet};
use std::vec;

use bytes::Bytes;
use causerie_domain::member::STAFF;
use causerie_domain::{Member, Role};
use causerie_events::{
    ConversationEvent, ConversationId, Event, LogEvent, MemberEvent, MemberId, MessageId, ParticipationEvent, Position,
    SiteEvent, StreamId,
};
use causerie_projections::conversation_list::{self, Seen, seen_by};
use causerie_projections::member_list::{self, Viewer};
use causerie_projections::progress;
use causerie_projections::timeline::{self, MessageView};
use causerie_store::{Database, StoreError};
use uuid::Uuid;

use super::frame::{ConversationRemoved, Frame, LiveMessage, MessageFrameKind};
use super::shared::LOOK_UP_LIMIT;
use super::show::{Show, conversation_frame, marker_frame, site_frame, with_counts};
use super::visibility::{Visibility, brought_in, is_between_members};

/// Missed events that are looked up at once: as much as is held in memory for one stream.
const CHUNK: usize = 200;
/// The most members out of sight whose sight before is looked up, one by one; beyond, the client fetches everything.
const MAX_HIDDEN_MEMBERS: usize = 200;

/// What a client missed, in order.
#[derive(Debug)]
pub(super) struct Missed {
    steps: vec::IntoIter<Step>,
    ready: vec::IntoIter<Bytes>,
    /// The content of messages is as of this log number: a later deletion up to here was shown already.
    pub(super) content_as_of: u64,
}

/// One frame to come.
#[derive(Debug)]
struct Step {
    log_number: u64,
    position: Position,
    shows: Shows,
}

#[derive(Debug)]
enum Shows {
    Message {
        id: MessageId,
        conversation: ConversationId,
        kind: MessageFrameKind,
    },
    Conversation(ConversationId),
    ReadMarker(ConversationId, MessageId),
    ConversationGone(ConversationId),
    /// A member; `seen_before` where they were in sight before the client left off.
    Member {
        id: MemberId,
        seen_before: bool,
    },
    Site,
}

impl Missed {
    /// Plans what is shown of these events of the site. None where the client has to fetch everything instead.
    pub(super) async fn plan(
        events: Vec<LogEvent>,
        visibility: &Visibility,
        database: &Database,
    ) -> Result<Option<Self>, StoreError> {
        let mut decoded: Vec<(LogEvent, Event)> = Vec::with_capacity(events.len());
        for log in events {
            // What cannot be decoded is shown to no open stream either.
            let Ok(event) = Event::decode(&log.recorded) else { continue };
            // No stream showed this member anything before they were registered.
            if is_first_visit(&log, &event, visibility) {
                decoded.clear();
            }
            decoded.push((log, event));
        }
        if decoded.iter().any(|(log, event)| changes_sight(log, event, visibility)) {
            return Ok(None);
        }
        let last = last_changes(&decoded, visibility);
        let mut steps = Vec::new();
        for (place, (log, event)) in decoded.into_iter().enumerate() {
            let step = |shows| Step { log_number: log.log_number, position: log.recorded.position, shows };
            let shows = match event {
                Event::Message(event) => {
                    let Ok(id) = log.recorded.stream.local_id().parse() else { continue };
                    if last.joined.get(&event.conversation_id()).is_some_and(|joined| place < *joined) {
                        continue;
                    }
                    Shows::Message { id, conversation: event.conversation_id(), kind: MessageFrameKind::of(&event) }
                }
                Event::Conversation(event) => {
                    let Ok(id) = log.recorded.stream.local_id().parse::<ConversationId>() else { continue };
                    if is_out(&event, &visibility.member) {
                        Shows::ConversationGone(id)
                    } else if last.joined.get(&id).is_some_and(|joined| place < *joined) {
                        continue;
                    } else {
                        Shows::Conversation(id)
                    }
                }
                Event::Participation(event) => match (log.recorded.stream.participant(), event) {
                    (Some((id, member)), ParticipationEvent::ReadMarkerMoved(marker))
                        if member == visibility.member =>
                    {
                        Shows::ReadMarker(id, marker.message_id)
                    }
                    (Some((id, member)), _) if member == visibility.member => Shows::Conversation(id),
                    _ => continue,
                },
                Event::Member(_) => {
                    let Ok(id) = log.recorded.stream.local_id().parse::<MemberId>() else { continue };
                    if last.members.get(&id).is_none_or(|member| member.last != place) {
                        continue;
                    }
                    Shows::Member { id, seen_before: false }
                }
                Event::Site(_) if last.site == Some(place) => Shows::Site,
                Event::Site(_) | Event::System(_) => continue,
            };
            steps.push(step(shows));
        }
        if !note_who_was_seen(&mut steps, &last, visibility, database).await? {
            return Ok(None);
        }
        Ok(Some(Self { steps: steps.into_iter(), ready: Vec::new().into_iter(), content_as_of: 0 }))
    }

    /// The next frame, or two that belong together.
    pub(super) async fn next(&mut self, show: &Show, visibility: &Visibility) -> Result<Option<Bytes>, StoreError> {
        loop {
            if let Some(frame) = self.ready.next() {
                return Ok(Some(frame));
            }
            let chunk: Vec<Step> = self.steps.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                return Ok(None);
            }
            self.ready = self.frames(chunk, show, visibility).await?.into_iter();
        }
    }

    async fn frames(
        &mut self,
        chunk: Vec<Step>,
        show: &Show,
        visibility: &Visibility,
    ) -> Result<Vec<Bytes>, StoreError> {
        let found = Found::look_up(&chunk, show, visibility).await?;
        self.content_as_of = self.content_as_of.max(found.content_as_of);
        Ok(chunk.into_iter().filter_map(|step| found.frame(step, show, visibility)).collect())
    }
}

/// What the frames of a chunk show, as it is now.
struct Found {
    messages: HashMap<Uuid, (ConversationId, MessageView)>,
    conversations: HashMap<(ConversationId, u64), Seen>,
    members: HashMap<String, member_list::MemberView>,
    content_as_of: u64,
}

impl Found {
    async fn look_up(chunk: &[Step], show: &Show, visibility: &Visibility) -> Result<Self, StoreError> {
        let (pool, site, member) = (show.database.pool(), &show.site, &show.member);
        let (mut messages, mut conversations, mut members) = (Vec::new(), Vec::new(), Vec::new());
        for Step { log_number, shows, .. } in chunk {
            match shows {
                Shows::Message { id, conversation, kind } => {
                    messages.push(id.as_uuid());
                    if *kind == MessageFrameKind::Deleted {
                        conversations.push((*conversation, *log_number));
                    }
                }
                Shows::Conversation(id) | Shows::ReadMarker(id, _) => conversations.push((*id, *log_number)),
                Shows::Member { id, .. } => members.push(id),
                Shows::ConversationGone(_) | Shows::Site => {}
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
            let readable = seen.into_iter().filter(|seen| seen.seated || visibility.is_staff());
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

    fn frame(&self, step: Step, show: &Show, visibility: &Visibility) -> Option<Bytes> {
        let Step { log_number, position, shows } = step;
        let seen = |id: ConversationId| self.conversations.get(&(id, log_number)).cloned();
        let frame = match shows {
            Shows::Message { id, kind, .. } => {
                let (conversation_id, message) = self.messages.get(&id.as_uuid()).cloned()?;
                // Both the rights of now and those that the stream started with.
                if !visibility.reads(conversation_id) {
                    return None;
                }
                let frame = kind.frame(LiveMessage { message, conversation_id, log_number });
                if kind == MessageFrameKind::Deleted {
                    return Some(with_counts(&frame, seen(conversation_id), position));
                }
                frame
            }
            Shows::Conversation(id) => conversation_frame(seen(id)?),
            Shows::ReadMarker(id, message) => marker_frame(message, &seen(id)?),
            Shows::ConversationGone(id) => Frame::ConversationRemoved(ConversationRemoved { id }),
            Shows::Member { id, seen_before } => match self.members.get(id.as_str()) {
                Some(view) => Frame::member(view.clone()),
                None if seen_before => Frame::member_gone(id),
                None => return None,
            },
            Shows::Site => site_frame(&show.site, &visibility.site.aggregate),
        };
        Some(frame.encode(Some(position)))
    }
}

/// Where the last changes stand among the events, by index.
#[derive(Default)]
struct LastChanges {
    /// Where the member last came into a conversation.
    joined: HashMap<ConversationId, usize>,
    members: HashMap<MemberId, MissedMember>,
    site: Option<usize>,
}

struct MissedMember {
    /// The number of the member's first event among them, in the member's stream.
    first_sequence: u64,
    last: usize,
}

fn last_changes(events: &[(LogEvent, Event)], visibility: &Visibility) -> LastChanges {
    let mut last = LastChanges::default();
    for (place, (log, event)) in events.iter().enumerate() {
        match event {
            Event::Conversation(event) if brought_in(event).contains(&&visibility.member) => {
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

/// Of members who are out of sight now: whether they were in sight before. The reader must not learn the id of any other.
/// False where they are too many.
async fn note_who_was_seen(
    steps: &mut [Step],
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
        let Shows::Member { id, seen_before } = &mut step.shows else { continue };
        let Some(MissedMember { first_sequence, .. }) = last.members.get(id) else { continue };
        if in_sight.contains(id.as_str()) || *first_sequence <= 1 {
            continue;
        }
        looked_up += 1;
        if looked_up > MAX_HIDDEN_MEMBERS {
            return Ok(false);
        }
        let before = database.load_at::<Member>(StreamId::member(site, id), first_sequence - 1).await?;
        *seen_before = visibility.sees(own, id, &before.aggregate);
    }
    Ok(true)
}

fn is_first_visit(log: &LogEvent, event: &Event, visibility: &Visibility) -> bool {
    matches!(event, Event::Member(MemberEvent::MemberRegistered(_)))
        && log.recorded.sequence == 1
        && log.recorded.stream == visibility.own.stream
}

/// Whether the event changes what the member may see as a whole: their own role, status or place in the community, a block
/// between them and another, the member chat.
fn changes_sight(log: &LogEvent, event: &Event, visibility: &Visibility) -> bool {
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
        // A block does not hold against staff.
        Event::Member(MemberEvent::RoleAssigned(role) | MemberEvent::RoleUnassigned(role)) => {
            let own = visibility.own.aggregate.membership();
            let id = log.recorded.stream.local_id();
            is_staff_role(role)
                && own.is_some_and(|own| own.blocked_contacts.iter().any(|blocked| blocked.as_str() == id))
        }
        // A member who is registered again has no blocks.
        Event::Member(MemberEvent::MemberRegistered(_)) => log.recorded.sequence > 1,
        _ => false,
    }
}

fn is_out(event: &ConversationEvent, member: &MemberId) -> bool {
    match event {
        ConversationEvent::ParticipantRemoved(out) | ConversationEvent::ParticipantLeft(out) => {
            out.member_id == *member
        }
        _ => false,
    }
}

/// Waits until the read models show what the stream started from.
pub(super) async fn wait_for_start(database: &Database, log_number: u64) -> Result<(), StoreError> {
    Ok(progress::wait_for_all(database.pool(), &conversation_list::READS, log_number, LOOK_UP_LIMIT).await?)
}
