//! Postgres restored to an older copy while a process has read further.

use std::process::Command;

use causerie_tests::{ApiResponse, Caller, Live, Service, Site, eventually, jetstream};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn process_ahead_of_a_restored_log_resets_and_continues() {
    let mut service = Service::start_private().await;
    let club = Uuid::now_v7();
    let ada = {
        let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
        ada.create_group(club, "Book club", &["bo"]).await.done(201);
        ada
    };
    let bo = service.caller("acme", "bo", "member").await;
    let postgres = service.servers.postgres.as_mut().unwrap();
    let (data, older) = (postgres.data_dir().to_owned(), postgres.data_dir().with_extension("older"));
    postgres.stop().await;
    assert!(Command::new("cp").arg("-a").arg(&data).arg(&older).status().unwrap().success());
    postgres.start().await.unwrap();
    eventually("it is ready again", async || asked(service.url(), "/readyz").await.0, |status| *status == 200).await;
    let mut live = bo.live().await;
    ada.send(club, "after the copy").await.done(201);
    live.message().await;
    // Only a published event is lost from the log and not from the stream.
    jetstream(&service.servers.nats_url(), "causerie.v1.acme.message.message_sent", 1).await;
    assert_eq!(asked(service.url(), "/livez").await, (200, "ok".to_owned()));

    let lost = live.last_event_id().to_owned();
    let postgres = service.servers.postgres.as_mut().unwrap();
    postgres.stop().await;
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&older, &data).unwrap();
    postgres.start().await.unwrap();
    live.expect("reset").await;
    live.end().await;
    assert!(service.process.log().contains("the log does not contain events that this process has read"));

    // The process continues, and reports the lost position.
    assert_eq!(asked(service.url(), "/livez").await, (200, "ok".to_owned()));
    let mut resumed = eventually_live(&bo, &lost).await;
    resumed.expect("reset").await;
    bo.get_from("/conversations", &lost).await.problem(409, "position.lost");
    let sent = ada.send(club, "after the restore").await.done(201);
    assert_eq!(resumed.message_saying("after the restore").await["text"], "after the restore");
    let path = format!("/conversations/{club}/messages");
    let texts = bo.get_from(&path, sent.position()).await.is(200).each("text");
    assert_eq!(texts, ["after the restore"]);
    let readyz = async || ApiResponse::of(reqwest::Client::new().get(format!("{}/readyz", service.url()))).await.json;
    let diverged = |json: &Value| json["status"] == "degraded" && json["parts"]["relay"]["status"] == "diverged";
    eventually("the relay reports that the stream has diverged", readyz, diverged).await;
}

/// Retries a stream that is rejected while the read models catch up.
async fn eventually_live(reader: &Caller, after: &str) -> Live {
    let path = format!("/stream?after={after}");
    eventually(
        "the stream starts",
        async || reader.request(Method::GET, &path).send().await.map(|r| r.status()).ok(),
        |status| *status == Some(StatusCode::OK),
    )
    .await;
    reader.live_after(after).await
}

async fn asked(url: &str, path: &str) -> (u16, String) {
    let response = ApiResponse::of(reqwest::Client::new().get(format!("{url}{path}"))).await;
    (response.status, response.json["status"].as_str().unwrap_or_default().to_owned())
}
