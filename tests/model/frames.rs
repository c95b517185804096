//! One frame of a live stream: what it has to tell of a message, and what it may tell of anything.

use causerie_tests::{At, LogEvent as Event, Shown, at};

use crate::fold::Model;
use crate::people::Viewer;

/// Frames about messages, with the event that makes each.
const KINDS: [(&str, &str); 5] = [
    ("MessageSent", "message.sent"),
    ("MessageEdited", "message.edited"),
    ("MessageDeleted", "message.deleted"),
    ("ReactionAdded", "message.reacted"),
    ("ReactionRemoved", "message.reacted"),
];

/// What is told of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OnMessage {
    at: At,
    kind: String,
    message: String,
    conversation: String,
    seq: u64,
    author: String,
    collapsed: bool,
    /// Whether it shows what the message answers.
    preview: bool,
    /// A text that it never had; the frame may be made when there is a newer one than that of its event.
    strange_text: Option<String>,
}

impl OnMessage {
    /// What this event means to the viewer; the model has taken it in.
    pub(crate) fn expected(model: &Model, viewer: Viewer, event: &Event) -> Option<Self> {
        let (_, kind) = KINDS.iter().find(|(of, _)| *of == event.kind)?;
        let (conversation, message) = model.message_of(&event.id)?;
        let visible = model.visible(viewer, conversation);
        let sees = |id: &str| visible.iter().any(|message| message.id == id);
        sees(&message.id).then(|| Self {
            at: event.at,
            kind: (*kind).to_owned(),
            message: message.id.clone(),
            conversation: conversation.id.clone(),
            seq: message.seq as u64,
            author: message.author.clone(),
            collapsed: model.apart(viewer.id, &message.author),
            preview: message.reply_to.as_deref().is_some_and(sees),
            strange_text: None,
        })
    }

    /// A preview may be missing where the answered message was sent a moment before and is in no read model yet.
    pub(crate) fn excuse_preview(&mut self, shown: &[Self]) {
        self.preview &=
            !shown.iter().any(|frame| frame.at == self.at && frame.message == self.message && !frame.preview);
    }

    /// What a frame tells; none when it is about something else.
    pub(crate) fn shown(shown: &Shown, log: &[Event]) -> Option<Self> {
        if !shown.kind.starts_with("message.") {
            return None;
        }
        let text = |field: &str| shown.data[field].as_str().unwrap_or_default().to_owned();
        let (id, said) = (text("id"), text("text"));
        let had = log.iter().any(|event| event.id == id && event.text("text") == said);
        Some(Self {
            at: place(shown)?,
            kind: shown.kind.clone(),
            message: id,
            conversation: text("conversation_id"),
            seq: shown.data["seq"].as_u64().unwrap_or_default(),
            author: text("author"),
            collapsed: shown.data["collapsed"] == true,
            preview: shown.data["reply_preview"].is_object(),
            // Deleted messages say nothing, and reactions have no text either.
            strange_text: (!had).then_some(said),
        })
    }
}

/// What a frame of this event must not tell this viewer. `before` is what was so before somebody came or went, `later` what
/// came after the event.
pub(crate) fn leak(
    model: &Model,
    before: Option<&Model>,
    later: &[Event],
    viewer: Viewer,
    event: &Event,
    shown: &Shown,
) -> Option<String> {
    let id = shown.data["id"].as_str().unwrap_or_default();
    let inside = |model: &Model| {
        model.conversations.get(id).is_some_and(|conversation| model.reads_from(viewer, conversation).is_some())
    };
    let fine = match shown.kind.as_str() {
        "conversation.changed" => inside(model),
        "conversation.removed" => before.is_none_or(inside),
        "read_marker.moved" => event.kind == "ReadMarkerMoved" && event.id.ends_with(&format!("/{}", viewer.id)),
        "member.changed" if shown.data["gone"] == true || id == viewer.id => true,
        "member.changed" => {
            let listed = model.lists(viewer, id)
                || (event.kind.starts_with("Contact") && listed_later(model, later, viewer, id));
            listed && (model.sees_everybody(viewer) || shown.data.get("status").is_none())
        }
        _ => true,
    };
    (!fine).then(|| format!("must not see {shown:?}"))
}

/// A block, or its end, shows the other as they are by now: somebody blocked who has become staff since is in reach again.
fn listed_later(model: &Model, later: &[Event], viewer: Viewer, id: &str) -> bool {
    let mut model = model.clone();
    later.iter().any(|event| {
        model.take_in(event);
        model.lists(viewer, id)
    })
}

/// Where in the log a frame stands.
pub(crate) fn place(shown: &Shown) -> Option<At> {
    at(shown.id.as_deref()?)
}
