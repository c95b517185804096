//! Commands that start conversations and change groups.

use proptest::bool::weighted as chance;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::{any, prop_oneof};
use proptest::strategy::{BoxedStrategy, Just};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::{Call, Command, Weighted, command, put_or_delete};
use crate::generate::{GROUPS, groups, manager, participant, person, regular, staff};
use crate::people::{PEOPLE, SUE};
use crate::targets::{Effect, KnownConversation, Person, Target, Targets};

pub(super) fn commands() -> Vec<Weighted> {
    vec![
        // CreateGroup
        command(4, (person(), 0..GROUPS, vec(0..9_usize, 0..7), any::<bool>()), |(by, group, with, all_history), _| {
            create_group(by, group, &with, all_history)
        }),
        // StartDirectConversation
        command(7, (regular(), 0..PEOPLE.len()), |(by, with), _| {
            start(PEOPLE[by], Target::Direct(by.min(with), by.max(with)))
        }),
        // StartBusinessConversation. Members start their own.
        command(5, (prop_oneof![staff(), person()], regular()), |(by, of), targets| {
            let target = Target::Business(of);
            let by = if matches!(by, Person::Member(n) if n < 8) { Person::Member(of) } else { by };
            start(targets.conversation(target).select(by, None), target)
        }),
        // ChangeGroup
        command(
            4,
            (manager(), groups(), of(0..3_usize), of(any::<bool>())),
            |(by, target, name, all_history), targets| {
                let mut body = json!({});
                name.inspect(|n| body["name"] = json!(["Lecture", "Jardin", "Vélo"][*n]));
                all_history.inspect(|all| body["history"] = json!(if *all { "all" } else { "since_joined" }));
                let (_, conversation) = existing(targets, target);
                Call::new(conversation.select(by, None), Method::PATCH, conversation.path()).with_body(body)
            },
        ),
        // AddParticipant, mostly of a member who is not a participant yet.
        command(10, (manager(), groups(), 0..PEOPLE.len()), |(by, target, member), targets| {
            let (target, conversation) = existing(targets, target);
            let outside = |n: &usize| !conversation.participants.iter().any(|(known, _)| *known == PEOPLE[*n]);
            let member =
                PEOPLE[(member..SUE).chain(0..member).find(outside).filter(|_| member % 4 > 0).unwrap_or(member)];
            let path = format!("{}/participants/{member}", conversation.path());
            Call::new(conversation.select(by, None), Method::PUT, path).then(Effect::In(target, member))
        }),
        // RemoveParticipant
        command(5, (manager(), groups(), participant()), |(by, target, member), targets| {
            let (target, conversation) = existing(targets, target);
            let member = conversation.select(member, None);
            let path = format!("{}/participants/{member}", conversation.path());
            Call::new(conversation.select(by, None), Method::DELETE, path).then(Effect::Out(target, member))
        }),
        // LeaveGroup
        command(4, (participant(), groups()), |(by, target), targets| {
            let (target, conversation) = existing(targets, target);
            let by = conversation.select(by, None);
            let path = format!("{}/participants/me", conversation.path());
            Call::new(by, Method::DELETE, path).then(Effect::Out(target, by))
        }),
        // GrantAdmin, RevokeAdmin
        command(5, (manager(), groups(), participant(), chance(0.6)), |(by, target, member, on), targets| {
            let (target, conversation) = existing(targets, target);
            let member = conversation.select(member, None);
            let path = format!("{}/participants/{member}/admin", conversation.path());
            Call::new(conversation.select(by, None), put_or_delete(on), path).then(Effect::Admin(target, member, on))
        }),
        // DeleteGroup
        command(1, (manager(), groups()), |(by, target), targets| {
            let (_, conversation) = existing(targets, target);
            Call::new(conversation.select(by, None), Method::DELETE, conversation.path())
        }),
    ]
}

/// CreateGroup of several members, as every history begins.
pub(crate) fn create_first_group(group: usize) -> BoxedStrategy<Command> {
    let parameters = (Just(group), vec(0..7_usize, 4..8), any::<bool>());
    command(1, parameters, |(group, with, all_history), _| create_group(Person::Member(0), group, &with, all_history)).1
}

/// This conversation if it exists, else another one that does.
fn existing(targets: &Targets, target: Target) -> (Target, KnownConversation) {
    let target = targets.aim(target, KnownConversation::exists);
    (target, targets.conversation(target))
}

fn create_group(by: Person, group: usize, with: &[usize], all_history: bool) -> Call {
    let (caller, id, target) = (KnownConversation::default().select(by, None), Uuid::now_v7(), Target::Group(group));
    let others: Vec<_> = with.iter().map(|n| PEOPLE[*n]).collect();
    let history = if all_history { "all" } else { "since_joined" };
    let body = json!({ "name": format!("Group {group}"), "participants": others, "history": history });
    let mut participants = vec![(caller, true)];
    for other in others {
        if !participants.iter().any(|(known, _)| *known == other) {
            participants.push((other, false));
        }
    }
    let conversation = KnownConversation { id: Some(id), participants, messages: Vec::new() };
    Call::new(caller, Method::PUT, format!("/groups/{id}")).with_body(body).then(Effect::Group(target, conversation))
}

pub(super) fn start(caller: &'static str, target: Target) -> Call {
    let path = match target {
        Target::Direct(one, other) => {
            let other = if PEOPLE[one] == caller { other } else { one };
            format!("/direct/{}", PEOPLE[other])
        }
        Target::Business(member) | Target::Group(member) if PEOPLE[member] == caller => "/business/me".to_owned(),
        Target::Business(member) | Target::Group(member) => format!("/business/{}", PEOPLE[member]),
    };
    Call::new(caller, Method::PUT, path).then(Effect::Started(target))
}
