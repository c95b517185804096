//! Whether a command must be carried out or refused, by this test's own reading of the brief, where nothing raced: before
//! each command the log says what is so.
//!
//! `site.rs`: commands to a site and its members. `conversation.rs`: to conversations. `message.rs`: to messages, and to how
//! one keeps a conversation.

mod conversation;
mod message;
mod site;

use causerie_tests::{At, LogEvent as Event};
use reqwest::Method;
use serde_json::Value;

use crate::fold::{Model, Standing};
use crate::people::{Token, Viewer, viewer};

/// A command as it went out, and what was answered.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Which of the two sites.
    pub(crate) site: usize,
    pub(crate) who: &'static str,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) status: u16,
    /// The place that the answer names.
    pub(crate) at: Option<At>,
    /// The command and its answer, to be read.
    pub(crate) line: String,
}

/// A command that is about to be given.
struct Given<'a> {
    model: &'a Model,
    who: Viewer,
    method: &'a Method,
    body: &'a Value,
}

/// What has to become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outlook {
    /// It is carried out, or was already.
    Done,
    /// It is refused: for these reasons, each with its status.
    Refused(Vec<(u16, &'static str)>),
    /// The brief does not say.
    Unknown,
}

/// Commands of one site that were answered otherwise than they had to be; `start` events were there before them.
pub(crate) fn wrong(asked: &[Asked], site: usize, log: &[Event], start: usize) -> Vec<String> {
    let mut model = Model::of(&log[..start]);
    let mut rest = log[start..].iter().peekable();
    let mut found = Vec::new();
    for asked in asked.iter().filter(|asked| asked.site == site) {
        let given = Given { model: &model, who: viewer(asked.who), method: &asked.method, body: &asked.body };
        let segments: Vec<&str> = asked.path.split('/').skip(1).collect();
        let outlook = given.outlook(&segments);
        // 503 with Retry-After says that it does not know.
        if asked.status != 503 && !outlook.allows(asked.status) {
            found.push(format!("had to be {outlook:?}: {}", asked.line));
        }
        while let Some(event) = rest.next_if(|event| asked.at.is_some_and(|reached| event.at <= reached)) {
            model.take_in(event);
        }
    }
    found
}

impl Outlook {
    fn of(reasons: impl IntoIterator<Item = Option<(u16, &'static str)>>) -> Self {
        let reasons: Vec<_> = reasons.into_iter().flatten().collect();
        if reasons.is_empty() { Self::Done } else { Self::Refused(reasons) }
    }

    fn refused(status: u16, reason: &'static str) -> Self {
        Self::Refused(vec![(status, reason)])
    }

    /// Where several reasons apply, any of them may be told.
    fn allows(&self, status: u16) -> bool {
        match self {
            Self::Done => status < 300,
            Self::Refused(reasons) => reasons.iter().any(|(of_reason, _)| *of_reason == status),
            Self::Unknown => true,
        }
    }
}

impl Given<'_> {
    fn outlook(&self, path: &[&str]) -> Outlook {
        match path {
            ["member-chat", _] | ["settings"] | ["members", ..] => self.of_site(path),
            ["groups" | "direct" | "business", _] => self.of_beginning(path),
            ["conversations", id, rest @ ..] => {
                if let Some(again) = self.sent_again(rest) {
                    return again;
                }
                // Who is barred learns nothing else.
                if let Some(reason) = self.model.bar(self.who) {
                    return Outlook::refused(403, reason);
                }
                let Some(conversation) = self.model.conversations.get(*id) else {
                    return Outlook::refused(404, "no such conversation");
                };
                match rest {
                    ["messages", ..] | ["read-marker" | "preferences"] => self.of_message(conversation, rest),
                    _ => self.of_conversation(conversation, rest),
                }
            }
            _ => Outlook::Unknown,
        }
    }

    fn is_owner(&self) -> bool {
        self.who.token == Token::Owner
    }

    /// Staff who are not barred, and the owner.
    fn is_at_work(&self) -> bool {
        self.model.is_staff(self.who) && self.model.bar(self.who).is_none()
    }

    fn has_voice(&self) -> bool {
        self.model.standing(self.who.id) == Standing::Voiced
    }

    /// Whether another can be brought into a conversation or talked to.
    fn reaches(&self, other: &str) -> bool {
        self.model.standing(other).in_roster() && !self.model.apart(self.who.id, other)
    }

    fn chat_is_off(&self) -> Option<(u16, &'static str)> {
        (!self.model.chat_on).then_some((403, "member chat is off"))
    }
}
