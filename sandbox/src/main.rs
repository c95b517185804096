//! `causerie-sandbox run [--durable] -- COMMAND ARGS…` runs a command with a Postgres, as `make test` does.
//! `causerie-sandbox tools` fetches the server binaries and starts nothing.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};

use causerie_sandbox::{Options, PostgresServer, Sandbox, SandboxError, Scratch, fetch_tools, testing, tools_dir};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "usage: causerie-sandbox run [--durable] -- COMMAND [ARGUMENTS…]\n       causerie-sandbox tools";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map_while(|argument| argument.to_str()).take(3).collect();
    let result = match words.as_slice() {
        ["tools"] => tools().await,
        ["run", "--", ..] if arguments.len() > 2 => run(&arguments[2..], false).await,
        ["run", "--durable", "--"] if arguments.len() > 3 => run(&arguments[3..], true).await,
        _ => {
            print_line(USAGE);
            return ExitCode::from(2);
        }
    };
    result.unwrap_or_else(|error| {
        print_line(&format!("causerie-sandbox: {error}"));
        ExitCode::FAILURE
    })
}

async fn tools() -> Result<ExitCode, SandboxError> {
    let tools = fetch_tools(&tools_dir()).await?;
    print_line(&format!("postgres    {}", tools.postgres_bin.display()));
    print_line(&format!("nats-server {}", tools.nats_server.display()));
    Ok(ExitCode::SUCCESS)
}

async fn run(command: &[OsString], durable: bool) -> Result<ExitCode, SandboxError> {
    let tools_dir = tools_dir();
    // Fetches nats-server for the tests too, so that an error shows here and not in a test.
    fetch_tools(&tools_dir).await?;
    let scratch = if durable { Scratch::new(&tools_dir)? } else { Scratch::in_memory(&tools_dir)? };
    let sandbox = Sandbox::start(Options {
        data_dir: scratch.path().to_owned(),
        tools_dir: tools_dir.clone(),
        postgres: true,
        nats: false,
        durable,
    })
    .await?;
    let url = sandbox.postgres.as_ref().map(PostgresServer::url);
    let absolute = std::path::absolute(&tools_dir).unwrap_or(tools_dir);
    let (program, arguments) = command.split_at(1);
    let ended = follow(
        Command::new(&program[0])
            .args(arguments)
            .env(testing::POSTGRES_URL, url.unwrap_or_default())
            .env("CAUSERIE_TOOLS_DIR", absolute),
    )
    .await;
    sandbox.stop().await?;
    drop(scratch);
    ended.map(exit_code).map_err(|source| SandboxError::Run { program: (&program[0]).into(), source })
}

/// Runs the command to its end and forwards signals to it.
async fn follow(command: &mut Command) -> std::io::Result<ExitStatus> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut child = command.spawn()?;
    // The terminal sends Ctrl-C to the command too, which is in the same process group. Forwarding it would send it
    // twice, and nextest stops without clean-up at a second one.
    let at_a_terminal = std::io::stdin().is_terminal();
    loop {
        tokio::select! {
            status = child.wait() => return status,
            _ = interrupt.recv() => if !at_a_terminal { forward(&child, Signal::SIGINT) },
            _ = terminate.recv() => forward(&child, Signal::SIGTERM),
        }
    }
}

fn forward(child: &Child, signal: Signal) {
    if let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) {
        let _ = kill(Pid::from_raw(pid), signal);
    }
}

/// As in a shell: 128 plus the signal for a command that a signal ended.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

fn print_line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
