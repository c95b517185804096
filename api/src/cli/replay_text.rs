//! `causerie replay --format text`: an event as a line for people. When, on which site, who, in what capacity, and what.
//!
//! What people wrote is quoted and escaped, so that no text makes a line of its own or turns the terminal.

use std::fmt;

use causerie_events::conversation::{GroupCreated, History};
use causerie_events::member::LogReplayed;
use causerie_events::site::{Approval, GroupCreation};
use causerie_events::{
    ConversationEvent, Event, MemberEvent, MessageEvent, ParticipationEvent, RecordedEvent, SiteEvent, SystemEvent,
};

/// One event as a line.
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
            Err(error) => write!(f, "did something to {}: {error}", recorded.stream),
        }
    }
}

fn site(f: &mut fmt::Formatter<'_>, event: &SiteEvent) -> fmt::Result {
    match event {
        SiteEvent::SiteRegistered(site) => {
            write!(f, "registered the site as {:?}, language {}", site.name.as_str(), site.locale)?;
            list(f, ", origins ", &site.allowed_origins)
        }
        SiteEvent::MemberChatEnabled => write!(f, "switched member chat on"),
        SiteEvent::MemberChatDisabled => write!(f, "switched member chat off"),
        SiteEvent::ApprovalChanged(changed) => match changed.approval {
            Approval::Automatic => write!(f, "let new members in at once"),
            Approval::Manual => write!(f, "let new members in by hand"),
        },
        SiteEvent::GroupCreationChanged(changed) => match changed.group_creation {
            GroupCreation::Members => write!(f, "let members create groups"),
            GroupCreation::Staff => write!(f, "let only staff create groups"),
        },
        SiteEvent::MaxParticipantsChanged(changed) => {
            write!(f, "let groups have {} participants", changed.max_participants)
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
            let pending = if registered.pending { ", waiting for approval" } else { "" };
            let name = registered.profile.display_name.as_str();
            write!(f, "registered member {id} as {name:?}, {community}{pending}")
        }
        MemberEvent::MemberProfileChanged(profile) => {
            write!(f, "changed the profile of member {id}: {:?}", profile.profile.display_name.as_str())
        }
        MemberEvent::CommunityJoined => write!(f, "took member {id} into the community"),
        MemberEvent::CommunityLeft => write!(f, "took member {id} out of the community"),
        MemberEvent::MemberBlocked => write!(f, "blocked member {id}"),
        MemberEvent::MemberUnblocked => write!(f, "unblocked member {id}"),
        MemberEvent::MemberApproved => write!(f, "approved member {id}"),
        MemberEvent::MemberRemoved => write!(f, "removed member {id}"),
        MemberEvent::MemberMuted => write!(f, "muted member {id}"),
        MemberEvent::MemberUnmuted => write!(f, "unmuted member {id}"),
        MemberEvent::RoleAssigned(assigned) => write!(f, "gave member {id} the role {}", assigned.role),
        MemberEvent::RoleUnassigned(assigned) => write!(f, "took the role {} from member {id}", assigned.role),
        MemberEvent::BadgeAssigned(assigned) => write!(f, "gave member {id} the badge {}", assigned.badge),
        MemberEvent::BadgeUnassigned(assigned) => write!(f, "took the badge {} from member {id}", assigned.badge),
        MemberEvent::ContactBlocked(contact) => write!(f, "blocked member {} for themself", contact.member_id),
        MemberEvent::ContactUnblocked(contact) => write!(f, "unblocked member {} for themself", contact.member_id),
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
        History::SinceJoined => "newcomers read what comes after them",
        History::All => "newcomers read everything",
    };
    match event {
        ConversationEvent::GroupCreated(GroupCreated { name, participants, history, .. }) => {
            write!(f, "created group {id}, {:?}", name.as_str())?;
            list(f, ", with ", participants)?;
            write!(f, "; {}", newcomers(history))
        }
        ConversationEvent::ParticipantAdded(who) => write!(f, "added {} to group {id}", who.member_id),
        ConversationEvent::ParticipantRemoved(who) => write!(f, "removed {} from group {id}", who.member_id),
        ConversationEvent::ParticipantLeft(_) => write!(f, "left group {id}"),
        ConversationEvent::AdminGranted(who) => write!(f, "made {} an admin of group {id}", who.member_id),
        ConversationEvent::AdminRevoked(who) => write!(f, "made {} no admin of group {id} any more", who.member_id),
        ConversationEvent::GroupRenamed(renamed) => write!(f, "renamed group {id}: {:?}", renamed.name.as_str()),
        ConversationEvent::GroupImageChanged(image) => write!(f, "gave group {id} the image {}", image.image),
        ConversationEvent::GroupImageRemoved => write!(f, "took the image of group {id} away"),
        ConversationEvent::HistoryChanged(changed) => write!(f, "changed group {id}: {}", newcomers(&changed.history)),
        ConversationEvent::GroupClosed => write!(f, "closed group {id}: its last participant left"),
        ConversationEvent::GroupDeleted => write!(f, "deleted group {id}"),
        ConversationEvent::DirectConversationStarted(started) => {
            write!(f, "started direct conversation {id} of {} and {}", started.starter, started.peer)
        }
        ConversationEvent::BusinessConversationStarted(who) => {
            write!(f, "started conversation {id} of {} with the business", who.member_id)
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
            write!(f, "took back {emoji:?} from message {id} in conversation {conversation}")
        }
    }
}

fn participation(f: &mut fmt::Formatter<'_>, id: &str, event: &ParticipationEvent) -> fmt::Result {
    // `<conversation>/<member>`: a member's own.
    let conversation = id.split('/').next().unwrap_or_default();
    match event {
        ParticipationEvent::ReadMarkerMoved(marker) => {
            write!(f, "read conversation {conversation} up to message {}", marker.message_id)
        }
        ParticipationEvent::ConversationMuted => write!(f, "muted conversation {conversation}"),
        ParticipationEvent::ConversationUnmuted => write!(f, "unmuted conversation {conversation}"),
        ParticipationEvent::ConversationArchived => write!(f, "archived conversation {conversation}"),
        ParticipationEvent::ConversationUnarchived => write!(f, "took conversation {conversation} out of the archive"),
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
