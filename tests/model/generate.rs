//! Histories at random: mostly what is allowed, now and then what is not.

use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::{Just, any, prop_oneof};
use proptest::strategy::{BoxedStrategy, Strategy, Union};

use crate::commands::{Act, Case, Command, Label, Place, Step, Who};
use crate::fewer::Fewer;
use crate::people::{OLGA, OTHER_NAMES, PEOPLE, REGULARS, SUE};

/// Groups that are known at a time on each site.
const GROUPS: usize = 3;
const EMOJI: [&str; 4] = ["👍", "❤️", "😂", "🇫🇷"];

/// Histories of so many commands, so many of which run at once.
pub(crate) fn case(commands: usize, lanes: impl Strategy<Value = usize> + 'static) -> impl Strategy<Value = Case> {
    // Every history begins with groups to talk in; shrinking may leave them out too.
    let groups: Vec<_> =
        [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(site, group)| on(Just(site), first_group(group))).into();
    let rest = vec(on(prop_oneof![3 => Just(0_usize), 2 => Just(1)], command()), commands);
    let steps = (groups, rest).prop_map(|(groups, rest)| groups.into_iter().chain(rest).collect::<Vec<_>>());
    (lanes.no_shrink(), any::<u64>().no_shrink(), Fewer(steps)).prop_map(|(lanes, seed, steps)| Case {
        lanes,
        seed,
        steps,
    })
}

fn on(site: impl Strategy<Value = usize> + 'static, command: BoxedStrategy<Command>) -> BoxedStrategy<Step> {
    (site, command).prop_map(|(site, command)| Step { site, command }).boxed()
}

fn first_group(group: usize) -> BoxedStrategy<Command> {
    let with = vec(0..7_usize, 4..8);
    (inside(), with, any::<bool>())
        .prop_map(move |(_, with, all_history)| Command::CreateGroup { by: Who::Person(0), group, with, all_history })
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
            (inside(), place(), weighted(0.25, 0..12_usize))
                .prop_map(|(by, place, reply_to)| Command::Send { by, place, reply_to })
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
            (author(), place(), 0..8_usize)
                .prop_map(|(by, place, message)| Command::Edit { by, place, message })
                .boxed(),
        ),
        (
            7,
            (prop_oneof![author(), manager()], place(), 0..8_usize)
                .prop_map(|(by, place, message)| Command::DeleteMessage { by, place, message })
                .boxed(),
        ),
        (
            16,
            (inside(), place(), 0..5_usize, emoji, proptest::bool::weighted(0.7))
                .prop_map(|(by, place, message, emoji, on)| Command::React { by, place, message, emoji, on })
                .boxed(),
        ),
        (
            16,
            (inside(), place(), 0..10_usize)
                .prop_map(|(by, place, message)| Command::MarkRead { by, place, message })
                .boxed(),
        ),
        (
            8,
            (inside(), place(), flag(), flag(), flag())
                .prop_map(|(by, place, muted, archived, pinned)| Command::Prefer { by, place, muted, archived, pinned })
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
                .prop_map(|(by, place, name, all_history)| Command::ChangeGroup { by, place, name, all_history })
                .boxed(),
        ),
        (
            10,
            (manager(), groups(), 0..PEOPLE.len())
                .prop_map(|(by, place, whom)| Command::Add { by, place, whom })
                .boxed(),
        ),
        (5, (manager(), groups(), inside()).prop_map(|(by, place, whom)| Command::Remove { by, place, whom }).boxed()),
        (4, (inside(), groups()).prop_map(|(by, place)| Command::Leave { by, place }).boxed()),
        (
            5,
            (manager(), groups(), inside(), proptest::bool::weighted(0.6))
                .prop_map(|(by, place, whom, on)| Command::Admin { by, place, whom, on })
                .boxed(),
        ),
        (1, (manager(), groups()).prop_map(|(by, place)| Command::DeleteGroup { by, place }).boxed()),
    ]
}

