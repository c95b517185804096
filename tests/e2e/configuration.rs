//! `causerie config`: the configured values, their validation, and the example.

use causerie_tests::contract::folder;
use causerie_tests::{Service, command};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

async fn config(what: &str, settings: &[(&str, &str)]) -> (bool, String, String) {
    let output = command().args(["config", what]).envs(settings.iter().copied()).output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

const DATABASE: (&str, &str) = ("CAUSERIE_DATABASE__URL", "postgres://chat:hunter2@db.example/chat");
const NATS: (&str, &str) = ("CAUSERIE_NATS__URL", "nats://nats.example");
const SECRET: (&str, &str) = ("CAUSERIE_AUTH__SECRET", "a secret that is long enough for everybody");

#[tokio::test]
async fn complete_configuration_is_valid_and_hides_secrets() {
    let (right, said, _) = config("check", &[DATABASE, NATS, SECRET]).await;
    assert!(right, "{said}");
    let (_, shown, _) = config("show", &[DATABASE, NATS, SECRET, ("CAUSERIE_LIMITS__SENDS_BURST", "7")]).await;
    assert!(shown.contains("sends_burst = 7") && shown.contains("url = \"(hidden)\""), "{shown}");
    assert!(!shown.contains("hunter2") && !shown.contains("long enough"), "{shown}");
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named() {
    let short = ("CAUSERIE_AUTH__SECRET", "short");
    let cases: [(&[(&str, &str)], &str); 10] = [
        (&[NATS, SECRET], "no database is configured"),
        (&[DATABASE, SECRET], "nats.url is not set"),
        (&[DATABASE, NATS, SECRET, ("CAUSERIE_NATS__URL", "nats://a,nats://b:port")], "server 2 of nats.url"),
        (&[DATABASE, NATS, SECRET, ("CAUSERIE_NATS__REPLICAS", "2")], "must be 1, 3 or 5"),
        (&[DATABASE, NATS], "CAUSERIE_AUTH__JWKS_URL"),
        (&[DATABASE, NATS, short], "at least 32 bytes"),
        (&[DATABASE, NATS, ("CAUSERIE_AUTH__JWKS_URL", "http://keys.example/keys.json")], "must be https"),
        (&[DATABASE, NATS, SECRET, ("CAUSERIE_IMAGES__FOLDER", "a"), ("CAUSERIE_IMAGES__BUCKET", "b")], "keep one"),
        (&[("CAUSERIE_LIMITS__SEND_BURST", "1")], "did you mean `sends_burst`?"),
        (&[("CAUSERIE_LOG__FORMAT", "xml")], "xml"),
    ];
    for (settings, named) in cases {
        let (right, _, said) = config("check", settings).await;
        assert!(!right && said.contains(named), "{settings:?}: {said}");
    }
}

#[tokio::test]
async fn the_example_file_is_a_configuration() {
    let (_, example, _) = config("example", &[]).await;
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(file.path(), example).unwrap();
    let path = file.path().to_str().unwrap();
    let output = command().args(["config", "check", "--config", path]).envs([DATABASE, NATS, SECRET]).output().await;
    assert!(output.unwrap().status.success());
}

#[tokio::test]
async fn every_setting_is_documented() {
    let (_, example, _) = config("example", &[]).await;
    let page = std::fs::read_to_string(folder().parent().unwrap().join("docs/configuration.md")).unwrap();
    let (mut section, mut seen) = ("", 0);
    for line in example.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
        } else if let Some((key, _)) = line.trim_start_matches("# ").split_once(" = ") {
            seen += 1;
            assert!(page.contains(&format!("`{section}.{key}`")), "docs/configuration.md misses {section}.{key}");
        }
    }
    assert!(seen > 30, "only {seen} settings in the example");
}

