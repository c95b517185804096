//! `causerie replay --format text`: an event as a line of text for people.
//!
//! Texts of members are quoted and escaped, so that they cannot add lines or control the terminal.

use std::fmt;

use causerie_events::conversation::{GroupCreated, History};
use causerie_events::member::LogReplayed;
use causerie_events::site::{Approval, GroupCreation};
use causerie_events::{
    ConversationEvent, Event, MemberEvent, MessageEvent, ParticipationEvent, RecordedEvent, SiteEvent, SystemEvent,
};

pub(super) struct TextLine<'a>(pub(super) &'a RecordedEvent);

impl fmt::Display for TextLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let recorded = self.0;
        let of_metadata = |field| recorded.metadata.get(field).and_then(serde_json::Value::as_str);
        write!(f, "{} {} ", recorded.recorded_at, recorded.stream.site_id())?;
        match (of_metadata("actor"), of_metadata("capacity").or_else(|| of_metadata("role"))) {
            (Some(actor), None | Some("member")) => write!(f, "{actor} ")?,
            (Some(actor), Some(capacity)) => write!(f, "{actor} ({capacity}) ")?,
            (None, _) => write!(f, "the service ")?,
        }
        let id = recorded.stream.local_id();
        match Event::decode(recorded) {
            Ok(Event::Site(event)) => site(f, &event),
            Ok(Event::Member(event)) => member(f, id, &event),
            Ok(Event::Conversation(event)) => conversation(f, id, &event),
            Ok(Event::Message(event)) => message(f, id, &event),
            Ok(Event::Participation(event)) => participation(f, id, &event),
            Ok(Event::System(SystemEvent::LogEpochBegan(began))) => {
                write!(f, "began epoch {} of the log: {:?}", began.epoch, began.reason)
            }
            Err(error) => write!(f, "changed {}: {error}", recorded.stream),
        }
    }
}

fn site(f: &mut fmt::Formatter<'_>, event: &SiteEvent) -> fmt::Result {
    match event {
        SiteEvent::SiteRegistered(site) => {
            write!(f, "registered the site as {:?}, language {}", site.name.as_str(), site.locale)?;
            list(f, ", origins ", &site.allowed_origins)
        }
        SiteEvent::MemberChatEnabled => write!(f, "enabled member chat"),
        SiteEvent::MemberChatDisabled => write!(f, "disabled member chat"),
        SiteEvent::ApprovalChanged(changed) => match changed.approval {
            Approval::Automatic => write!(f, "set approval of new members to automatic"),
            Approval::Manual => write!(f, "set approval of new members to manual"),
        },
        SiteEvent::GroupCreationChanged(changed) => match changed.group_creation {
            GroupCreation::Members => write!(f, "allowed members to create groups"),
            GroupCreation::Staff => write!(f, "allowed only staff to create groups"),
        },
        SiteEvent::MaxParticipantsChanged(changed) => {
            write!(f, "limited groups to {} participants", changed.max_participants)
        }
        SiteEvent::AppearanceChanged(_) => write!(f, "changed the look of the chat"),
        SiteEvent::BadgesChanged(changed) => {
            write!(f, "changed the look of badges")?;
            list(f, " to ", &changed.badges.keys().collect::<Vec<_>>())
        }
        SiteEvent::SiteRenamed(renamed) => write!(f, "renamed the site to {:?}", renamed.name.as_str()),
        SiteEvent::LocaleChanged(changed) => write!(f, "changed the language of the site to {}", changed.locale),
        SiteEvent::AllowedOriginsChanged(changed) => {
            write!(f, "changed the allowed origins of the site")?;
            list(f, " to ", &changed.allowed_origins)
        }
        SiteEvent::SiteClosed => write!(f, "closed the site"),
        SiteEvent::SiteReopened => write!(f, "reopened the site"),
    }
}

fn member(f: &mut fmt::Formatter<'_>, id: &str, event: &MemberEvent) -> fmt::Result {
    match event {
        MemberEvent::MemberRegistered(registered) => {
            let community = if registered.community { "in the community" } else { "outside the community" };
            let pending = if registered.pending { ", pending approval" } else { "" };
            let name = registered.profile.display_name.as_str();
            write!(f, "registered member {id} as {name:?}, {community}{pending}")
        }
        MemberEvent::MemberProfileChanged(profile) => {
            write!(f, "changed the profile of member {id}: {:?}", profile.profile.display_name.as_str())
        }
        MemberEvent::CommunityJoined => write!(f, "added member {id} to the community"),
        MemberEvent::CommunityLeft => write!(f, "removed member {id} from the community"),
        MemberEvent::MemberBlocked => write!(f, "blocked member {id}"),
        MemberEvent::MemberUnblocked => write!(f, "unblocked member {id}"),
        MemberEvent::MemberApproved => write!(f, "approved member {id}"),
        MemberEvent::MemberRemoved => write!(f, "removed member {id}"),
        MemberEvent::MemberMuted => write!(f, "muted member {id}"),
        MemberEvent::MemberUnmuted => write!(f, "unmuted member {id}"),
        MemberEvent::RoleAssigned(assigned) => write!(f, "gave member {id} the role {}", assigned.role),
        MemberEvent::RoleUnassigned(unassigned) => write!(f, "removed the role {} from member {id}", unassigned.role),
        MemberEvent::BadgeAssigned(assigned) => write!(f, "gave member {id} the badge {}", assigned.badge),
        MemberEvent::BadgeUnassigned(unassigned) => {
            write!(f, "removed the badge {} from member {id}", unassigned.badge)
        }
        MemberEvent::ContactBlocked(contact) => write!(f, "blocked contact {}", contact.member_id),
        MemberEvent::ContactUnblocked(contact) => write!(f, "unblocked contact {}", contact.member_id),
        MemberEvent::LogReplayed(LogReplayed { conversation_id, after, until }) => {
            write!(f, "read the log of the site")?;
            optional(f, ", conversation ", conversation_id.as_ref())?;
            optional(f, ", after ", after.as_ref())?;
            optional(f, ", until ", until.as_ref())
        }
    }
}

