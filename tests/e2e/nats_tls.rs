//! TLS to NATS: a private certificate authority, a client certificate, and the reported connection errors.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use causerie_tests::{Service, Site, eventually};
use serde_json::Value;
use tempfile::TempDir;

use crate::nats_server::NatsServer;

struct Authority(TempDir);

impl Authority {
    fn new() -> Self {
        let authority = Self(tempfile::tempdir().unwrap());
        // Certificate authorities have different names.
        let name = format!("/CN={}", uuid::Uuid::new_v4());
        let key = ["req", "-x509", "-nodes", "-days", "2", "-subj", &name, "-keyout", "ca.key", "-out", "ca.pem"];
        authority.openssl(&[&key[..], &EC].concat());
        authority
    }

    /// A certificate for this name, and its key.
    fn signed(self, name: &str, host: &str) -> Self {
        let (key, request, extensions) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.ext"));
        let subject = format!("/CN={name}");
        let asked = ["req", "-nodes", "-subj", &subject, "-keyout", &key, "-out", &request];
        self.openssl(&[&asked[..], &EC].concat());
        std::fs::write(self.path(&extensions), format!("subjectAltName=DNS:{host}")).unwrap();
        let certificate = format!("{name}.pem");
        let issued = ["x509", "-req", "-days", "2", "-in", &request, "-CA", "ca.pem", "-CAkey", "ca.key"];
        let into = ["-CAcreateserial", "-extfile", &extensions, "-out", &certificate];
        self.openssl(&[&issued[..], &into].concat());
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn openssl(&self, arguments: &[&str]) {
        let mut openssl = Command::new("openssl");
        let done = openssl.args(arguments).current_dir(self.0.path()).stdin(Stdio::null()).output();
        let done = done.unwrap_or_else(|error| panic!("install openssl, which makes the certificates: {error}"));
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    async fn nats(&self, verify: bool) -> NatsServer {
        let [certificate, key, authority] = ["server.pem", "server.key", "ca.pem"].map(|name| self.text(name));
        NatsServer::with(&format!(
            "jetstream {{ store_dir: $CAUSERIE_NATS_DATA }}\n\
             tls {{ cert_file: \"{certificate}\", key_file: \"{key}\", ca_file: \"{authority}\", verify: {verify} }}"
        ))
        .await
    }
}

const EC: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

fn at(nats: &NatsServer) -> String {
    format!("nats://localhost:{}", nats.port())
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_tls_with_private_ca_and_client_certificate_works() {
    let authority = Authority::new().signed("server", "localhost").signed("client", "client");
    let nats = authority.nats(true).await;
    let [ca, certificate, key] = ["ca.pem", "client.pem", "client.key"].map(|name| authority.text(name));
    let service = Service::start_with(&[
        ("CAUSERIE_NATS__URL", &at(&nats)),
        ("CAUSERIE_NATS__TLS_CA_FILE", &ca),
        ("CAUSERIE_NATS__TLS_CERT_FILE", &certificate),
        ("CAUSERIE_NATS__TLS_KEY_FILE", &key),
    ])
    .await;
    Site::register(&service, "acme").await;
    let well = |ready: &Value| {
        (&ready["parts"]["nats"]["status"], &ready["parts"]["relay"]["lag_events"]) == (&"ok".into(), &0.into())
    };
    eventually("the site is on the stream", async || crate::ready(service.url()).await, well).await;
}

/// In the log at WARN and in `/readyz`.
async fn says(reason: &str, settings: &[(&str, &str)]) {
    let service = Service::start_with(settings).await;
    let warned = |log: &String| log.lines().any(|line| line.contains("WARN") && line.contains(reason));
    eventually(&format!("the log says {reason}"), async || service.process.log(), warned).await;
    let reported = |ready: &Value| {
        let nats = &ready["parts"]["nats"];
        nats["status"] == "unavailable" && nats["reason"].as_str().is_some_and(|said| said.contains(reason))
    };
    eventually(&format!("/readyz says {reason}"), async || crate::ready(service.url()).await, reported).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reason_of_a_failed_connection_is_in_the_log_and_in_readyz() {
    let (good, other) = (Authority::new().signed("server", "localhost"), Authority::new());
    let nats = good.nats(false).await;
    let (url, ca) = (at(&nats), "CAUSERIE_NATS__TLS_CA_FILE");
    says("UnknownIssuer", &[("CAUSERIE_NATS__URL", &url), (ca, &other.text("ca.pem"))]).await;

    let strict = good.nats(true).await;
    says("CertificateRequired", &[("CAUSERIE_NATS__URL", &at(&strict)), (ca, &good.text("ca.pem"))]).await;

    let misnamed = Authority::new().signed("server", "other.example");
    let nats = misnamed.nats(false).await;
    says("other.example", &[("CAUSERIE_NATS__URL", &at(&nats)), (ca, &misnamed.text("ca.pem"))]).await;

    // A server without TLS receives neither certificate nor password.
    let plain = NatsServer::start().await;
    says("corrupt message", &[("CAUSERIE_NATS__URL", &plain.url("relay").replace("nats://", "tls://"))]).await;

    let wrong = plain.url("relay").replace("password-of-relay", "guessed");
    says("authorization violation", &[("CAUSERIE_NATS__URL", &wrong)]).await;
    says("Connection refused", &[("CAUSERIE_NATS__URL", "nats://127.0.0.1:9")]).await;
    says("DNS error", &[("CAUSERIE_NATS__URL", "nats://nowhere.invalid:4222")]).await;
}

#[tokio::test]
async fn unusable_files_are_named_by_config_check() {
    let authority = Authority::new().signed("client", "client").signed("another", "another");
    let folder = authority.path("");
    let not_pem = folder.join("empty.pem");
    std::fs::write(&not_pem, "nothing").unwrap();
    let [ca, cert, key] = ["CA", "CERT", "KEY"].map(|what| format!("CAUSERIE_NATS__TLS_{what}_FILE"));
    let [client, client_key, another_key] =
        ["client.pem", "client.key", "another.key"].map(|name| authority.text(name));
    let not_pem = not_pem.to_str().unwrap();
    let cases: [(&[(&str, &str)], &str); 9] = [
        (&[(&ca, "/nowhere/ca.pem")], "nats.tls_ca_file /nowhere/ca.pem cannot be used"),
        (&[(&ca, not_pem)], "contains no certificate"),
        (&[(&cert, &client)], "needs nats.tls_key_file"),
        (&[(&key, &client_key)], "needs nats.tls_cert_file"),
        (&[(&cert, &client), (&key, &another_key)], "nats.tls_key_file"),
        (&[("CAUSERIE_NATS__CREDS_FILE", not_pem)], "nats.creds_file"),
        (&[("CAUSERIE_NATS__NKEY_FILE", not_pem)], "begins with SU"),
        (&[("CAUSERIE_NATS__CREDS_FILE", not_pem), ("CAUSERIE_NATS__NKEY_FILE", not_pem)], "keep one"),
        (&[("CAUSERIE_NATS__URL", "nats://u:p@a"), ("CAUSERIE_NATS__CREDS_FILE", not_pem)], "keep one"),
    ];
    for (settings, named) in cases {
        let said = check(settings).await;
        assert!(said.contains(named), "{settings:?}: {said}");
    }
}

/// The error of `causerie config check` for a valid configuration with these settings.
async fn check(settings: &[(&str, &str)]) -> String {
    let mut command = causerie_tests::command();
    let right = [
        ("CAUSERIE_DATABASE__URL", "postgres://db.example/chat"),
        ("CAUSERIE_NATS__URL", "nats://nats.example"),
        ("CAUSERIE_AUTH__SECRET", causerie_tests::SECRET),
    ];
    let output = command.args(["config", "check"]).envs(right).envs(settings.iter().copied()).output().await.unwrap();
    assert!(!output.status.success(), "{settings:?} are right");
    String::from_utf8(output.stderr).unwrap()
}