/// The last line of the output of a failing command.
async fn sentence(arguments: &[&str], settings: &[(&str, &str)]) -> String {
    let mut refused = command();
    refused.args(arguments).envs(settings.iter().copied());
    let output = refused.output().await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{arguments:?} {settings:?}: {said}");
    said.lines().find_map(|line| line.strip_prefix("causerie: ")).unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[tokio::test]
async fn wrong_values_are_refused_by_check_as_by_serve() {
    let several = ("CAUSERIE_DATABASE__URL", "postgres://chat:hunter2@one:1,two:2/chat");
    let cases: [(&[(&str, &str)], &str); 12] = [
        (&[("CAUSERIE_DATABASE__URL", "nonsense"), NATS, SECRET], "database.url is not valid"),
        (&[("CAUSERIE_DATABASE__URL", "mysql://db/chat"), NATS, SECRET], "database.url is not valid"),
        (&[several, NATS, SECRET], "names several hosts"),
        (&[DATABASE, ("CAUSERIE_NATS__URL", "nonsense"), SECRET], "nats.url"),
        (&[DATABASE, NATS, SECRET, ("CAUSERIE_NATS__REPLICAS", "2")], "nats.replicas is 2"),
        (&[DATABASE, NATS, SECRET, ("CAUSERIE_DATABASE__MAX_CONNECTIONS", "0")], "database.max_connections is 0"),
        (&[DATABASE, NATS, SECRET, ("CAUSERIE_DATABASE__STATEMENT_TIMEOUT_MS", "0")], "statement_timeout_ms is 0"),
        (
            &[DATABASE, NATS, SECRET, ("CAUSERIE_SERVER__MAX_QUERIES", "21")],
            "below database.max_connections, which is 20",
        ),
        (&[DATABASE, NATS, SECRET, ("CAUSERIE_SERVER__MAX_CONNECTIONS", "0")], "server.max_connections is 0"),
        (&[DATABASE, NATS, SECRET, ("CAUSERIE_SERVER__MAX_REQUESTS", "0")], "server.max_requests is 0"),
        (&[DATABASE, NATS, SECRET, ("CAUSERIE_IMAGES__FOLDER", "/proc/nope")], "cannot store images in /proc/nope"),
        (&[DATABASE, NATS, SECRET, ("CAUSERIE_IMAGES__FOLDER", "/dev/null")], "cannot store images in /dev/null"),
    ];
    for (settings, named) in cases {
        let checked = sentence(&["config", "check"], settings).await;
        assert!(checked.contains(named) && !checked.contains("hunter2"), "{settings:?}: {checked}");
        let served = sentence(&["serve", "--listen", "127.0.0.1:0"], settings).await;
        assert_eq!(checked, served, "{settings:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn config_check_reports_the_same_errors_as_serve() {
    let service = Service::start().await;
    let nats = service.servers.nats_url();
    let images = tempfile::tempdir().unwrap();
    let folder = images.path().join("not/there/yet");
    let right = [
        ("CAUSERIE_DATABASE__URL", service.servers.database_url()),
        ("CAUSERIE_NATS__URL", &nats),
        SECRET,
        ("CAUSERIE_IMAGES__FOLDER", folder.to_str().unwrap()),
    ];
    let arguments = ["config", "check", "--connect"];
    let output = command().args(arguments).envs(right).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{output:?}");
    for found in ["postgres: accepts writes; the schema is up to date", "nats: nats-server ", "images: writable"] {
        assert!(said.contains(found), "{found}: {said}");
    }

    let mut owner = PgConnection::connect(service.servers.database_url()).await.unwrap();
    let latin = format!("latin_{}", Uuid::new_v4().simple());
    let create =
        format!("CREATE DATABASE {latin} ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0");
    sqlx::raw_sql(&create).execute(&mut owner).await.unwrap();
    let (server, _) = service.servers.database_url().rsplit_once('/').unwrap();
    let (user, rest) = server.split_once("://").unwrap().1.split_once(':').unwrap();
    let wrong = format!("postgres://{user}:wrong@{}/postgres", rest.split_once('@').unwrap().1);
    let read_only = format!("{}?options=-c%20default_transaction_read_only%3Don", service.servers.database_url());
    for (url, named) in [
        (format!("{server}/{latin}"), "the database has the encoding LATIN1"),
        (format!("{server}/nowhere"), "database \"nowhere\" does not exist"),
        (wrong, "password authentication failed"),
        ("postgres://x@127.0.0.1:1/x".to_owned(), "cannot reach Postgres at 127.0.0.1:1: "),
        ("postgres://x@no.such.host.invalid/x".to_owned(), "cannot reach Postgres at no.such.host.invalid:5432: "),
        (read_only, "leads to a server that accepts no writes"),
    ] {
        let other = [&right[..], &[("CAUSERIE_DATABASE__URL", url.as_str())]].concat();
        let refused = sentence(&arguments, &other).await;
        let by_serve = sentence(&["serve", "--listen", "127.0.0.1:0"], &other).await;
        assert!(refused.contains(named), "{url}: {refused}");
        assert_eq!(refused, format!("postgres: {by_serve}"), "{url}");
    }
    sqlx::raw_sql(&format!("DROP DATABASE {latin}")).execute(&mut owner).await.unwrap();

    let greedy =
        sentence(&arguments, &[&right[..], &[("CAUSERIE_DATABASE__MAX_CONNECTIONS", "100000")]].concat()).await;
    assert!(greedy.contains("a process may open 100006"), "{greedy}");
    let silent = sentence(&arguments, &[&right[..], &[("CAUSERIE_NATS__URL", "nats://127.0.0.1:1")]].concat()).await;
    assert!(silent.contains("nats: NATS does not respond"), "{silent}");
}
