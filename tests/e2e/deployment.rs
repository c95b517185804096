//! Files deployed with the binary: the systemd unit, the alerts, the grants of the database role.

use std::path::{Path, PathBuf};
use std::time::Duration;

use causerie_tests::{NO_LIMITS, Service, Site, command};
use nix::sys::signal::Signal;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

fn file(name: &str) -> String {
    let root: PathBuf = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("..");
    std::fs::read_to_string(root.join(name)).unwrap()
}

/// The names that start with `causerie_` in a text.
fn metrics(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("causerie_")).collect()
}

#[test]
fn alarms_name_only_metrics_that_there_are() {
    let documentation = file("docs/operations.md");
    // `observability.rs` compares the table there with the served metrics.
    let rows = documentation.lines().filter_map(|line| line.strip_prefix("| `"));
    let known: Vec<&str> = rows.filter_map(|row| metrics(row).first().copied()).collect();
    let rules = file("deploy/prometheus-rules.yml");
    let named: Vec<&str> = rules.lines().filter(|line| line.trim().starts_with("expr:")).flat_map(metrics).collect();
    assert!(named.len() > 10, "{named:?}");
    for metric in named {
        assert!(known.contains(&metric), "{metric} is not among {known:?}");
    }
}

#[test]
fn systemd_unit_allows_time_to_stop_and_always_restarts() {
    let unit = file("deploy/causerie.service");
    let value = |key: &str| unit.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_else(|| panic!("no {key}"));
    assert_eq!(value("StartLimitIntervalSec="), "0");
    let stop: u64 = value("TimeoutStopSec=").trim_end_matches('s').parse().unwrap();
    let settings = file("deploy/causerie.toml");
    let drain = settings.lines().find_map(|line| line.strip_prefix("drain_seconds = ")).unwrap();
    assert!(stop > drain.parse::<u64>().unwrap() + 8, "{stop} s are too few");
    assert!(file("deploy/compose.yaml").contains(&format!("stop_grace_period: {stop}s")));
}

#[tokio::test(flavor = "multi_thread")]
async fn granted_role_serves_and_learns_what_a_rebuild_needs() {
    let mut service = Service::start().await;
    let ada = Site::open(&service, "acme", &["ada", "bo"]).await.member("ada").await;
    // Stopped first, because two roles at the same time would need pg_read_all_stats.
    service.process.signal(Signal::SIGTERM);
    service.process.ended(Duration::from_secs(10)).await;
    let role = format!("service_{}", Uuid::new_v4().simple());
    let mut owner = PgConnection::connect(service.servers.database_url()).await.unwrap();
    let create = format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'secret'; REVOKE CREATE ON SCHEMA public FROM PUBLIC; SET causerie.role = '{role}'"
    );
    sqlx::raw_sql(&create).execute(&mut owner).await.unwrap();
    sqlx::raw_sql(&file("deploy/grants.sql")).execute(&mut owner).await.unwrap();
    let mut url = reqwest::Url::parse(service.servers.database_url()).unwrap();
    url.set_username(&role).unwrap();
    url.set_password(Some("secret")).unwrap();

    let settings = [&NO_LIMITS[..], &[("CAUSERIE_DATABASE__URL", url.as_str())]].concat();
    let node = service.another_with("api,relay,projector", &settings).await;
    let ada = ada.at(node.said("url"), "acme");
    let group = ada.group(&["bo"]).await;
    let mut live = ada.live().await;
    let sent = ada.send(group, "hello").await.done(201);
    assert_eq!(live.message().await["id"], sent.json["id"]);
    ada.reads(group, &sent).await;

    let rebuild = async |url: &str| {
        command()
            .args(["projections", "rebuild", "timeline"])
            .env("CAUSERIE_DATABASE__URL", url)
            .output()
            .await
            .unwrap()
    };
    let refused = rebuild(url.as_str()).await;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    let lacks = format!(
        "the role {role} cannot rebuild a read model: it lacks CREATE on the database, CREATE on the schema read_models, ownership of timeline,"
    );
    assert!(!refused.status.success() && said.contains(&lacks), "{said}");
    let done = rebuild(service.servers.database_url()).await;
    assert!(done.status.success(), "{done:?}");
    // The grants are preserved with the tables.
    let sent = ada.send(group, "again").await.done(201);
    assert_eq!(ada.reads(group, &sent).await.items().len(), 2);
    drop(live);
    drop(node);
    let drop_role = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    sqlx::raw_sql(&drop_role).execute(&mut owner).await.unwrap();
}