fn conversation(f: &mut fmt::Formatter<'_>, id: &str, event: &ConversationEvent) -> fmt::Result {
    let newcomers = |history: &History| match history {
        History::SinceJoined => "new participants read messages sent after they join",
        History::All => "new participants read all messages",
    };
    match event {
        ConversationEvent::GroupCreated(GroupCreated { name, participants, history, .. }) => {
            write!(f, "created group {id}, {:?}", name.as_str())?;
            list(f, ", with ", participants)?;
            write!(f, "; {}", newcomers(history))
        }
        ConversationEvent::ParticipantAdded(added) => write!(f, "added {} to group {id}", added.member_id),
        ConversationEvent::ParticipantRemoved(removed) => write!(f, "removed {} from group {id}", removed.member_id),
        ConversationEvent::ParticipantLeft(_) => write!(f, "left group {id}"),
        ConversationEvent::AdminGranted(admin) => write!(f, "made {} an admin of group {id}", admin.member_id),
        ConversationEvent::AdminRevoked(admin) => write!(f, "removed {} as an admin of group {id}", admin.member_id),
        ConversationEvent::GroupRenamed(renamed) => write!(f, "renamed group {id}: {:?}", renamed.name.as_str()),
        ConversationEvent::GroupImageChanged(image) => write!(f, "changed the image of group {id} to {}", image.image),
        ConversationEvent::GroupImageRemoved => write!(f, "removed the image of group {id}"),
        ConversationEvent::HistoryChanged(changed) => write!(f, "changed group {id}: {}", newcomers(&changed.history)),
        ConversationEvent::GroupClosed => write!(f, "closed group {id}: its last participant left"),
        ConversationEvent::GroupDeleted => write!(f, "deleted group {id}"),
        ConversationEvent::DirectConversationStarted(started) => {
            write!(f, "started direct conversation {id} of {} and {}", started.starter, started.peer)
        }
        ConversationEvent::BusinessConversationStarted(member) => {
            write!(f, "started conversation {id} of {} with the business", member.member_id)
        }
    }
}

fn message(f: &mut fmt::Formatter<'_>, id: &str, event: &MessageEvent) -> fmt::Result {
    let conversation = event.conversation_id();
    match event {
        MessageEvent::MessageSent(sent) => {
            write!(f, "sent message {id} to conversation {conversation}")?;
            optional(f, " in reply to ", sent.reply_to.as_ref())?;
            write!(f, ": {:?}", sent.text.as_str())
        }
        MessageEvent::MessageEdited(edited) => {
            write!(f, "edited message {id} in conversation {conversation}: {:?}", edited.text.as_str())
        }
        MessageEvent::MessageDeleted(_) => write!(f, "deleted message {id} in conversation {conversation}"),
        MessageEvent::ReactionAdded(reaction) => {
            let emoji = reaction.emoji.as_str();
            write!(f, "reacted with {emoji:?} to message {id} in conversation {conversation}")
        }
        MessageEvent::ReactionRemoved(reaction) => {
            let emoji = reaction.emoji.as_str();
            write!(f, "removed {emoji:?} from message {id} in conversation {conversation}")
        }
    }
}

fn participation(f: &mut fmt::Formatter<'_>, id: &str, event: &ParticipationEvent) -> fmt::Result {
    // `<conversation>/<member>`; the member is the actor.
    let conversation = id.split('/').next().unwrap_or_default();
    match event {
        ParticipationEvent::ReadMarkerMoved(marker) => {
            write!(f, "read conversation {conversation} up to message {}", marker.message_id)
        }
        ParticipationEvent::ConversationMuted => write!(f, "muted conversation {conversation}"),
        ParticipationEvent::ConversationUnmuted => write!(f, "unmuted conversation {conversation}"),
        ParticipationEvent::ConversationArchived => write!(f, "archived conversation {conversation}"),
        ParticipationEvent::ConversationUnarchived => write!(f, "unarchived conversation {conversation}"),
        ParticipationEvent::ConversationPinned => write!(f, "pinned conversation {conversation}"),
        ParticipationEvent::ConversationUnpinned => write!(f, "unpinned conversation {conversation}"),
    }
}

fn optional(f: &mut fmt::Formatter<'_>, before: &str, value: Option<&impl fmt::Display>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, "{before}{value}"))
}

fn list(f: &mut fmt::Formatter<'_>, before: &str, values: &[impl fmt::Display]) -> fmt::Result {
    for (n, value) in values.iter().enumerate() {
        write!(f, "{}{value}", if n == 0 { before } else { ", " })?;
    }
    Ok(())
}
