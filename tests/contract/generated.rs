//! Requests that schemathesis generates from the document: no 5xx, and only documented responses.

use std::time::Duration;

use causerie_tests::contract::document;
use causerie_tests::{Service, Site};
use tokio::process::Command;
use uuid::Uuid;

use crate::tools::{root, run, tool};

/// How long requests of each kind are generated: the same ones in each run.
const SHORT: Duration = Duration::from_secs(25);
/// With `CAUSERIE_CHAOS`: other ones in each run.
const LONG: Duration = Duration::from_mins(5);
/// For the start of Python, and for the request in flight at the end.
const MARGIN: Duration = Duration::from_mins(1);
/// Otherwise the first deletion would delete the group that all other requests use.
const GROUP_TO_DELETE: Uuid = Uuid::from_u128(0x0198_0f6e_0000_7000_8000_0000_0000_0001);
/// Not `positive_data_acceptance`: a valid request can be refused because of the state. Not
/// `ensure_resource_availability` and `use_after_free`: a deleted message leaves a placeholder.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance,ignored_auth,unsupported_method";
/// Invalid requests are rejected. In chains of requests the tool considers some valid ones invalid.
const CHECKS_OF_SINGLE_REQUESTS: &str = "negative_data_rejection";

#[tokio::test(flavor = "multi_thread")]
async fn generated_requests_get_documented_responses() {
    let service = Service::start().await;
    let site = create_examples(&service).await;
    let all = format!("{CHECKS},{CHECKS_OF_SINGLE_REQUESTS}");
    println!("{}", generate(&site, "examples,coverage,fuzzing", &all).await);
    println!("{}", generate(&site, "stateful", CHECKS).await);
}

/// Generates requests, and returns the output. Fails if a response is not as documented.
async fn generate(site: &Site<'_>, phases: &str, checks: &str) -> String {
    let chaos = std::env::var_os("CAUSERIE_CHAOS").is_some();
    let time = if chaos { LONG } else { SHORT };
    let tools = tool("schemathesis");
    let mut schemathesis = Command::new("python3");
    schemathesis
        .env("PYTHONPATH", &tools)
        .arg(tools.join("bin/schemathesis"))
        .arg("--config-file")
        .arg(root().join("tests/contract/schemathesis.toml"))
        .args(["run", &format!("{}/openapi.json", site.service.url())])
        .env("CAUSERIE_OWNER", site.owner().await.token())
        .env("CAUSERIE_GROUP_TO_DELETE", GROUP_TO_DELETE.to_string())
        .env("CAUSERIE_OPERATOR", site.operator().await.token())
        .args(["--phases", phases, "--checks", checks, "--max-time", &time.as_secs().to_string(), "--no-color"])
        .args((!chaos).then_some("--generation-deterministic"))
        .current_dir(root().join(".causerie"));
    run(&mut schemathesis, time + MARGIN).await
}

/// Creates the resources of the examples in the document.
async fn create_examples(service: &Service) -> Site<'_> {
    let site = Site::open(service, "acme", &["ada", "bob", "eve"]).await;
    let example = |name: &str| document()["components"]["parameters"][name]["example"].as_str().unwrap().to_owned();
    let (conversation, message): (Uuid, Uuid) =
        (example("conversation").parse().unwrap(), example("message").parse().unwrap());
    let owner = site.owner().await;
    site.register_member("olga", "Olga", true).await;
    owner.create_group(conversation, "Hiking", &["ada", "bob"]).await.done(201);
    owner.create_group(GROUP_TO_DELETE, "Sailing", &["ada"]).await.done(201);
    owner.send_as(conversation, message, "Who is in on Sunday?").await.done(201);
    site
}
