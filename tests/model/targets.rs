//! The conversations and messages of a site as the runner knows them from the responses, so that most
//! commands have an existing target. It may be behind when commands race. The comparisons do not use it.

use std::collections::HashMap;

use uuid::Uuid;

use crate::commands::Call;
use crate::people::{OLGA, OP, PEOPLE, SAM, SUE};
use crate::undo::undo;

/// A member or caller, resolved when the command runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Person {
    /// One of `PEOPLE`.
    Member(usize),
    /// A participant of the conversation, as far as the runner knows.
    Participant(usize),
    /// An admin of the conversation, as far as the runner knows.
    Admin(usize),
    Author,
    Sam,
    Op,
}

/// A conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Target {
    /// The latest group that was created under this number.
    Group(usize),
    /// The lower index first.
    Direct(usize, usize),
    Business(usize),
}

#[derive(Debug)]
pub(crate) struct Targets {
    site: String,
    conversations: HashMap<Target, KnownConversation>,
    texts: usize,
    /// The inverses of the successful commands.
    undos: Vec<Call>,
    done: Vec<Call>,
}

/// A conversation, as the runner knows it.
#[derive(Debug, Default, Clone)]
pub(crate) struct KnownConversation {
    pub(crate) id: Option<Uuid>,
    /// Longest-standing first, with whether each is an admin.
    pub(crate) participants: Vec<(&'static str, bool)>,
    pub(crate) messages: Vec<Sent>,
}

#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) id: Uuid,
    pub(crate) author: &'static str,
    pub(crate) text: String,
    pub(crate) reply_to: Option<Uuid>,
}

/// The change of the targets when a command succeeds.
#[derive(Debug, Clone)]
pub(crate) enum Effect {
    Nothing,
    Group(Target, KnownConversation),
    /// Its id is in the response.
    Started(Target),
    In(Target, &'static str),
    Out(Target, &'static str),
    Admin(Target, &'static str, bool),
    Sent(Target, Sent),
}

impl Person {
    /// The id of a member or caller, outside of any conversation.
    pub(crate) fn id(self) -> &'static str {
        KnownConversation::default().select(self, None)
    }
}

impl Targets {
    pub(crate) fn new(site: &str) -> Self {
        let site = site.to_owned();
        Self { site, conversations: HashMap::new(), texts: 0, undos: Vec::new(), done: Vec::new() }
    }

    pub(crate) fn site(&self) -> &str {
        &self.site
    }

    /// A conversation. The participants of a direct or business conversation are known before it starts.
    pub(crate) fn conversation(&self, target: Target) -> KnownConversation {
        let participants = match target {
            Target::Group(_) => Vec::new(),
            Target::Direct(one, other) => vec![(PEOPLE[one], false), (PEOPLE[other], false)],
            Target::Business(member) => {
                [PEOPLE[member], PEOPLE[member], PEOPLE[SUE], SAM, PEOPLE[OLGA]].map(|id| (id, false)).into()
            }
        };
        self.conversations
            .get(&target)
            .cloned()
            .unwrap_or(KnownConversation { participants, ..KnownConversation::default() })
    }

    /// This target if it is suitable, else another one that is.
    pub(crate) fn aim(&self, target: Target, suitable: impl Fn(&KnownConversation) -> bool) -> Target {
        let suitable = |target: &Target| suitable(&self.conversation(*target));
        if suitable(&target) { target } else { self.targets().into_iter().find(suitable).unwrap_or(target) }
    }

    /// All messages, ordered by target.
    pub(crate) fn messages(&self) -> Vec<(Target, Sent)> {
        let of = |target: Target| self.conversation(target).messages.into_iter().map(move |sent| (target, sent));
        self.targets().into_iter().flat_map(of).collect()
    }

    fn targets(&self) -> Vec<Target> {
        let mut targets: Vec<_> = self.conversations.keys().copied().collect();
        targets.sort_unstable();
        targets
    }

    pub(crate) fn text(&mut self, by: &str) -> String {
        self.texts += 1;
        format!("{by}-{}", self.texts)
    }

    /// The inverse of one of the latest commands, once.
    pub(crate) fn take_undo(&mut self, latest: usize) -> Option<Call> {
        let at = self.undos.len().checked_sub(1 + latest)?;
        Some(self.undos.remove(at))
    }

    pub(crate) fn done(&self, latest: usize) -> Option<Call> {
        self.done.len().checked_sub(1 + latest).map(|at| self.done[at].clone())
    }

    /// Records a successful command, with the id in the response.
    pub(crate) fn record(&mut self, call: Call, id: Option<Uuid>) {
        self.undos.extend(undo(&call, &self.site));
        self.apply(call.effect.clone(), id);
        self.done.push(call);
    }

    fn apply(&mut self, effect: Effect, id: Option<Uuid>) {
        match effect {
            Effect::Nothing => {}
            Effect::Group(target, conversation) => drop(self.conversations.insert(target, conversation)),
            Effect::Started(target) => {
                let conversation = KnownConversation { id, ..self.conversation(target) };
                self.conversations.insert(target, conversation);
            }
            Effect::In(target, member) => {
                let participants = self.participants(target);
                if !participants.iter().any(|(known, _)| *known == member) {
                    participants.push((member, false));
                }
            }
            Effect::Out(target, member) => {
                let participants = self.participants(target);
                participants.retain(|(known, _)| *known != member);
                if !participants.iter().any(|(_, admin)| *admin)
                    && let Some(successor) = participants.first_mut()
                {
                    successor.1 = true;
                }
            }
            Effect::Admin(target, member, on) => {
                let participants = self.participants(target);
                participants
                    .iter_mut()
                    .filter(|(known, _)| *known == member)
                    .for_each(|participant| participant.1 = on);
            }
            Effect::Sent(target, sent) => {
                if let Some(conversation) = self.conversations.get_mut(&target) {
                    conversation.messages.push(sent);
                }
            }
        }
    }

    fn participants(&mut self, target: Target) -> &mut Vec<(&'static str, bool)> {
        &mut self.conversations.entry(target).or_default().participants
    }
}

impl KnownConversation {
    /// The id of a member or caller.
    pub(crate) fn select(&self, person: Person, message: Option<&Sent>) -> &'static str {
        let nth = |of: Vec<&'static str>, n: usize| if of.is_empty() { PEOPLE[n % 8] } else { of[n % of.len()] };
        match person {
            Person::Member(n) => PEOPLE[n],
            Person::Sam => SAM,
            Person::Op => OP,
            Person::Participant(n) => nth(self.participants.iter().map(|(id, _)| *id).collect(), n),
            Person::Admin(n) => {
                nth(self.participants.iter().filter(|(_, admin)| *admin).map(|(id, _)| *id).collect(), n)
            }
            Person::Author => message.map_or(PEOPLE[0], |message| message.author),
        }
    }

    /// A message, counted back from the latest.
    pub(crate) fn message(&self, back: usize) -> Option<&Sent> {
        self.messages.len().checked_sub(1 + back).or(self.messages.len().checked_sub(1)).map(|at| &self.messages[at])
    }

    /// The id of a message, counted back from the latest; a new id if there is none.
    pub(crate) fn message_id(&self, back: usize) -> Uuid {
        self.message(back).map_or_else(Uuid::now_v7, |message| message.id)
    }

    pub(crate) fn exists(&self) -> bool {
        self.id.is_some()
    }

    /// The path of a conversation; of a missing one if it does not exist.
    pub(crate) fn path(&self) -> String {
        format!("/conversations/{}", self.id.unwrap_or_else(Uuid::now_v7))
    }
}
