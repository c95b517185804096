//! The benchmarks: how fast a command is, how fast the log is read and projected, how fast a query is answered, each
//! beside a baseline in the same run.
//!
//! `causerie-bench commands` measures SendMessage in process, against plain INSERTs and against cqrs-es with postgres-es
//! as documented; `causerie-bench replay` reads the log to its end; `causerie-bench queries` fills the read models from the
//! log and asks them; `relay`, `projections` and `streams` measure what comes after the log, `chat` and `overload` the whole
//! service. Each starts a durable Postgres of its own. Results are lines of JSON on stdout and a table on stderr;
//! `README.md` says how to read them.
//!
//! Start at [`commands`] for what is measured and in which order, at [`load`] for how, and at [`subjects`] for whom.

mod all;
mod book;
mod chat;
mod cli;
mod commands;
mod duration;
mod fill;
mod growth;
mod load;
mod machine;
mod message;
mod office;
mod overload;
mod progress;
mod projections;
mod queries;
mod relay;
mod replay;
mod report;
mod rooms;
mod server;
mod stage;
mod start;
mod streams;
mod subjects;
mod usage;

use std::process::ExitCode;

/// As the service has it.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    cli::main()
}
