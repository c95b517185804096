//! Postgres put back to an older copy under a process that has read further.

use std::process::Command;
use std::time::Duration;

use causerie_tests::{Answer, Service, Site, eventually};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_has_read_further_than_a_restored_log_says_so_and_asks_to_be_restarted() {
    let mut service = Service::start_private().await;
    let club = Uuid::now_v7();
    let ada = {
        let site = Site::open(&service, "acme", &["ada", "bo"]).await;
        let ada = site.member("ada").await;
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
    assert_eq!(asked(service.url(), "/livez").await, (200, "ok".to_owned()));

    let postgres = service.servers.postgres.as_mut().unwrap();
    postgres.stop().await;
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&older, &data).unwrap();
    postgres.start().await.unwrap();
    let lost = |(status, said): &(u16, String)| (*status, said.as_str()) == (503, "diverged");
    eventually("it asks to be restarted", async || asked(service.url(), "/livez").await, lost).await;
    let readyz = Answer::of(reqwest::Client::new().get(format!("{}/readyz", service.url()))).await.is(503);
    assert_eq!(
        (&readyz.json["status"], &readyz.json["parts"]["live"]["status"]),
        (&"unavailable".into(), &"diverged".into())
    );
    live.end().await;
    bo.get("/stream").await.problem(503, "service.stopping");
    assert!(service.process.log().contains("DIVERGED: the log no longer holds"), "{}", service.process.log());

    // What the message tells the operator to do.
    let again = service.another_node().await;
    assert_eq!(asked(again.said("url"), "/livez").await, (200, "ok".to_owned()));
    let (ada, bo) = (ada.at(again.said("url"), "acme"), bo.at(again.said("url"), "acme"));
    let mut live = bo.live().await;
    ada.send(club, "after the restore").await.done(201);
    assert_eq!(live.message().await["text"], "after the restore");
    tokio::time::timeout(Duration::from_secs(10), ada.messages(club, "")).await.unwrap().is(200);
}

async fn asked(url: &str, path: &str) -> (u16, String) {
    let answer = Answer::of(reqwest::Client::new().get(format!("{url}{path}"))).await;
    (answer.status, answer.json["status"].as_str().unwrap_or_default().to_owned())
}
