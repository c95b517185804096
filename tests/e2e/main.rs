//! The service end to end, through HTTP, streams, JetStream and the command line, on real servers.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod at_once;
mod at_their_most;
mod browsers;
mod command_line_token;
mod configuration;
mod connections;
mod deployment;
mod downstream;
mod draining;
mod failover;
mod fields;
mod former;
mod health_port;
mod idempotence;
mod keep_alive;
mod limits;
mod live;
mod live_resume;
mod live_truth;
mod logs;
mod member_ids;
mod nats_credentials;
mod nats_refused;
mod nats_server;
mod nats_tls;
mod nats_users;
mod nodes;
mod observability;
mod pages;
mod paging;
mod poolers;
mod preconditions;
mod problem_types;
mod problems;
mod proxies;
mod read_your_writes;
mod rolling_restart;
mod servers;
mod signing;
mod site_changes;
mod stopping;
mod texts;
mod tickets;
mod token_claims;
mod tokens;
mod wake;

use causerie_tests::{Caller, Service, Site};
use uuid::Uuid;

/// Two members of the site `acme`, and a group of both.
async fn pair_in_a_group(service: &Service) -> ([Caller; 2], Uuid) {
    let (_, [ada, bo]) = Site::with_members(service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    ([ada, bo], group)
}

async fn ready(url: &str) -> serde_json::Value {
    causerie_tests::ApiResponse::of(reqwest::Client::new().get(format!("{url}/readyz"))).await.json
}
