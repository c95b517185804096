//! Helpers to issue commands against a history, and the laws of all aggregates.

use std::fmt::{self, Debug};
use std::rc::Rc;

use causerie_events::member::{MemberProfile, MemberProfileChanged, MemberRegistered};
use causerie_events::{Aggregate, DisplayName, MemberEvent, MemberId, SiteId};
use jiff::Timestamp;
use proptest::prelude::*;

use crate::actor::{Actor, Role, Standing};
use crate::decide::{Decide, Decided};
use crate::error::Refusal;

pub(crate) const ROLES: [Role; 4] = [Role::Member, Role::Staff, Role::Owner, Role::Operator];

pub(crate) const STANDINGS: [Standing; 7] = [
    Standing::Unregistered,
    Standing::Removed,
    Standing::Pending,
    Standing::Blocked,
    Standing::Outside,
    Standing::Muted,
    Standing::InRoster,
];

pub(crate) fn acme() -> SiteId {
    "acme".parse().unwrap()
}

pub(crate) fn member(name: &str) -> MemberId {
    name.parse().unwrap()
}

/// A member of the roster.
pub(crate) fn actor(name: &str, role: Role) -> Actor {
    Actor { member: member(name), role, standing: Standing::InRoster }
}

pub(crate) fn profile(name: &str) -> MemberProfile {
    MemberProfile { display_name: DisplayName::parse(name).unwrap(), avatar_url: None }
}

pub(crate) const PROFILE_TIME: Timestamp = Timestamp::UNIX_EPOCH;

pub(crate) fn profile_changed(name: &str) -> MemberEvent {
    MemberEvent::MemberProfileChanged(MemberProfileChanged {
        profile: profile(name),
        profile_as_of: Some(PROFILE_TIME),
    })
}

/// A member of the community.
pub(crate) fn registered(name: &str) -> MemberEvent {
    MemberEvent::MemberRegistered(MemberRegistered {
        profile: profile(name),
        community: true,
        pending: false,
        profile_as_of: Some(PROFILE_TIME),
    })
}

pub(crate) fn any_role() -> impl Strategy<Value = Role> + Clone {
    prop::sample::select(&ROLES[..])
}

/// `InRoster` in more than half of the cases.
pub(crate) fn any_standing() -> impl Strategy<Value = Standing> + Clone {
    prop_oneof![3 => Just(Standing::InRoster), 2 => prop::sample::select(&STANDINGS[..])]
}

pub(crate) fn code<T, E: Refusal>(decided: Result<T, E>) -> Result<T, &'static str> {
    decided.map_err(|refused| refused.code())
}

/// A command with its actor and facts.
#[derive(Debug, Clone)]
pub(crate) struct Issued<C: Decide> {
    pub(crate) actor: Actor,
    pub(crate) command: C,
    pub(crate) facts: C::Facts,
}

pub(crate) const fn issue<C: Decide>(actor: Actor, command: C, facts: C::Facts) -> Issued<C> {
    Issued { actor, command, facts }
}

impl<C: Decide> Issued<C> {
    pub(crate) fn by(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }

    pub(crate) fn with_facts(self, facts: C::Facts) -> Self {
        Self { facts, ..self }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut C)) -> Self {
        change(&mut self.command);
        self
    }

    pub(crate) fn change_facts(mut self, change: impl FnOnce(&mut C::Facts)) -> Self {
        change(&mut self.facts);
        self
    }
}

pub(crate) fn decide<C: Decide>(
    history: Vec<<C::Aggregate as Aggregate>::Event>,
    Issued { actor, command, facts }: Issued<C>,
) -> Decided<C::Aggregate> {
    command.decide(&fold(history), &actor, &facts)
}

pub(crate) fn fold<A: Aggregate>(events: impl IntoIterator<Item = A::Event>) -> A {
    events.into_iter().fold(A::default(), |mut state, event| {
        state.apply(event);
        state
    })
}

type Decision<A> = dyn Fn(&A) -> Decided<A>;

/// A command to an aggregate, of any type.
#[derive(Clone)]
pub(crate) struct Step<A: Aggregate> {
    issued: String,
    decide: Rc<Decision<A>>,
}

impl<C: Decide<Facts: Debug> + Debug + 'static> From<Issued<C>> for Step<C::Aggregate> {
    fn from(issued: Issued<C>) -> Self {
        let text = format!("{issued:?}");
        Self { issued: text, decide: Rc::new(move |state| issued.command.decide(state, &issued.actor, &issued.facts)) }
    }
}

impl<A: Aggregate> Debug for Step<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.issued)
    }
}

impl<A: Aggregate> Step<A> {
    pub(crate) fn decide(&self, state: &A) -> Decided<A> {
        (self.decide)(state)
    }
}

/// Runs commands in sequence and checks the laws after each: deciding twice on the same state returns the same
/// events (1), a command in effect yields no events (3), and applying the events to the state results in the fold
/// of the whole history (4). `apply` cannot fail by its signature, and does not panic on random histories (2).
pub(crate) fn check_laws<A>(commands: Vec<Step<A>>)
where
    A: Aggregate<Event: Clone + Debug + PartialEq, Error: Debug + PartialEq> + Clone + Debug + PartialEq,
{
    let mut history: Vec<A::Event> = Vec::new();
    for command in commands {
        let mut state: A = fold(history.clone());
        let decided = command.decide(&state);
        assert_eq!(decided, command.decide(&state), "not pure: {command:?}");
        let Ok(events) = decided else { continue };
        history.extend(events.clone());

        let after: A = fold(history.clone());
        assert_eq!(command.decide(&after), Ok(Vec::new()), "not idempotent: {command:?} on {after:?}");
        for event in events {
            state.apply(event);
        }
        assert_eq!(state, after, "apply and fold differ");
    }
}
