//! What the runner knows of a site from the answers it got: enough to aim most commands at what is there. When commands
//! race, it may be behind; the checks know nothing of it.

use std::collections::HashMap;

use uuid::Uuid;

use crate::commands::{Place, Who};
use crate::people::{OLGA, OP, PEOPLE, SAM, SUE};
use crate::resolve::Call;
use crate::undo::undo;

/// A site, as the runner knows it.
#[derive(Debug, Default)]
pub(crate) struct Known {
    talks: HashMap<Place, Talk>,
    texts: usize,
    /// What would take back what was done.
    undone_by: Vec<Call>,
    /// What was done.
    done: Vec<Call>,
}

/// A conversation, as the runner knows it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Talk {
    pub(crate) id: Option<Uuid>,
    /// By standing, admins marked.
    pub(crate) seats: Vec<(&'static str, bool)>,
    pub(crate) messages: Vec<Sent>,
}

/// A message that was accepted.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) id: Uuid,
    pub(crate) author: &'static str,
    pub(crate) text: String,
    pub(crate) reply_to: Option<Uuid>,
}

/// What becomes known when a command succeeds.
#[derive(Debug, Clone)]
pub(crate) enum Effect {
    Nothing,
    Group(Place, Talk),
    /// Its id stands in the answer.
    Started(Place),
    In(Place, &'static str),
    Out(Place, &'static str),
    Admin(Place, &'static str, bool),
    Sent(Place, Sent),
}

impl Known {
    /// A conversation; those of two have their people before they are started.
    pub(crate) fn talk(&self, place: Place) -> Talk {
        let seats = match place {
            Place::Group(_) => Vec::new(),
            Place::Direct(one, other) => vec![(PEOPLE[one], false), (PEOPLE[other], false)],
            Place::Business(member) => {
                [PEOPLE[member], PEOPLE[member], PEOPLE[SUE], SAM, PEOPLE[OLGA]].map(|id| (id, false)).into()
            }
        };
        self.talks.get(&place).cloned().unwrap_or(Talk { seats, ..Talk::default() })
    }

    /// This place where it is good for the purpose, else another one that is.
    pub(crate) fn aim(&self, place: Place, good: impl Fn(&Talk) -> bool) -> Place {
        let good = |place: &Place| good(&self.talk(*place));
        if good(&place) { place } else { self.places().into_iter().find(good).unwrap_or(place) }
    }

    /// All messages, by place.
    pub(crate) fn messages(&self) -> Vec<(Place, Sent)> {
        let of = |place: Place| self.talk(place).messages.into_iter().map(move |sent| (place, sent));
        self.places().into_iter().flat_map(of).collect()
    }

    fn places(&self) -> Vec<Place> {
        let mut places: Vec<_> = self.talks.keys().copied().collect();
        places.sort_unstable();
        places
    }

    /// A text that nobody wrote before.
    pub(crate) fn text(&mut self, by: &str) -> String {
        self.texts += 1;
        format!("{by}-{}", self.texts)
    }

    /// The way back from one of the latest commands, once.
    pub(crate) fn way_back(&mut self, latest: usize) -> Option<Call> {
        let at = self.undone_by.len().checked_sub(1 + latest)?;
        Some(self.undone_by.remove(at))
    }

    /// One of the latest commands.
    pub(crate) fn done(&self, latest: usize) -> Option<Call> {
        self.done.len().checked_sub(1 + latest).map(|at| self.done[at].clone())
    }

    /// A command that succeeded; an id where the answer has one.
    pub(crate) fn note(&mut self, call: Call, answered: Option<Uuid>, site: &str) {
        self.undone_by.extend(undo(&call, site));
        self.note_effect(call.effect.clone(), answered);
        self.done.push(call);
    }

    fn note_effect(&mut self, effect: Effect, answered: Option<Uuid>) {
        match effect {
            Effect::Nothing => {}
            Effect::Group(place, talk) => drop(self.talks.insert(place, talk)),
            Effect::Started(place) => {
                let talk = Talk { id: answered, ..self.talk(place) };
                self.talks.insert(place, talk);
            }
            Effect::In(place, member) => {
                let seats = self.seats(place);
                if !seats.iter().any(|(there, _)| *there == member) {
                    seats.push((member, false));
                }
            }
            Effect::Out(place, member) => {
                let seats = self.seats(place);
                seats.retain(|(there, _)| *there != member);
                if !seats.iter().any(|(_, admin)| *admin)
                    && let Some(heir) = seats.first_mut()
                {
                    heir.1 = true;
                }
            }
            Effect::Admin(place, member, on) => {
                let seats = self.seats(place);
                seats.iter_mut().filter(|(there, _)| *there == member).for_each(|seat| seat.1 = on);
            }
            Effect::Sent(place, sent) => {
                if let Some(talk) = self.talks.get_mut(&place) {
                    talk.messages.push(sent);
                }
            }
        }
    }

    fn seats(&mut self, place: Place) -> &mut Vec<(&'static str, bool)> {
        &mut self.talks.entry(place).or_default().seats
    }
}

impl Talk {
    /// Somebody's id.
    pub(crate) fn who(&self, who: Who, message: Option<&Sent>) -> &'static str {
        let nth = |of: Vec<&'static str>, n: usize| if of.is_empty() { PEOPLE[n % 8] } else { of[n % of.len()] };
        match who {
            Who::Person(n) => PEOPLE[n],
            Who::Sam => SAM,
            Who::Op => OP,
            Who::Inside(n) => nth(self.seats.iter().map(|(id, _)| *id).collect(), n),
            Who::Admin(n) => nth(self.seats.iter().filter(|(_, admin)| *admin).map(|(id, _)| *id).collect(), n),
            Who::Author => message.map_or(PEOPLE[0], |message| message.author),
        }
    }

    /// A message, counted back from the latest.
    pub(crate) fn message(&self, back: usize) -> Option<&Sent> {
        self.messages.len().checked_sub(1 + back).or(self.messages.len().checked_sub(1)).map(|at| &self.messages[at])
    }
}
