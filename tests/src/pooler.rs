//! A PgBouncer in front of a Postgres.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use reqwest::Url;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::wait::eventually;

/// A running PgBouncer. Killed when dropped.
#[derive(Debug)]
pub struct Pooler {
    url: Url,
    _process: Child,
    _folder: TempDir,
}

impl Pooler {
    /// In front of a database, with these lines of configuration.
    pub async fn to(database_url: &str, settings: &str) -> Self {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"];
        let program = program.into_iter().find(|program| Path::new(program).exists());
        let program = program.expect("the tests of poolers need PgBouncer: apt-get install pgbouncer");
        let mut url: Url = database_url.parse().expect("a URL");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("it is ours");
        let (database, user) = (url.path().trim_start_matches('/'), url.username());
        let (password, target) = (url.password().expect("a password"), url.port().expect("a port"));
        let configuration = format!(
            "[databases]\n\
             {database} = host=127.0.0.1 port={target} dbname={database} user={user} password={password}\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n{settings}\n"
        );
        let path = folder.path().join("pgbouncer.ini");
        fs::write(&path, configuration).expect("a file");
        let mut command = Command::new(program);
        // It refuses to run as root.
        if nix::unistd::geteuid().is_root() {
            command.args(["-u", "nobody"]);
        }
        command.arg(&path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let process = command.spawn().expect("PgBouncer starts");
        let reached = async || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok();
        eventually("PgBouncer listens", reached, |reached| *reached).await;
        url.set_port(Some(port)).expect("a host");
        Self { url, _process: process, _folder: folder }
    }

    pub fn port(&self) -> u16 {
        self.url.port().expect("a port")
    }

    /// The database, through it.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }
}
