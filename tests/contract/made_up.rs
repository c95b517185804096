//! Requests that a machine makes up from the document (schemathesis): no 5xx, and no answer outside the document.

use std::time::Duration;

use causerie_tests::contract::document;
use causerie_tests::{Service, Site};
use tokio::process::Command;
use uuid::Uuid;

use crate::tools::{root, said, tool};

/// How long requests are made up, of each kind: the same ones in each run.
const SHORT: Duration = Duration::from_secs(25);
/// With `CAUSERIE_CHAOS` set: other ones in each run.
const LONG: Duration = Duration::from_mins(5);
/// For the start of Python, and for the request that is under way at the end.
const MARGIN: Duration = Duration::from_mins(1);
/// Without one of its own, the first deletion would take the group that all else speaks of.
const GROUP_TO_DELETE: Uuid = Uuid::from_u128(0x0198_0f6e_0000_7000_8000_0000_0000_0001);
/// Not `positive_data_acceptance`: a request can be right and still be refused for what it is about. Not
/// `ensure_resource_availability` and `use_after_free`: what is deleted leaves a placeholder.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
    response_schema_conformance,ignored_auth,unsupported_method";
/// What is wrong is refused. In chains of requests the tool takes some right ones for wrong.
const CHECKS_OF_SINGLE_REQUESTS: &str = "negative_data_rejection";

#[tokio::test(flavor = "multi_thread")]
async fn the_service_answers_as_documented_to_whatever_is_made_up() {
    let service = Service::start().await;
    let site = furnish(&service).await;
    let all = format!("{CHECKS},{CHECKS_OF_SINGLE_REQUESTS}");
    println!("{}", made_up(&site, "examples,coverage,fuzzing", &all).await);
    println!("{}", made_up(&site, "stateful", CHECKS).await);
}

/// Has requests made up, and answers with what was said of them. Fails where an answer was not as documented.
async fn made_up(site: &Site<'_>, phases: &str, checks: &str) -> String {
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
    said(&mut schemathesis, time + MARGIN).await
}

/// Makes what the examples of the document speak of.
async fn furnish(service: &Service) -> Site<'_> {
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
