//! Random histories, and the members and conversations in them: mostly permitted commands, sometimes
//! refused ones.

use proptest::collection::vec;
use proptest::prelude::{Just, any, prop_oneof};
use proptest::strategy::{BoxedStrategy, Strategy};

use crate::commands::{Command, any_command, create_first_group};
use crate::people::{OLGA, REGULARS, SUE};
use crate::shrink::Subsequence;
use crate::targets::{Person, Target};

/// The groups in use at a time on each site.
pub(crate) const GROUPS: usize = 3;

/// A history of two sites.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) concurrency: usize,
    /// Chooses among the queries at the end.
    pub(crate) seed: u64,
    /// In this order; the steps of one chunk of `concurrency` run concurrently.
    pub(crate) steps: Vec<Step>,
}

/// A command on one of the two sites.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// 0 or 1.
    pub(crate) site: usize,
    pub(crate) command: Command,
}

/// Histories with this number of commands, and of concurrent commands.
pub(crate) fn case(
    commands: usize,
    concurrency: impl Strategy<Value = usize> + 'static,
) -> impl Strategy<Value = Case> {
    // Every history begins with groups. Shrinking may remove them too.
    let groups: Vec<_> =
        [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(site, group)| on(Just(site), create_first_group(group))).into();
    let rest = vec(on(prop_oneof![3 => Just(0_usize), 2 => Just(1)], any_command()), commands);
    let steps = (groups, rest).prop_map(|(groups, rest)| groups.into_iter().chain(rest).collect::<Vec<_>>());
    (concurrency.no_shrink(), any::<u64>().no_shrink(), Subsequence(steps))
        .prop_map(|(concurrency, seed, steps)| Case { concurrency, seed, steps })
}

fn on(site: impl Strategy<Value = usize> + 'static, command: BoxedStrategy<Command>) -> BoxedStrategy<Step> {
    (site, command).prop_map(|(site, command)| Step { site, command }).boxed()
}

pub(crate) fn regular() -> impl Strategy<Value = usize> + Clone {
    // More often those registered at the start.
    prop_oneof![6 => 0..7_usize, 1 => 0..REGULARS]
}

/// Mostly members with common conversations.
pub(crate) fn contact() -> impl Strategy<Value = usize> + Clone {
    prop_oneof![6 => 0..5_usize, 1 => 0..=SUE]
}

pub(crate) fn person() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![8 => regular().prop_map(Person::Member), 1 => Just(Person::Member(SUE)), 1 => Just(Person::Member(OLGA))]
}

pub(crate) fn participant() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![12 => (0..20_usize).prop_map(Person::Participant), 1 => person(), 1 => Just(Person::Sam)]
}

pub(crate) fn author() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![6 => Just(Person::Author), 1 => participant()]
}

pub(crate) fn manager() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![6 => (0..5_usize).prop_map(Person::Admin), 2 => Just(Person::Member(OLGA)), 2 => participant()]
}

pub(crate) fn staff() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![3 => Just(Person::Member(OLGA)), 3 => Just(Person::Member(SUE)), 2 => Just(Person::Sam), 1 => person()]
}

pub(crate) fn owner() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![12 => Just(Person::Member(OLGA)), 1 => staff()]
}

pub(crate) fn registrar() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![4 => Just(Person::Op), 3 => Just(Person::Member(OLGA)), 1 => person()]
}

pub(crate) fn groups() -> impl Strategy<Value = Target> + Clone {
    prop_oneof![20 => group(), 1 => pair()]
}

pub(crate) fn target() -> impl Strategy<Value = Target> + Clone {
    prop_oneof![6 => group(), 4 => pair()]
}

/// One group is used more than the others.
fn group() -> impl Strategy<Value = Target> + Clone {
    prop_oneof![4 => Just(0), 2 => Just(1), 1 => Just(2)].prop_map(Target::Group)
}

/// Few, so that they contain messages.
fn pair() -> impl Strategy<Value = Target> + Clone {
    prop_oneof![
        3 => Just(Target::Direct(0, 1)),
        2 => Just(Target::Direct(1, 2)),
        1 => Just(Target::Direct(0, 3)),
        3 => Just(Target::Business(0)),
        2 => Just(Target::Business(1)),
        1 => Just(Target::Business(SUE)),
    ]
}
