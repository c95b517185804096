//! Given, when, then: commands as tests issue them, and the laws that hold for every aggregate.

use std::fmt::{self, Debug};
use std::rc::Rc;

use causerie_events::member::{MemberProfile, MemberProfileChanged, MemberRegistered};
use causerie_events::{Aggregate, DisplayName, MemberEvent, MemberId};
use jiff::Timestamp;
use proptest::prelude::*;

use crate::actor::{Actor, Role};
use crate::decide::{Decide, Decided};
use crate::error::Refusal;
use crate::member::Standing;

/// All roles.
pub(crate) const ROLES: [Role; 4] = [Role::Member, Role::Staff, Role::Owner, Role::Operator];

/// All standings.
pub(crate) const STANDINGS: [Standing; 7] = [
    Standing::Unregistered,
    Standing::Removed,
    Standing::Pending,
    Standing::Blocked,
    Standing::Outside,
    Standing::Muted,
    Standing::InRoster,
];

/// The id of a member.
pub(crate) fn member(name: &str) -> MemberId {
    name.parse().unwrap()
}

/// Somebody in the roster, with this role.
pub(crate) fn actor(name: &str, role: Role) -> Actor {
    Actor { member: member(name), role, standing: Standing::InRoster }
}

/// How a member of this name appears to others.
pub(crate) fn profile(name: &str) -> MemberProfile {
    MemberProfile { display_name: DisplayName::parse(name).unwrap(), avatar_url: None }
}

/// When the host says how members appear.
pub(crate) const SAID: Timestamp = Timestamp::UNIX_EPOCH;

/// That a member of this name appears in another way.
pub(crate) fn profile_changed(name: &str) -> MemberEvent {
    MemberEvent::MemberProfileChanged(MemberProfileChanged { profile: profile(name), profile_as_of: Some(SAID) })
}

/// A member of the community was registered.
pub(crate) fn registered(name: &str) -> MemberEvent {
    MemberEvent::MemberRegistered(MemberRegistered {
        profile: profile(name),
        community: true,
        pending: false,
        profile_as_of: Some(SAID),
    })
}

/// Any role.
pub(crate) fn any_role() -> impl Strategy<Value = Role> + Clone {
    prop::sample::select(&ROLES[..])
}

/// Any standing, most often in the roster.
pub(crate) fn any_standing() -> impl Strategy<Value = Standing> + Clone {
    prop_oneof![3 => Just(Standing::InRoster), 2 => prop::sample::select(&STANDINGS[..])]
}

/// The code of a refusal, or the events.
pub(crate) fn code<T, E: Refusal>(decided: Result<T, E>) -> Result<T, &'static str> {
    decided.map_err(|refused| refused.code())
}

/// A command with its actor and the facts that its decision reads.
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

    pub(crate) fn knowing(mut self, change: impl FnOnce(&mut C::Facts)) -> Self {
        change(&mut self.facts);
        self
    }
}

/// Given a history, when a command is issued: what it decides.
pub(crate) fn decide<C: Decide>(
    history: Vec<<C::Aggregate as Aggregate>::Event>,
    Issued { actor, command, facts }: Issued<C>,
) -> Decided<C::Aggregate> {
    command.decide(&fold(history), &actor, &facts)
}

/// Folds a history.
pub(crate) fn fold<A: Aggregate>(events: impl IntoIterator<Item = A::Event>) -> A {
    events.into_iter().fold(A::default(), |mut state, event| {
        state.apply(event);
        state
    })
}

type Decision<A> = dyn Fn(&A) -> Decided<A>;

/// Any command to an aggregate.
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

/// Runs commands one after the other and checks the laws at each step: the same command decided twice on the same state
/// is the same decision (1), decided again once in effect gives nothing (3), and the state with the decided events applied is
/// the fold of the whole history (4). That `apply` never fails (2) is held by its signature and by the fold of histories drawn
/// at random.
pub(crate) fn laws<A>(commands: Vec<Step<A>>)
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
