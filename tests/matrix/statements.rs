//! Hidden and missing resources cost the same SQL statements, so that the time of a response does not distinguish
//! them.

use std::collections::BTreeMap;

use causerie_tests::{NO_LIMITS, Service, Statements};

use crate::hidden::{Stage, judge};

/// Callers who cannot see the hidden resource: never a participant, a former participant, blocked.
const CALLERS: [&str; 3] = ["outs", "form", "unre"];
/// Detects lost comparisons; the actual number is far higher.
const AT_LEAST: usize = 200;

/// The statements of a request, without those of background tasks.
fn counted(statements: Vec<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let of_requests = |statement: &String| {
        let tables = ["aggregate_id", "member_list", "timeline", "conversation_list"];
        tables.iter().any(|table| statement.contains(table)) && !statement.contains("read_log")
    };
    for statement in statements.into_iter().filter(of_requests) {
        *counts.entry(statement).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_and_missing_resources_cost_the_same_statements() {
    let unlimited = [&NO_LIMITS[..], &[("CAUSERIE_LIMITS__TYPING_PER_SECOND", "0")]].concat();
    let service = Service::start_with(&unlimited).await;
    let url = service.servers.database_url();
    let (before, database) = url.rsplit_once('/').expect("a database");
    let (credentials, port) = before.rsplit_once(':').expect("a port");
    let statements = Statements::to(port.parse().expect("a number")).await;
    let through = format!("{credentials}:{}/{database}", statements.port);
    let node = service.another_with("api", &[&unlimited[..], &[("CAUSERIE_DATABASE__URL", &through)]].concat()).await;

    let stage = Stage::prepare(&service).await.at(node.said("url"));
    let mut differences = Vec::new();
    let mut compared = 0;
    for pair in stage.pairs() {
        if !CALLERS.contains(&pair.caller) || pair.condition.is_some() {
            continue;
        }
        // Fills the caches.
        pair.ask(&pair.hidden).await;
        let mut costs = Vec::new();
        for names in [pair.hidden.clone(), pair.new_missing()] {
            statements.take();
            pair.ask(&names).await;
            costs.push(counted(statements.take()));
        }
        compared += 1;
        if costs[0] != costs[1] {
            differences.push(format!("{}:\n    hidden  {:?}\n    missing {:?}", pair.name(), costs[0], costs[1]));
        }
    }
    judge(compared, AT_LEAST, &differences);
}