fn members() -> Weighted {
    let act = prop_oneof![
        2 => Just(Act::Block),
        4 => Just(Act::Unblock),
        2 => Just(Act::Mute),
        2 => Just(Act::Unmute),
        2 => Just(Act::Approve),
        1 => Just(Act::Remove),
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
                .prop_map(|(by, whom, name, picture, community)| Command::Register {
                    by,
                    whom,
                    name,
                    picture,
                    community,
                })
                .boxed(),
        ),
        (12, (staff(), 0..=SUE, act).prop_map(|(by, whom, act)| Command::Moderate { by, whom, act }).boxed()),
        (
            8,
            (staff(), 0..=SUE, label, proptest::bool::weighted(0.6))
                .prop_map(|(by, whom, label, on)| Command::Label { by, whom, label, on })
                .boxed(),
        ),
        (
            5,
            (0..REGULARS, proptest::bool::weighted(0.7), proptest::bool::weighted(0.8))
                .prop_map(|(whom, on, oneself)| {
                    let by = if oneself { Who::Person(whom) } else { Who::Op };
                    Command::Community { by, whom, on }
                })
                .boxed(),
        ),
        (
            8,
            (contact(), contact(), proptest::bool::weighted(0.8))
                .prop_map(|(by, whom, on)| Command::Contact { by, whom, on })
                .boxed(),
        ),
        (
            4,
            (0..=SUE, any::<bool>())
                .prop_map(|(whom, on)| Command::Label { by: Who::Person(OLGA), whom, label: Label::Role("staff"), on })
                .boxed(),
        ),
    ]
}

fn regular() -> impl Strategy<Value = usize> + Clone {
    // Those who are registered at the start more often.
    prop_oneof![6 => 0..7_usize, 1 => 0..REGULARS]
}

/// Mostly those who talk to each other.
fn contact() -> impl Strategy<Value = usize> + Clone {
    prop_oneof![6 => 0..5_usize, 1 => 0..=SUE]
}

fn person() -> impl Strategy<Value = Who> + Clone {
    prop_oneof![8 => regular().prop_map(Who::Person), 1 => Just(Who::Person(SUE)), 1 => Just(Who::Person(OLGA))]
}

fn inside() -> impl Strategy<Value = Who> + Clone {
    prop_oneof![12 => (0..20_usize).prop_map(Who::Inside), 1 => person(), 1 => Just(Who::Sam)]
}

fn author() -> impl Strategy<Value = Who> + Clone {
    prop_oneof![6 => Just(Who::Author), 1 => inside()]
}

fn manager() -> impl Strategy<Value = Who> + Clone {
    prop_oneof![6 => (0..5_usize).prop_map(Who::Admin), 2 => Just(Who::Person(OLGA)), 2 => inside()]
}

fn staff() -> impl Strategy<Value = Who> + Clone {
    prop_oneof![3 => Just(Who::Person(OLGA)), 3 => Just(Who::Person(SUE)), 2 => Just(Who::Sam), 1 => person()]
}

fn owner() -> impl Strategy<Value = Who> + Clone {
    prop_oneof![12 => Just(Who::Person(OLGA)), 1 => staff()]
}

fn registrar() -> impl Strategy<Value = Who> + Clone {
    prop_oneof![4 => Just(Who::Op), 3 => Just(Who::Person(OLGA)), 1 => person()]
}

fn groups() -> impl Strategy<Value = Place> + Clone {
    prop_oneof![20 => group(), 1 => place_of_two()]
}

fn place() -> impl Strategy<Value = Place> + Clone {
    prop_oneof![6 => group(), 4 => place_of_two()]
}

/// One of them with more in it than the others.
fn group() -> impl Strategy<Value = Place> + Clone {
    prop_oneof![4 => Just(0), 2 => Just(1), 1 => Just(2)].prop_map(Place::Group)
}

/// Few, so that there is something in them.
fn place_of_two() -> impl Strategy<Value = Place> + Clone {
    prop_oneof![
        3 => Just(Place::Direct(0, 1)),
        2 => Just(Place::Direct(1, 2)),
        1 => Just(Place::Direct(0, 3)),
        3 => Just(Place::Business(0)),
        2 => Just(Place::Business(1)),
        1 => Just(Place::Business(SUE)),
    ]
}
