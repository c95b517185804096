//! Who may do what: every route of the document, by everybody, in every conversation and with every member. What is to be
//! answered is said by the sentences of the brief in `rules/`, and by nothing that the service has.
//!
//! `actors.rs` is who asks; `conversations.rs`, `people.rs` and `sites.rs` are the routes, prepared in two sites
//! (`world.rs`); `cells.rs` asks and compares. A route without a row fails the test.

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
use std::time::{Duration, Instant};

use causerie_tests::{NO_LIMITS, Service};
use futures::{StreamExt, stream};

use actors::Actor;
use world::{AT_ONCE, Town, World, operations};

/// Far below what there is: rows that are lost are seen.
const AT_LEAST: usize = 6_000;
/// It takes a quarter of a minute on a machine that does nothing else.
const LIMIT: Duration = Duration::from_mins(3);

fn rows() -> BTreeSet<String> {
    let conversations = conversations::ROWS.iter().map(|row| row.operation);
    let people = people::ROWS.iter().chain([&people::CREATE_GROUP]).map(|row| row.operation);
    let sites = sites::ROWS.iter().map(|row| row.operation);
    conversations.chain(people).chain(sites).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_everybody_as_the_brief_says() {
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
    let apart = cells::distinguishable(&asked);
    assert!(apart.is_empty(), "refusals that can be told apart:\n{}", apart.join("\n"));
    assert!(asked.len() >= AT_LEAST, "only {} cells", asked.len());
    assert!(took < LIMIT, "took {took:?}");
    refused_left_nothing(&service).await;
}

/// Who is refused everything has written nothing into the log.
async fn refused_left_nothing(service: &Service) {
    for town in Town::BOTH {
        let log = service.replay(Some(town.id())).await;
        assert!(log.iter().any(|event| event["metadata"]["actor"] == Actor::Owner.id()), "the log says who");
        for actor in [Actor::Unregistered, Actor::Pending] {
            let events = log.iter().filter(|event| event["metadata"]["actor"] == actor.id()).count();
            assert_eq!(events, 0, "{actor:?} on {town:?}");
        }
    }
}
