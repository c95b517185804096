//! Responses that the client does not read: they are dropped, and their memory is bounded.

use std::time::Duration;

use causerie_tests::{Caller, Raw, Service, Site};
use futures::future::join_all;
use h2::client::SendRequest;
use h2::{Ping, Reason, client};
use reqwest::Method;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::{Instant, interval, timeout};
use uuid::Uuid;

/// When an unread response has been dropped: 20 s, and more on a busy machine.
const GIVEN_UP: Duration = Duration::from_secs(45);
/// Messages of the maximum length.
const MESSAGES: usize = 200;

/// A group with pages of more than 1 MiB.
async fn chatter(site: &Site<'_>) -> Uuid {
    let ada = site.member("ada").await;
    let group = ada.create_group(Uuid::now_v7(), "Long letters", &["mal"]).await.done(201).id();
    let text = "😀".repeat(4_000);
    let first = ada.send(group, &text).await.done(201).id();
    for _ in 0..MESSAGES / 4 {
        join_all((0..4).map(async |_| ada.reply(group, first, &text).await.done(201))).await;
    }
    let last = ada.send(group, "the last one").await.done(201);
    ada.reads(group, &last).await;
    group
}

fn page(caller: &Caller, group: Uuid) -> String {
    format!(
        "GET /v1/sites/acme/conversations/{group}/messages?limit=200 HTTP/1.1\r\nhost: x\r\n\
         authorization: Bearer {}\r\n\r\n",
        caller.token()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn page_with_long_texts_ends_early_and_the_next_continues() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "mal"]).await;
    let group = chatter(&site).await;
    let mal = site.member("mal").await;
    let (mut seen, mut pages) = (0, 0);
    let mut query = "limit=200".to_owned();
    loop {
        let page = mal.messages(group, &query).await.is(200);
        assert!(page.text.len() < 3 * 1024 * 1024 / 2, "{} bytes", page.text.len());
        let items = page.json["items"].as_array().unwrap();
        assert!(!items.is_empty());
        seen += items.len();
        pages += 1;
        let Some(before) = page.json["previous"].as_str() else { break };
        query = format!("limit=200&before={before}");
    }
    assert_eq!(seen, MESSAGES + 2);
    assert!(pages > 4, "{pages} pages");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_reads_nothing_is_closed() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "mal"]).await;
    let group = chatter(&site).await;
    let mal = site.member("mal").await;
    let mut raw = Raw::connect_narrow(service.url()).await;
    // More than the kernel buffers for a connection.
    raw.send(page(&mal, group).repeat(20)).await.unwrap();
    let (started, mut beat) = (Instant::now(), interval(Duration::from_millis(200)));
    loop {
        beat.tick().await;
        // Closing a connection with unread requests resets it.
        if raw.stream.ready(Interest::WRITABLE).await.is_err() || raw.stream.try_write(b"\r\n").is_err() {
            break;
        }
        assert!(started.elapsed() < GIVEN_UP, "still open");
    }
    assert!(started.elapsed() > Duration::from_secs(10), "{:?}: the client was given no time", started.elapsed());
}

/// An HTTP/2 connection whose client responds to pings but opens no window for responses.
async fn without_window(service: &Service) -> (SendRequest<bytes::Bytes>, h2::PingPong) {
    let stream = TcpStream::connect(service.url().trim_start_matches("http://")).await.unwrap();
    let (requests, mut connection) = client::Builder::new().initial_window_size(0).handshake(stream).await.unwrap();
    let pings = connection.ping_pong().unwrap();
    tokio::spawn(connection);
    (requests, pings)
}

fn get(service: &Service, caller: &Caller, path: &str) -> http::Request<()> {
    let request = http::Request::builder().method(Method::GET).uri(format!("{}{path}", service.url()));
    request.header("authorization", format!("Bearer {}", caller.token())).body(()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn unread_http_2_streams_are_reset_and_others_continue() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "mal", "bo"]).await;
    let group = chatter(&site).await;
    let [mal, bo] = site.members(["mal", "bo"]).await;
    let (requests, mut pings) = without_window(&service).await;
    let path = format!("/v1/sites/acme/conversations/{group}/messages?limit=200");
    let (mut unread, mut refused) = (Vec::new(), 0);
    for _ in 0..30 {
        let request = get(&service, &mal, &path);
        let (response, _) = requests.clone().ready().await.unwrap().send_request(request, true).unwrap();
        let response = timeout(GIVEN_UP, response).await.unwrap().unwrap();
        match response.status().as_u16() {
            200 => unread.push(response.into_body()),
            429 => refused += 1,
            status => panic!("{status}"),
        }
    }
    assert!(unread.len() <= 9 && refused >= 21, "{} pages are held for one member", unread.len());
    bo.get("/conversations").await.is(200);
    let reset = async |mut body: h2::RecvStream| timeout(GIVEN_UP, body.data()).await.unwrap().unwrap().unwrap_err();
    for error in join_all(unread.into_iter().map(reset)).await {
        assert_eq!(error.reason(), Some(Reason::CANCEL), "{error}");
    }
    pings.ping(Ping::opaque()).await.expect("the connection stands");
    let again = requests.ready().await.unwrap().send_request(get(&service, &mal, &path), true).unwrap().0;
    assert_eq!(again.await.unwrap().status(), 200, "what was reset counts no longer");
}
