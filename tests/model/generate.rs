//! Random histories: mostly permitted commands, sometimes refused ones.

use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::{Just, any, prop_oneof};
use proptest::strategy::{BoxedStrategy, Strategy, Union};

use crate::commands::{Case, Command, Label, Moderation, Person, Step, Target};
use crate::people::{OLGA, OTHER_NAMES, PEOPLE, REGULARS, SUE};
use crate::shrink::Subsequence;

/// The groups in use at a time on each site.
const GROUPS: usize = 3;
const EMOJI: [&str; 4] = ["👍", "❤️", "😂", "🇫🇷"];

/// Histories with this number of commands, and of concurrent commands.
pub(crate) fn case(
    commands: usize,
    concurrency: impl Strategy<Value = usize> + 'static,
) -> impl Strategy<Value = Case> {
    // Every history begins with groups. Shrinking may remove them too.
    let groups: Vec<_> =
        [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(site, group)| on(Just(site), first_group(group))).into();
    let rest = vec(on(prop_oneof![3 => Just(0_usize), 2 => Just(1)], command()), commands);
    let steps = (groups, rest).prop_map(|(groups, rest)| groups.into_iter().chain(rest).collect::<Vec<_>>());
    (concurrency.no_shrink(), any::<u64>().no_shrink(), Subsequence(steps))
        .prop_map(|(concurrency, seed, steps)| Case { concurrency, seed, steps })
}

fn on(site: impl Strategy<Value = usize> + 'static, command: BoxedStrategy<Command>) -> BoxedStrategy<Step> {
    (site, command).prop_map(|(site, command)| Step { site, command }).boxed()
}

fn first_group(group: usize) -> BoxedStrategy<Command> {
    let with = vec(0..7_usize, 4..8);
    (participant(), with, any::<bool>())
        .prop_map(move |(_, with, all_history)| Command::CreateGroup {
            by: Person::Member(0),
            group,
            with,
            all_history,
        })
        .boxed()
}

fn command() -> BoxedStrategy<Command> {
    Union::new_weighted([messages(), conversations(), members(), again()].concat()).boxed()
}

type Weighted = Vec<(u32, BoxedStrategy<Command>)>;

fn messages() -> Weighted {
    let (emoji, flag) = (proptest::sample::select(&EMOJI[..]), || of(any::<bool>()));
    vec![
        (
            60,
            (participant(), target(), weighted(0.25, 0..12_usize))
                .prop_map(|(by, target, reply_to)| Command::Send { by, target, reply_to })
                .boxed(),
        ),
        (
            4,
            (0..40_usize, proptest::bool::weighted(0.3))
                .prop_map(|(message, changed)| Command::SendAgain { message, changed })
                .boxed(),
        ),
        (
            9,
            (author(), target(), 0..8_usize)
                .prop_map(|(by, target, message)| Command::Edit { by, target, message })
                .boxed(),
        ),
        (
            7,
            (prop_oneof![author(), manager()], target(), 0..8_usize)
                .prop_map(|(by, target, message)| Command::DeleteMessage { by, target, message })
                .boxed(),
        ),
        (
            16,
            (participant(), target(), 0..5_usize, emoji, proptest::bool::weighted(0.7))
                .prop_map(|(by, target, message, emoji, on)| Command::React { by, target, message, emoji, on })
                .boxed(),
        ),
        (
            16,
            (participant(), target(), 0..10_usize)
                .prop_map(|(by, target, message)| Command::MarkRead { by, target, message })
                .boxed(),
        ),
        (
            8,
            (participant(), target(), flag(), flag(), flag())
                .prop_map(|(by, target, muted, archived, pinned)| Command::Prefer {
                    by,
                    target,
                    muted,
                    archived,
                    pinned,
                })
                .boxed(),
        ),
    ]
}

fn again() -> Weighted {
    vec![
        (26, (0..6_usize).prop_map(|latest| Command::Undo { latest }).boxed()),
        (4, (0..6_usize).prop_map(|latest| Command::Repeat { latest }).boxed()),
    ]
}

fn conversations() -> Weighted {
    vec![
        (
            4,
            (person(), 0..GROUPS, vec(0..9_usize, 0..7), any::<bool>())
                .prop_map(|(by, group, with, all_history)| Command::CreateGroup { by, group, with, all_history })
                .boxed(),
        ),
        (7, (regular(), 0..PEOPLE.len()).prop_map(|(by, with)| Command::StartDirect { by, with }).boxed()),
        (5, (prop_oneof![staff(), person()], regular()).prop_map(|(by, of)| Command::StartBusiness { by, of }).boxed()),
        (
            4,
            (manager(), groups(), of(0..3_usize), of(any::<bool>()))
                .prop_map(|(by, target, name, all_history)| Command::ChangeGroup { by, target, name, all_history })
                .boxed(),
        ),
        (
            10,
            (manager(), groups(), 0..PEOPLE.len())
                .prop_map(|(by, target, member)| Command::Add { by, target, member })
                .boxed(),
        ),
        (
            5,
            (manager(), groups(), participant())
                .prop_map(|(by, target, member)| Command::Remove { by, target, member })
                .boxed(),
        ),
        (4, (participant(), groups()).prop_map(|(by, target)| Command::Leave { by, target }).boxed()),
        (
            5,
            (manager(), groups(), participant(), proptest::bool::weighted(0.6))
                .prop_map(|(by, target, member, on)| Command::Admin { by, target, member, on })
                .boxed(),
        ),
        (1, (manager(), groups()).prop_map(|(by, target)| Command::DeleteGroup { by, target }).boxed()),
    ]
}

