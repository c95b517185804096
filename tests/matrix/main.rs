//! Permissions: each route of the document, by each actor, in each conversation and with each member.
//! The oracle (`tests/src/oracle`) derives the expected responses from the log after the preparations.
//!
//! `actors.rs` has the callers; `conversations.rs`, `people.rs` and `sites.rs` have the routes, prepared in two sites
//! (`fixture.rs`); `cells.rs` sends the requests and compares. The routes of a conversation are derived from the
//! document; another route without a row fails the test.

#![expect(clippy::expect_used, reason = "a failure fails the test")]

mod actors;
mod cells;
mod conversations;
mod fixture;
mod hidden;
mod people;
mod sites;
mod statements;

use std::collections::BTreeSet;
use std::time::Instant;

use causerie_tests::{NO_LIMITS, Service};
use futures::{StreamExt, stream};

use actors::Actor;
use fixture::{AT_ONCE, Fixture, TestSite};

/// Detects lost rows; the actual number is far higher.
const AT_LEAST: usize = 6_000;

#[tokio::test(flavor = "multi_thread")]
async fn every_route_responds_to_every_actor_as_in_the_brief() {
    let started = Instant::now();
    let unlimited = [&NO_LIMITS[..], &[("CAUSERIE_LIMITS__TYPING_PER_SECOND", "0")]].concat();
    let service = Service::start_with(&unlimited).await;
    let mut fixture = Fixture::open(&service).await;
    let routes = conversations::routes(fixture.operations);
    let rows = routes.iter().map(|route| &route.row).chain(&people::ROWS).chain(&sites::ROWS);
    let rows: BTreeSet<&str> = rows.map(|row| row.operation).collect();
    let operations: BTreeSet<&str> = fixture.operations.keys().map(String::as_str).collect();
    assert_eq!(rows, operations, "the rows, and the operations of the document");

    let stages = conversations::prepare(&fixture).await;
    let people = people::prepare(&fixture).await;
    let taken = sites::prepare(&fixture).await;
    fixture.change_standings().await;
    let prepared = started.elapsed();

    let fixture = &fixture;
    let of_conversations = stages.iter().map(|stage| stage.cells(fixture));
    let of_people = people.iter().map(|stage| stage.cells(fixture));
    let rows = stream::iter(of_conversations.chain(of_people)).map(cells::send_all).buffered(AT_ONCE);
    let mut outcomes: Vec<cells::Outcome> = rows.flat_map(stream::iter).collect().await;
    for test_site in TestSite::BOTH {
        for row in sites::ROWS {
            outcomes.extend(cells::send_all(sites::cells(row, test_site, fixture, taken[&test_site])).await);
        }
    }

    let took = started.elapsed();
    eprintln!("{} cells in {took:.1?}, prepared in {prepared:.1?}: {}", outcomes.len(), cells::counts(&outcomes));
    let wrong = cells::mismatches(&outcomes);
    assert!(wrong.is_empty(), "{} of {} cells:\n{}", wrong.len(), outcomes.len(), wrong.join("\n"));
    let distinguishable = cells::distinguishable(&outcomes);
    assert!(distinguishable.is_empty(), "refusals that can be distinguished:\n{}", distinguishable.join("\n"));
    assert!(outcomes.len() >= AT_LEAST, "only {} cells", outcomes.len());
    refused_left_nothing(&service).await;
}

/// Requires that actors without any permission have appended no events.
async fn refused_left_nothing(service: &Service) {
    for test_site in TestSite::BOTH {
        let log = service.replay(Some(test_site.id())).await;
        assert!(log.iter().any(|event| event["metadata"]["actor"] == Actor::Owner.id()), "the log records the actor");
        for actor in [Actor::Unregistered, Actor::Pending] {
            let events = log.iter().filter(|event| event["metadata"]["actor"] == actor.id()).count();
            assert_eq!(events, 0, "{actor:?} on {test_site:?}");
        }
    }
}
