//! Given, when, then over cqrs-es' test framework, who gives the commands, and the laws that hold for every aggregate.

use std::fmt::Debug;

use causerie_events::member::{MemberProfile, MemberProfileChanged, MemberRegistered};
use causerie_events::{DisplayName, MemberEvent, MemberId};
use cqrs_es::Aggregate;
use cqrs_es::test::TestFramework;
use jiff::Timestamp;
use proptest::prelude::*;

use crate::actor::{Actor, Role};
use crate::aggregate::Decide;
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

/// `given(history).when(command)`: what the aggregate decides.
pub(crate) fn decide<A>(history: Vec<A::Event>, command: A::Command) -> Result<Vec<A::Event>, A::Error>
where
    A: Decide + Aggregate<Services = ()>,
{
    TestFramework::<A>::with(()).given(history).when(command).inspect_result()
}

/// Folds a history.
pub(crate) fn fold<A: Aggregate>(events: impl IntoIterator<Item = A::Event>) -> A {
    events.into_iter().fold(A::default(), |mut state, event| {
        state.apply(event);
        state
    })
}

/// Runs commands one after the other and checks the laws at each step: the same command decided twice on the same state
/// is the same decision (1), decided again once in effect gives nothing (3), and the state that `handle` leaves is the
/// fold of the history plus the decided events (4). That `apply` never fails (2) is held by its signature and by the fold
/// of histories drawn at random.
pub(crate) fn laws<A>(commands: Vec<A::Command>)
where
    A: Decide + Aggregate<Services = ()> + PartialEq + Debug + Clone,
    A::Command: Clone + Debug,
    A::Error: PartialEq,
{
    let mut history: Vec<A::Event> = Vec::new();
    for command in commands {
        let state: A = fold(history.clone());
        let decided = state.decide(command.clone());
        assert_eq!(decided, state.decide(command.clone()), "not pure: {command:?}");
        let Ok(events) = decided else { continue };
        history.extend(events.clone());

        let after: A = fold(history.clone());
        assert_eq!(after.decide(command.clone()), Ok(Vec::new()), "not idempotent: {command:?} on {after:?}");
        let handled = futures_free_handle(state, command);
        assert_eq!(handled, after, "handle and fold differ");
    }
}

/// Drives `handle`, which is async in cqrs-es but never waits here.
fn futures_free_handle<A>(mut state: A, command: A::Command) -> A
where
    A: Decide + Aggregate<Services = ()>,
{
    let sink = cqrs_es::event_sink::EventSink::default();
    {
        let mut handling = std::pin::pin!(state.handle(command, &(), &sink));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(handling.as_mut().poll(&mut context).is_ready(), "handle waited for something");
    }
    state
}
