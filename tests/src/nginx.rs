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
    url: String,
    folder: TempDir,
    _process: Child,
}

impl Nginx {
    /// In front of nodes (`host:port`, with parameters of nginx), with these lines beside them in the upstream, and these in the
    /// location.
    pub async fn to(nodes: &[String], upstream: &str, location: &str) -> Self {
        let servers = nodes.iter().fold(String::new(), |servers, node| servers + "server " + node + "; ");
        let port = free_port();
        let http = format!(
            "upstream nodes {{ {servers} {upstream} }}\n\
             server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://nodes; {location} }} }}\n"
        );
        Self::run(format!("http://127.0.0.1:{port}"), &http, tempfile::tempdir().expect("a folder")).await
    }

    /// With this in its block `http`, which listens at the URL. `nginx -t` accepts it first. One process, so that none is left.
    pub async fn run(url: String, http: &str, folder: TempDir) -> Self {
        let program = ["/usr/sbin/nginx", "/usr/bin/nginx", "/opt/homebrew/bin/nginx"].map(Path::new);
        let program = program.into_iter().find(|program| program.exists());
        let program = program.expect("the tests of proxies need nginx: apt-get install nginx-light");
        let at = |name: &str| folder.path().join(name).display().to_string();
        let configuration = format!(
            "daemon off; master_process off; pid {pid}; error_log {errors};\n\
             events {{}}\n\
             http {{\n\
               access_log off; client_body_temp_path {temporary}; proxy_temp_path {temporary};\n\
               fastcgi_temp_path {temporary}; uwsgi_temp_path {temporary}; scgi_temp_path {temporary};\n\
               {http}\n\
             }}\n",
            pid = at("pid"),
            errors = at("errors"),
            temporary = at("temporary"),
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, configuration).expect("a file");
        let command = || {
            let mut command = Command::new(program);
            command.arg("-p").arg(folder.path()).arg("-c").arg(&file).arg("-e").arg(at("errors"));
            command.stdin(Stdio::null()).kill_on_drop(true);
            command
        };
        let tested = command().arg("-t").output().await.expect("nginx starts");
        assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
        let process = command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("nginx starts");
        let address = url.split_once("://").expect("a URL").1;
        let reached = async || TcpStream::connect(address).await.is_ok();
        eventually("nginx listens", reached, |reached| *reached).await;
        Self { url, folder, _process: process }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn errors(&self) -> String {
        fs::read_to_string(self.folder.path().join("errors")).unwrap_or_default()
    }
}

pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}
