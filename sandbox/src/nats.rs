//! A private nats-server with `JetStream`.

use std::fs;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::TcpStream;

use crate::account::Account;
use crate::places::stable_hash;
use crate::process::Launch;
use crate::process::watchdog::Tether;
use crate::server::{Server, ServerKind, controls};
use crate::{SandboxError, port, random};

const USER: &str = "causerie";
/// The greeting is one line of well under a kilobyte.
const MAX_GREETING_BYTES: u64 = 4096;
const GREETING_TIMEOUT: Duration = Duration::from_millis(500);

/// A nats-server on a loopback port, with a user and a password of its own and `JetStream` in its data folder.
#[derive(Debug)]
pub struct NatsServer(Server<Nats>);

#[derive(Debug)]
struct Nats {
    /// Distinguishes this server from another one on the same port.
    name: String,
    folder: PathBuf,
    account: Account,
    password: String,
    port: u16,
}

impl NatsServer {
    pub(crate) async fn open(
        program: PathBuf,
        folder: PathBuf,
        account: Account,
        tether: Tether,
    ) -> Result<Self, SandboxError> {
        account.private_folder(&folder)?;
        let kind = Nats {
            name: format!("causerie-{}", stable_hash(folder.as_os_str().as_encoded_bytes())),
            password: password(&folder, account)?,
            port: port::free()?,
            folder: folder.clone(),
            account,
        };
        let launch =
            Launch { program, arguments: vec!["-c".into(), kind.configuration().into()], folder, account, tether };
        Ok(Self(Server::start_new(kind, launch).await?))
    }

    /// `nats://user:password@127.0.0.1:port`; the same for the life of this value, restarts included.
    #[must_use]
    pub fn url(&self) -> String {
        let Nats { password, port, .. } = &self.0.kind;
        format!("nats://{USER}:{password}@127.0.0.1:{port}")
    }

    /// The folder of the server's files: `JetStream`, log, configuration and password.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.0.kind.folder
    }
}

controls!(NatsServer, 0);

impl Nats {
    fn configuration(&self) -> PathBuf {
        self.folder.join("nats.conf")
    }
}

impl ServerKind for Nats {
    const NAME: &'static str = "nats";
    const STOP: Signal = Signal::SIGTERM;

    fn set_port(&mut self, port: u16) {
        self.port = port;
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn configure(&self) -> Result<(), SandboxError> {
        let Self { port, password, name, .. } = self;
        // A path relative to the server's working folder needs no quoting.
        let content = format!(
            "# Written by causerie-sandbox at each start.\n\
             server_name: {name}\n\
             host: \"127.0.0.1\"\n\
             port: {port}\n\
             authorization {{ user: \"{USER}\", password: \"{password}\" }}\n\
             jetstream {{ store_dir: \"data\", sync_interval: \"10s\" }}\n"
        );
        self.account.write_private(&self.configuration(), &content)
    }

    /// The server sends its greeting after `JetStream` has recovered its streams.
    async fn is_ready(&self, _pid: u32) -> bool {
        let greeting = async {
            let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await?;
            let mut line = String::new();
            BufReader::new(stream.take(MAX_GREETING_BYTES)).read_line(&mut line).await?;
            io::Result::Ok(line.starts_with("INFO ") && line.contains(&self.name))
        };
        matches!(tokio::time::timeout(GREETING_TIMEOUT, greeting).await, Ok(Ok(true)))
    }
}

/// The password of this data folder, created at its first use.
fn password(folder: &Path, account: Account) -> Result<String, SandboxError> {
    let path = folder.join("password");
    match fs::read_to_string(&path) {
        Ok(password) => Ok(password),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let password = random::hex::<16>()?;
            account.write_private(&path, &password)?;
            Ok(password)
        }
        Err(error) => Err(SandboxError::io("read", &path)(error)),
    }
}
