//! A dump that leaves out the read models: the service creates them again and fills them from the log.

use std::time::Duration;

use causerie_sandbox::testing::TestServers;
use causerie_tests::{ApiResponse, Caller, NO_LIMITS, Service, Site, eventually};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use uuid::Uuid;

const STOP_TIMEOUT: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn dump_without_read_models_restored_answers_all_queries() {
    let mut service = Service::start().await;
    let (site, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let (owner, operator) = (site.owner().await, site.operator().await);
    let group = ada.group(&["bo"]).await;
    let (direct, business) = (ada.direct("bo").await, cy.business("cy").await);
    let first = ada.send(group, "first").await.done(201).id();
    ada.reply(group, first, "a reply").await.done(201);
    let edited = bo.send(group, "second").await.done(201).id();
    bo.edit(group, edited, "second, edited").await.done(200);
    let deleted = bo.send(group, "third").await.done(201).id();
    bo.delete_message(group, deleted).await.done(200);
    ada.react(group, edited, "👍").await.done(200);
    ada.add(group, "cy").await.done(200);
    ada.mark_read(group, first).await.done(200);
    ada.prefer(group, &json!({"pinned": true})).await.done(200);
    bo.send(direct, "between us").await.done(201);
    cy.block_contact("bo").await.done(200);
    let last = cy.send(business, "to the business").await.done(201);

    let conversations = [group, direct, business];
    let requests: Vec<(Caller, String)> = [&ada, &bo, &cy, &owner]
        .into_iter()
        .flat_map(|caller| paths(&conversations).into_iter().map(|path| (caller.clone(), path)))
        .collect();
    let url = service.url().to_owned();
    let mut before = Vec::new();
    for (caller, path) in &requests {
        before.push(query(caller, &url, path, last.position()).await);
    }
    let sites = list_sites(&operator, &url).await;
    let shown = before.iter().filter(|(status, _)| *status == 200).count();
    assert!(shown > 30 && before.iter().all(|(status, _)| *status < 500), "{shown} of {before:?}");

    service.process.signal(Signal::SIGTERM);
    service.process.ended(STOP_TIMEOUT).await;
    let dump = TestServers::start_from_dump_with(service.servers.database_url(), &["--exclude-schema=read_models"]);
    let restored = dump.await.expect("the dump is restored");
    let mut settings = NO_LIMITS.to_vec();
    let nats_url = restored.nats_url();
    settings.extend([("CAUSERIE_DATABASE__URL", restored.database_url()), ("CAUSERIE_NATS__URL", nats_url.as_str())]);
    let mut after = service.another_with("api,relay,projector", &settings).await;
    let url = after.said("url").to_owned();
    let filled = async || query(&cy, &url, &format!("/conversations/{business}"), last.position()).await.0;
    eventually("the read models are filled", filled, |status| *status == 200).await;
    for ((caller, path), before) in requests.iter().zip(&before) {
        assert_eq!(query(caller, &url, path, last.position()).await, *before, "{path}");
    }
    assert_eq!(list_sites(&operator, &url).await, sites);
    after.signal(Signal::SIGTERM);
    after.ended(STOP_TIMEOUT).await;
    restored.stop().await;
}

fn paths(conversations: &[Uuid]) -> Vec<String> {
    let mut paths: Vec<String> =
        ["/members", "/members/ada", "/members/bo", "/members/me/blocks", "/groups", "/conversations"]
            .map(str::to_owned)
            .into();
    for conversation in conversations {
        for part in ["", "/participants", "/messages"] {
            paths.push(format!("/conversations/{conversation}{part}"));
        }
    }
    paths
}

async fn list_sites(operator: &Caller, url: &str) -> Value {
    let request = reqwest::Client::new().get(format!("{url}/v1/sites")).bearer_auth(operator.token());
    ApiResponse::of(request).await.is(200).json
}

async fn query(caller: &Caller, url: &str, path: &str, position: &str) -> (u16, Value) {
    let mut response = caller.at(url, "acme").get_from(path, position).await;
    if let Some(problem) = response.json.as_object_mut() {
        problem.remove("trace_id");
    }
    (response.status, response.json)
}
