//! Starts both servers in a folder, prints their pids and waits until it is killed. The tests of this crate kill it.
//! Usage: `owner FOLDER [--pause]`.

use std::error::Error;
use std::io::{Write, stdout};
use std::path::Path;

use causerie_sandbox::{Options, Sandbox};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().ok_or("usage: owner FOLDER [--pause]")?;
    let mut sandbox = Sandbox::start(Options::new(folder)).await?;
    let postgres = sandbox.postgres.as_mut().ok_or("no Postgres")?;
    let nats = sandbox.nats.as_mut().ok_or("no nats-server")?;
    postgres.sql("CREATE TABLE IF NOT EXISTS sample AS SELECT 42 AS n").await?;
    let pid = |folder: &Path| std::fs::read_to_string(folder.join("pid"));
    let above = postgres.data_dir().parent().ok_or("no folder above the data")?;
    let pids = [pid(above)?, pid(nats.data_dir())?];
    if arguments.next().is_some_and(|argument| argument == "--pause") {
        postgres.pause()?;
        nats.pause()?;
    }
    writeln!(stdout(), "{}", pids.map(|pid| pid.trim().to_owned()).join(" "))?;
    std::future::pending().await
}
