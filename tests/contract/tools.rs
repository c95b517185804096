//! Programs of other languages that the tests use. `make test` fetches them, pinned, from the registries.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// The folder of a tool.
pub(crate) fn tool(name: &str) -> PathBuf {
    let tool = root().join(".causerie/tools").join(name);
    assert!(tool.join("done").exists(), "{name} is not there: run `make test`, which fetches it");
    tool
}

/// The root of this clone. Asked at run time: a binary built for one clone may be run in another.
pub(crate) fn root() -> PathBuf {
    Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).parent().unwrap().to_owned()
}

/// What a program says, which must succeed within the limit.
pub(crate) async fn said(program: &mut Command, limit: Duration) -> String {
    program.stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(limit, program.output()).await.expect("it ends in time").expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}
