//! A connection pooler between the service and Postgres: rejected with a message if it shares sessions.

use causerie_tests::{NO_LIMITS, Pooler, Service, Site, command};
use sqlx::{Connection, PgConnection};

const TRANSACTIONS: &str = "pool_mode = transaction\nignore_startup_parameters = options,extra_float_digits";
const SHARES: &str = "database.url leads to a connection pooler that shares sessions between its clients";

/// The error of a failing command line, in one line.
async fn refused(url: &str, arguments: &[&str]) -> String {
    let mut refused = command();
    refused.args(arguments).env("CAUSERIE_DATABASE__URL", url).env("CAUSERIE_NATS__URL", "nats://127.0.0.1:1");
    let output = refused.output().await.unwrap();
    assert!(!output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("causerie: ")).collect();
    assert_eq!(lines.len(), 1, "{said}");
    lines[0].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn transaction_pooler_is_rejected_with_one_message() {
    let service = Service::start().await;
    let pooler = Pooler::to(service.servers.database_url(), TRANSACTIONS).await;
    for command in [&["serve"][..], &["migrate"], &["projections", "status"], &["replay"]] {
        let said = refused(pooler.url(), command).await;
        assert!(said.contains(SHARES), "{command:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn busy_transaction_pooler_is_refused_too() {
    let service = Service::start().await;
    let settings = format!("{TRANSACTIONS}\nserver_round_robin = 1\nmin_pool_size = 5");
    let pooler = Pooler::to(service.servers.database_url(), &settings).await;
    // Other clients hold some sessions, and leave others idle.
    let mut clients = Vec::new();
    for _ in 0..6 {
        let mut client = PgConnection::connect(pooler.url()).await.unwrap();
        sqlx::raw_sql("BEGIN; SELECT 1").execute(&mut client).await.unwrap();
        clients.push(client);
    }
    for client in clients.iter_mut().take(4) {
        sqlx::raw_sql("COMMIT").execute(client).await.unwrap();
    }
    for _ in 0..5 {
        let said = refused(pooler.url(), &["serve"]).await;
        assert!(said.contains(SHARES), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn statement_pooler_is_rejected_with_one_message() {
    let service = Service::start().await;
    let settings = TRANSACTIONS.replace("transaction", "statement");
    let pooler = Pooler::to(service.servers.database_url(), &settings).await;
    let said = refused(pooler.url(), &["serve"]).await;
    assert!(said.contains(SHARES), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pooler_with_defaults_is_rejected_with_a_remedy() {
    let service = Service::start().await;
    let pooler = Pooler::to(service.servers.database_url(), "").await;
    let said = refused(pooler.url(), &["serve"]).await;
    assert!(said.contains("refuses a startup parameter (extra_float_digits)"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn session_pooler_serves_with_its_limits_in_force() {
    let service = Service::start().await;
    let settings = "pool_mode = session\nignore_startup_parameters = extra_float_digits\ndefault_pool_size = 60";
    let pooler = Pooler::to(service.servers.database_url(), settings).await;
    let node = service
        .another_with("api,relay,projector", &[&NO_LIMITS[..], &[("CAUSERIE_DATABASE__URL", pooler.url())]].concat())
        .await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let ada = site.member("ada").await.at(node.said("url"), "acme");
    let group = ada.group(&["bo"]).await;
    let sent = ada.send(group, "hello").await.done(201);
    ada.reads(group, &sent).await;
    // Other clients that get the sessions of the node do not see its settings.
    let mut client = PgConnection::connect(pooler.url()).await.unwrap();
    let limits = "SELECT current_setting('statement_timeout') || current_setting('synchronous_commit')";
    let seen: String = sqlx::query_scalar(limits).fetch_one(&mut client).await.unwrap();
    assert!(seen.starts_with('0'), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn exhausted_session_pooler_ends_the_status_command() {
    let service = Service::start().await;
    let settings = "pool_mode = session\nignore_startup_parameters = extra_float_digits\ndefault_pool_size = 1";
    let pooler = Pooler::to(service.servers.database_url(), settings).await;
    let mut holder = PgConnection::connect(pooler.url()).await.unwrap();
    sqlx::raw_sql("SELECT 1").execute(&mut holder).await.unwrap();
    let said = refused(pooler.url(), &["projections", "status"]).await;
    assert!(said.contains("cannot reach Postgres"), "{said}");
}
