//! An nginx in front of nodes of the service.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::wait::eventually;

/// A running nginx. Killed when dropped.
#[derive(Debug)]
pub struct Nginx {
    port: u16,
    folder: TempDir,
    _process: Child,
}

impl Nginx {
    /// In front of nodes (`host:port`, with parameters of nginx), with these lines beside them in the upstream, and these in the
    /// location.
    pub async fn to(nodes: &[String], upstream: &str, location: &str) -> Self {
        let program = Path::new("/usr/sbin/nginx");
        assert!(program.exists(), "the tests of proxies need nginx: apt-get install nginx");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        let servers = nodes.iter().fold(String::new(), |servers, node| servers + "server " + node + "; ");
        let root = if nix::unistd::geteuid().is_root() { "user root;" } else { "" };
        let configuration = format!(
            "{root} daemon off; worker_processes 1; pid {pid}; error_log {errors};\n\
             events {{}}\n\
             http {{\n\
               access_log {accesses}; client_body_temp_path {temporary}; proxy_temp_path {temporary};\n\
               fastcgi_temp_path {temporary}; uwsgi_temp_path {temporary}; scgi_temp_path {temporary};\n\
               upstream nodes {{ {servers} {upstream} }}\n\
               server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://nodes; {location} }} }}\n\
             }}\n",
            pid = at("pid"),
            errors = at("errors"),
            accesses = at("accesses"),
            temporary = at("temporary"),
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration).expect("a file");
        let mut command = Command::new(program);
        command.arg("-p").arg(folder.path()).arg("-c").arg(&file).arg("-e").arg(at("errors"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let process = command.spawn().expect("nginx starts");
        let reached = async || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok();
        eventually("nginx listens", reached, |reached| *reached).await;
        Self { port, folder, _process: process }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it wrote of its errors.
    pub fn errors(&self) -> String {
        fs::read_to_string(self.folder.path().join("errors")).unwrap_or_default()
    }
}