fn members() -> Weighted {
    let action = prop_oneof![
        2 => Just(Moderation::Block),
        4 => Just(Moderation::Unblock),
        2 => Just(Moderation::Mute),
        2 => Just(Moderation::Unmute),
        2 => Just(Moderation::Approve),
        1 => Just(Moderation::Remove),
    ];
    let label = prop_oneof![
        2 => Just(Label::Role("staff")),
        2 => Just(Label::Role("helper")),
        2 => Just(Label::Badge("early-bird")),
        1 => Just(Label::Badge("patron")),
    ];
    let largest = proptest::sample::select(vec![2_u32, 5, 256, 256]);
    vec![
        (3, (owner(), proptest::bool::weighted(0.75)).prop_map(|(by, on)| Command::SwitchChat { by, on }).boxed()),
        (
            3,
            (owner(), of(any::<bool>()), weighted(0.3, any::<bool>()), weighted(0.4, largest))
                .prop_map(|(by, manual, staff_only, largest)| Command::ChangeSettings {
                    by,
                    manual,
                    staff_only,
                    largest,
                })
                .boxed(),
        ),
        (
            7,
            (registrar(), 0..PEOPLE.len(), of(0..OTHER_NAMES.len()), any::<bool>(), proptest::bool::weighted(0.8))
                .prop_map(|(by, member, name, picture, community)| Command::Register {
                    by,
                    member,
                    name,
                    picture,
                    community,
                })
                .boxed(),
        ),
        (
            12,
            (staff(), 0..=SUE, action)
                .prop_map(|(by, member, action)| Command::Moderate { by, member, action })
                .boxed(),
        ),
        (
            8,
            (staff(), 0..=SUE, label, proptest::bool::weighted(0.6))
                .prop_map(|(by, member, label, on)| Command::Label { by, member, label, on })
                .boxed(),
        ),
        (
            5,
            (0..REGULARS, proptest::bool::weighted(0.7), proptest::bool::weighted(0.8))
                .prop_map(|(member, on, by_member)| {
                    let by = if by_member { Person::Member(member) } else { Person::Op };
                    Command::Community { by, member, on }
                })
                .boxed(),
        ),
        (
            8,
            (contact(), contact(), proptest::bool::weighted(0.8))
                .prop_map(|(by, member, on)| Command::Contact { by, member, on })
                .boxed(),
        ),
        (
            4,
            (0..=SUE, any::<bool>())
                .prop_map(|(member, on)| Command::Label {
                    by: Person::Member(OLGA),
                    member,
                    label: Label::Role("staff"),
                    on,
                })
                .boxed(),
        ),
    ]
}

fn regular() -> impl Strategy<Value = usize> + Clone {
    // More often those registered at the start.
    prop_oneof![6 => 0..7_usize, 1 => 0..REGULARS]
}

/// Mostly members with common conversations.
fn contact() -> impl Strategy<Value = usize> + Clone {
    prop_oneof![6 => 0..5_usize, 1 => 0..=SUE]
}

fn person() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![8 => regular().prop_map(Person::Member), 1 => Just(Person::Member(SUE)), 1 => Just(Person::Member(OLGA))]
}

fn participant() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![12 => (0..20_usize).prop_map(Person::Participant), 1 => person(), 1 => Just(Person::Sam)]
}

fn author() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![6 => Just(Person::Author), 1 => participant()]
}

fn manager() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![6 => (0..5_usize).prop_map(Person::Admin), 2 => Just(Person::Member(OLGA)), 2 => participant()]
}

fn staff() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![3 => Just(Person::Member(OLGA)), 3 => Just(Person::Member(SUE)), 2 => Just(Person::Sam), 1 => person()]
}

fn owner() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![12 => Just(Person::Member(OLGA)), 1 => staff()]
}

fn registrar() -> impl Strategy<Value = Person> + Clone {
    prop_oneof![4 => Just(Person::Op), 3 => Just(Person::Member(OLGA)), 1 => person()]
}

fn groups() -> impl Strategy<Value = Target> + Clone {
    prop_oneof![20 => group(), 1 => pair()]
}

fn target() -> impl Strategy<Value = Target> + Clone {
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
