//! One frame of a live stream: the required content of a frame about a message, and the content that any
//! frame may have.

use causerie_tests::oracle::SiteState;
use causerie_tests::{At, LogEvent as Event, Shown, at};

/// The kind of the frame of an event, if it is about a message.
fn kind_of(event: &Event) -> Option<String> {
    if event.kind.starts_with("Reaction") {
        return Some("message.reacted".to_owned());
    }
    Some(format!("message.{}", event.kind.strip_prefix("Message")?.to_lowercase()))
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MessageFrame {
    at: At,
    kind: String,
    message: String,
    conversation: String,
    seq: u64,
    author: String,
    collapsed: bool,
    /// Whether it shows the message that is replied to.
    preview: bool,
    /// A text that the message never had. The text may be newer than the event of the frame.
    strange_text: Option<String>,
}

impl MessageFrame {
    /// The frame of this event for the caller. The state includes the event.
    pub(crate) fn expected(state: &SiteState, caller: &str, event: &Event) -> Option<Self> {
        let kind = kind_of(event)?;
        let (conversation, message) = state.message(&event.id)?;
        let sees = |id: &str| state.visible_message(caller, conversation, id).is_some();
        sees(&message.id).then(|| Self {
            at: event.at,
            kind,
            message: message.id.clone(),
            conversation: conversation.id.clone(),
            seq: message.seq as u64,
            author: message.author.clone(),
            collapsed: state.is_blocked_pair(caller, &message.author),
            preview: message.reply_to.as_deref().is_some_and(sees),
            strange_text: None,
        })
    }

    /// A preview may be missing if the read models do not contain the message that is replied to yet.
    pub(crate) fn allow_missing_preview(&mut self, shown: &[Self]) {
        self.preview &=
            !shown.iter().any(|frame| frame.at == self.at && frame.message == self.message && !frame.preview);
    }

    /// The content of a frame; none unless it is about a message.
    pub(crate) fn shown(shown: &Shown, log: &[Event]) -> Option<Self> {
        if !shown.kind.starts_with("message.") {
            return None;
        }
        let text = |field: &str| shown.data[field].as_str().unwrap_or_default().to_owned();
        let (id, content) = (text("id"), text("text"));
        let had = log.iter().any(|event| event.id == id && event.text("text") == content);
        Some(Self {
            at: position(shown)?,
            kind: shown.kind.clone(),
            message: id,
            conversation: text("conversation_id"),
            seq: shown.data["seq"].as_u64().unwrap_or_default(),
            author: text("author"),
            collapsed: shown.data["collapsed"] == true,
            preview: shown.data["reply_preview"].is_object(),
            // Deleted messages say nothing, and reactions have no text either.
            strange_text: (!had).then_some(content),
        })
    }
}

/// Describes a frame that this event must not cause for the caller. `before` is the state before a
/// participant joined or left, `later` the events after this one.
pub(crate) fn leak(
    state: &SiteState,
    before: Option<&SiteState>,
    later: &[Event],
    caller: &str,
    event: &Event,
    shown: &Shown,
) -> Option<String> {
    let id = shown.data["id"].as_str().unwrap_or_default();
    let inside = |state: &SiteState| {
        state.conversations.get(id).is_some_and(|conversation| state.reads_from(caller, conversation).is_some())
    };
    let allowed = match shown.kind.as_str() {
        "conversation.changed" => inside(state),
        "conversation.removed" => before.is_none_or(inside),
        "read_marker.moved" => event.kind == "ReadMarkerMoved" && event.id.ends_with(&format!("/{caller}")),
        "member.changed" if shown.data["gone"] == true || id == caller => true,
        "member.changed" => {
            let listed = state.lists(caller, id)
                || (event.kind.starts_with("Contact") && listed_later(state, later, caller, id));
            listed && (state.sees_all_members(caller) || shown.data.get("status").is_none())
        }
        _ => true,
    };
    (!allowed).then(|| format!("must not see {shown:?}"))
}

/// The frame of a block or an unblock shows the other member as of now: a blocked member who has become
/// staff since is listed again.
fn listed_later(state: &SiteState, later: &[Event], caller: &str, id: &str) -> bool {
    let mut state = state.clone();
    later.iter().any(|event| {
        state.apply(event);
        state.lists(caller, id)
    })
}

pub(crate) fn position(shown: &Shown) -> Option<At> {
    at(shown.id.as_deref()?)
}
