//! Permissions: each route of the document, by each actor, in each conversation and with each member. The expected responses
//! come from the rules of the brief in `rules/`, which share no code with the service.
//!
//! `actors.rs` has the callers; `conversations.rs`, `people.rs` and `sites.rs` have the routes, prepared in two sites
//! (`world.rs`); `cells.rs` sends the requests and compares. A route without a row fails the test.

#![expect(clippy::expect_used, reason = "what fails here fails the test, with a sentence")]

mod actors;
mod cells;
mod conversations;
mod hidden;
mod people;
mod rules;
mod sites;
mod statements;
mod world;

use std::collections::BTreeSet;
use std::time::Instant;

use causerie_tests::{NO_LIMITS, Service};
use futures::{StreamExt, stream};

use actors::Actor;
use world::{AT_ONCE, Town, World, operations};

/// Detects lost rows; the actual number is far higher.
const AT_LEAST: usize = 6_000;

fn rows() -> BTreeSet<String> {
    let conversations = conversations::ROWS.iter().map(|row| row.operation);
    let people = people::ROWS.iter().chain([&people::CREATE_GROUP]).map(|row| row.operation);
    let sites = sites::ROWS.iter().map(|row| row.operation);
    conversations.chain(people).chain(sites).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_responds_to_every_actor_as_in_the_brief() {
    let started = Instant::now();
    let unlimited = [&NO_LIMITS[..], &[("CAUSERIE_LIMITS__TYPING_PER_SECOND", "0")]].concat();
    let service = Service::start_with(&unlimited).await;
    let operations = operations(&service).await;
    assert_eq!(rows(), operations.keys().cloned().collect(), "the rows, and the operations of the document");

    let mut world = World::open(&service).await;
    let stages = conversations::prepare(&world).await;
    let people = people::prepare(&world).await;
    let taken = sites::prepare(&world).await;
    world.befall().await;
    let prepared = started.elapsed();

    let world = &world;
    let of_conversations = stages.iter().map(|stage| stage.cells(world, &operations));
    let of_people = people.iter().map(|stage| stage.cells(world, &operations));
    let rows = stream::iter(of_conversations.chain(of_people)).map(cells::ask).buffered(AT_ONCE);
    let mut asked: Vec<cells::Asked> = rows.flat_map(stream::iter).collect().await;
    for town in Town::BOTH {
        for row in &sites::ROWS {
            asked.extend(cells::ask(sites::cells(row, town, world, &operations, taken[&town])).await);
        }
    }

    let took = started.elapsed();
    eprintln!("{} cells in {took:.1?}, prepared in {prepared:.1?}: {}", asked.len(), cells::counts(&asked));
    let wrong = cells::mismatches(&asked);
    assert!(wrong.is_empty(), "{} of {} cells:\n{}", wrong.len(), asked.len(), wrong.join("\n"));
    let distinguishable = cells::distinguishable(&asked);
    assert!(distinguishable.is_empty(), "refusals that can be distinguished:\n{}", distinguishable.join("\n"));
    assert!(asked.len() >= AT_LEAST, "only {} cells", asked.len());
    refused_left_nothing(&service).await;
}

/// Requires that actors without any permission have appended no events.
async fn refused_left_nothing(service: &Service) {
    for town in Town::BOTH {
        let log = service.replay(Some(town.id())).await;
        assert!(log.iter().any(|event| event["metadata"]["actor"] == Actor::Owner.id()), "the log records the actor");
        for actor in [Actor::Unregistered, Actor::Pending] {
            let events = log.iter().filter(|event| event["metadata"]["actor"] == actor.id()).count();
            assert_eq!(events, 0, "{actor:?} on {town:?}");
        }
    }
}
