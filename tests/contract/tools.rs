//! Programs in other languages. `make test` fetches pinned versions from the registries.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

pub(crate) fn tool(name: &str) -> PathBuf {
    let tool = root().join(".causerie/tools").join(name);
    assert!(tool.join("done").exists(), "{name} is missing: run `make test`, which fetches it");
    tool
}

/// The root of this clone. Determined at run time: a binary built for one clone may run in another.
pub(crate) fn root() -> PathBuf {
    Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).parent().unwrap().to_owned()
}

/// The output of a program that must succeed within the limit.
pub(crate) async fn run(program: &mut Command, limit: Duration) -> String {
    program.stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(limit, program.output()).await.expect("the program ends in time").expect("the program starts");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{stdout}\n{}", String::from_utf8_lossy(&output.stderr));
    stdout
}
