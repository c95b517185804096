//! The example proxies in `deploy/`: they expose the same paths, and nginx forwards requests, uploads and streams.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use causerie_tests::contract::{document, folder};
use causerie_tests::{Caller, Nginx, Service, Site, free_port};
use reqwest::{Client, Response};
use tempfile::TempDir;
use tokio::process::Command;

/// Paths that are not exposed.
const INSIDE: [&str; 5] = ["/", "/demo", "/livez", "/metrics", "/readyz"];
/// Pages and files, which are not in the OpenAPI document.
const PAGES: [&str; 6] = ["/assets", "/causerie.d.ts", "/causerie.js", "/dashboard", "/dashboard.js", "/v1"];

fn deploy(file: &str) -> String {
    fs::read_to_string(folder().parent().unwrap().join("deploy").join(file)).unwrap()
}

/// The first segments of paths, such as `/v1` of `/v1/sites/{site}`.
fn first_part(path: &str) -> String {
    let end = path.get(1..).and_then(|rest| rest.find('/')).map_or(path.len(), |at| at + 1);
    path[..end].trim_end_matches('*').trim_end_matches('/').to_owned()
}

#[test]
fn example_proxies_expose_the_same_paths() {
    let documented = document()["paths"].as_object().unwrap().keys().map(|path| first_part(path));
    let all: BTreeSet<String> = documented.chain(PAGES.map(str::to_owned)).collect();
    let public: BTreeSet<String> = all.into_iter().filter(|path| !INSIDE.contains(&path.as_str())).collect();

    let of_lines = |file: &str, words: fn(&str) -> Option<&str>| -> BTreeSet<String> {
        let text = deploy(file);
        let lines = text.lines().filter_map(|line| words(line.trim()));
        lines.flat_map(str::split_whitespace).filter(|word| word.starts_with('/')).map(first_part).collect()
    };
    let nginx = of_lines("nginx.conf", |line| {
        let location = line.strip_prefix("location ")?.split(" {").next()?;
        (!location.starts_with('~') && location != "/").then_some(location)
    });
    let haproxy = of_lines("haproxy.cfg", |line| line.strip_prefix("acl public "));
    let caddy = of_lines("Caddyfile", |line| line.strip_prefix("@public path "));
    for (name, paths) in [("nginx", nginx), ("haproxy", haproxy), ("caddy", caddy)] {
        assert_eq!(paths, public, "{name}");
    }
}

async fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join("fullchain.pem"), folder.join("privkey.pem"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=chat.example.com"]);
    let made = openssl.arg("-keyout").arg(&key).arg("-out").arg(&certificate).output().await.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

/// nginx with `deploy/nginx.conf`, except for ports, certificate and the address of the service.
async fn nginx_before(service: &Service) -> Nginx {
    let folder = TempDir::new().unwrap();
    let (port, plain) = (free_port(), free_port());
    let (certificate, key) = certificate(folder.path()).await;
    let conf = deploy("nginx.conf");
    let ours: Vec<&str> = conf.lines().filter(|line| !line.contains("listen [::]")).collect();
    let conf = ours
        .join("\n")
        .replace("listen 80;", &format!("listen 127.0.0.1:{plain};"))
        .replace("listen 443 ", &format!("listen 127.0.0.1:{port} "))
        .replace("server 127.0.0.1:8080", &format!("server {}", service.url().trim_start_matches("http://")))
        .replace("/etc/causerie/tls/fullchain.pem", &certificate.display().to_string())
        .replace("/etc/causerie/tls/privkey.pem", &key.display().to_string());
    Nginx::run(format!("https://127.0.0.1:{port}"), &conf, folder).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_passes_requests_uploads_and_streams() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let proxy = nginx_before(&service).await;
    let client = Client::builder().danger_accept_invalid_certs(true).build().unwrap();
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let ada = Caller::new(client.clone(), proxy.url(), "acme", Some(ada.token()));

    let group = ada.group(&["bo"]).await;
    let mut live = ada.live().await;
    bo.send(group, "Who is in on Sunday?").await.done(201);
    live.message_saying("Who is in on Sunday?").await;
    ada.send(group, "I am").await.done(201);
    // The maximum size of an image: the proxy must forward it.
    let upload = ada.put_raw(&format!("/conversations/{group}/image"), vec![0; 5 * 1024 * 1024]).await;
    upload.problem(415, "group.image_unsupported");

    let get = async |path: &str| -> Response { client.get(format!("{}{path}", proxy.url())).send().await.unwrap() };
    for path in INSIDE {
        let refused = get(path).await;
        assert_eq!(refused.status(), 404, "{path}");
        assert_eq!(refused.headers()["content-type"], "text/html", "{path} comes from the service");
    }
    for path in ["/causerie.js", "/dashboard", "/docs", "/docs/style.css", "/openapi.json", "/problems/token.missing"] {
        assert_eq!(get(path).await.status(), 200, "{path}");
    }
}
