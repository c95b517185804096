//! `causerie config`: what is set, whether it is right, and what it could be.

use causerie_tests::command;
use causerie_tests::contract::folder;

async fn config(what: &str, settings: &[(&str, &str)]) -> (bool, String, String) {
    let output = command().args(["config", what]).envs(settings.iter().copied()).output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

const DATABASE: (&str, &str) = ("CAUSERIE_DATABASE__URL", "postgres://chat:hunter2@db.example/chat");
const NATS: (&str, &str) = ("CAUSERIE_NATS__URL", "nats://nats.example");
const SECRET: (&str, &str) = ("CAUSERIE_AUTH__SECRET", "a secret that is long enough for everybody");

#[tokio::test]
async fn a_complete_configuration_is_right_and_shown_without_its_secrets() {
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
        (&[NATS, SECRET], "database.url is not set"),
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
async fn readme_has_a_row_for_every_setting() {
    let (_, example, _) = config("example", &[]).await;
    let readme = std::fs::read_to_string(folder().parent().unwrap().join("README.md")).unwrap();
    let (mut section, mut seen) = ("", 0);
    for line in example.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
        } else if let Some((key, _)) = line.trim_start_matches("# ").split_once(" = ") {
            seen += 1;
            assert!(readme.contains(&format!("`{section}.{key}`")), "README.md does not name {section}.{key}");
        }
    }
    assert!(seen > 30, "only {seen} settings in the example");
}
