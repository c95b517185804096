//! A nats-server with `deploy/nats.conf`, as an operator would run it, or with another configuration.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event};
use causerie_sandbox::{fetch_tools, tools_dir};
use causerie_tests::eventually;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub(crate) struct NatsServer {
    port: u16,
    // In the order in which they must be dropped.
    _child: Child,
    _data: tempfile::TempDir,
}

impl NatsServer {
    pub(crate) async fn start() -> Self {
        let configuration = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../deploy/nats.conf");
        Self::run(&configuration).await
    }

    /// The configuration may contain `$CAUSERIE_NATS_DATA` for a folder.
    pub(crate) async fn with(configuration: &str) -> Self {
        let file = tempfile::NamedTempFile::with_suffix(".conf").unwrap();
        std::fs::write(file.path(), configuration).unwrap();
        Self::run(file.path()).await
    }

    async fn run(configuration: &Path) -> Self {
        let tools = fetch_tools(&tools_dir()).await.unwrap();
        let data = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let child =
            Command::new(tools.nats_server)
                .arg("-c")
                .arg(configuration)
                .args(["-a", "127.0.0.1", "-p", &port.to_string()])
                .env("CAUSERIE_NATS_DATA", data.path())
                .envs(["RELAY", "SERVICE", "DOWNSTREAM"].map(|user| {
                    (format!("CAUSERIE_NATS_{user}_PASSWORD"), format!("password-of-{}", user.to_lowercase()))
                }))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
        let listens = async || TcpStream::connect(("127.0.0.1", port)).await.is_ok();
        eventually("the nats-server listens", listens, |listens| *listens).await;
        Self { port, _child: child, _data: data }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self, user: &str) -> String {
        format!("nats://{user}:password-of-{user}@127.0.0.1:{}", self.port)
    }

    /// A client of this user, and the errors of the server.
    pub(crate) async fn client(&self, user: &str) -> (Client, Complaints) {
        let (complain, complaints) = unbounded_channel();
        let options = ConnectOptions::new()
            .user_and_password(user.to_owned(), format!("password-of-{user}"))
            .request_timeout(Some(Duration::from_secs(1)))
            .event_callback(move |event| {
                if let Event::ServerError(error) = event {
                    let _ = complain.send(error.to_string().to_lowercase());
                }
                std::future::ready(())
            });
        let client = options.connect(format!("nats://127.0.0.1:{}", self.port)).await.unwrap();
        (client, Complaints(complaints))
    }
}

pub(crate) struct Complaints(UnboundedReceiver<String>);

impl Complaints {
    /// Requires that the next error is about publishing to this subject.
    pub(crate) async fn about_publishing_to(&mut self, subject: &str) {
        let complaint = tokio::time::timeout(causerie_tests::LIMIT, self.0.recv()).await;
        let complaint = complaint.unwrap_or_else(|_| panic!("publishing to {subject} was not refused")).unwrap();
        let expected = format!("permissions violation for publish to \"{}\"", subject.to_lowercase());
        assert!(complaint.contains(&expected), "{complaint}, not {expected}");
    }
}
