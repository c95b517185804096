//! A site that floods the service, and its effect on another site.

use std::time::Duration;

use causerie_tests::{Caller, Service, Site, eventually};
use futures::future::join_all;
use futures::stream::{self, StreamExt};
use reqwest::{Method, StatusCode};
use sqlx::{Connection, Executor, PgConnection};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::runtime::{self, Runtime};
use tokio::task::JoinSet;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, interval, sleep};
use uuid::Uuid;

use crate::measure::{Measure, ask, p99};

#[tokio::test(flavor = "multi_thread")]
async fn flooding_site_does_not_block_other_sites() {
    let service = Service::start_with(&[
        ("CAUSERIE_SERVER__MAX_REQUESTS", "8"),
        ("CAUSERIE_LIMITS__SENDS_PER_SECOND", "0"),
        ("CAUSERIE_LIMITS__REQUESTS_PER_SECOND", "0"),
    ])
    .await;
    let loud = Site::open(&service, "loud", &["ada"]).await.member("ada").await;
    let quiet = Site::open(&service, "quiet", &["bo"]).await.member("bo").await;
    // Each holds its slot for a second, waiting for a position that the read models do not reach.
    let mut elsewhere = PgConnection::connect(service.servers.database_url()).await.unwrap();
    elsewhere.execute("BEGIN; LOCK TABLE read_models.projection_checkpoints IN SHARE MODE").await.unwrap();
    let unseen = loud.create_group(Uuid::now_v7(), "Not shown yet", &[]).await.done(201);
    let flood = tokio::spawn(async move {
        let waiting = (0..40).map(|_| loud.get_from("/conversations", unseen.position()));
        let responses = join_all(waiting).await;
        responses.into_iter().map(|response| response.json["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    });
    let shed = async || {
        let metrics = reqwest::get(format!("{}/metrics", service.url())).await.unwrap().text().await.unwrap();
        let count = metrics.lines().find_map(|line| line.strip_prefix("causerie_requests_shed_total "));
        count.unwrap_or_default().parse::<u32>().unwrap_or_default()
    };
    eventually("the flooding site is rejected", shed, |shed| *shed > 0).await;
    for _ in 0..10 {
        quiet.get("/conversations").await.is(200);
    }
    let codes = flood.await.unwrap();
    let count = |wanted: &str| codes.iter().filter(|code| *code == wanted).count();
    assert!(count("read_model.behind") >= 6 && count("service.busy") > 0, "{codes:?}");
    assert_eq!(count("read_model.behind") + count("service.busy"), 40, "{codes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_and_slow_clients_barely_delay_another_site() {
    const LOUD: [&str; 8] = ["l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7"];
    let measure = Measure::from_environment();
    // With the default limits.
    let service = Service::start_with(&[]).await;
    let quiet = Site::open(&service, "quiet", &["bo"]).await.member("bo").await;
    let loud = Site::open(&service, "loud", &LOUD).await.members(LOUD).await;
    let alone = p99(read(&service, &quiet, measure.time).await);

    let address = service.url().trim_start_matches("http://");
    let sockets = measure.limit(5_000, 500);
    let connecting = stream::iter(0..sockets).map(async |_| TcpStream::connect(address).await.unwrap());
    let idle: Vec<_> = connecting.buffer_unordered(100).collect().await;
    let (elsewhere, mut noise) = (elsewhere(), JoinSet::new());
    for member in loud {
        // Each has eight requests in flight.
        for _ in 0..8 {
            let member = member.clone();
            let flood = async move {
                loop {
                    let status = ask(member.request(Method::GET, "/conversations")).await.status;
                    assert!([200, 429, 503].contains(&status.as_u16()), "{status}");
                }
            };
            noise.spawn_on(flood, elsewhere.handle());
        }
    }
    for _ in 0..20 {
        let mut slow = TcpStream::connect(address).await.unwrap();
        noise.spawn(async move {
            loop {
                let _ = slow.write_all(b"x").await;
                sleep(Duration::from_millis(100)).await;
            }
        });
    }
    let beside = p99(read(&service, &quiet, measure.time).await);
    assert!(noise.try_join_next().is_none(), "the noise goes on");
    noise.shutdown().await;
    elsewhere.shutdown_background();
    println!(
        "99 % of a site's reads within {alone:?} alone, {beside:?} beside a flood and {} idle sockets",
        idle.len()
    );
    let limit = measure.limit(alone * 2, alone * 20 + Duration::from_secs(2));
    assert!(beside < limit, "{alone:?} alone, {beside:?} beside a flood");
}

/// Clients of a real flood use other machines, so here they run with the lowest priority.
fn elsewhere() -> Runtime {
    let last = || {
        rustix::process::nice(19).unwrap();
    };
    runtime::Builder::new_multi_thread().worker_threads(2).enable_all().on_thread_start(last).build().unwrap()
}

/// The duration of each read, within the limits of one caller. On a separate thread, so that the flood does not delay the
/// measurement.
async fn read(service: &Service, caller: &Caller, time: Duration) -> Vec<Duration> {
    let caller = Caller::new(reqwest::Client::new(), service.url(), "quiet", Some(caller.token()));
    let reads = async move {
        let (began, mut times) = (Instant::now(), Vec::new());
        let mut beat = interval(Duration::from_millis(30));
        while began.elapsed() < time {
            beat.tick().await;
            let response = ask(caller.request(Method::GET, "/conversations")).await;
            assert_eq!(response.status, StatusCode::OK);
            times.push(response.took);
        }
        times
    };
    let alone = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    spawn_blocking(move || alone.block_on(reads)).await.unwrap()
}
