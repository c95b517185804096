//! `causerie contracts`: the documents of the contract, as files.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::routes;

/// Writes OpenAPI, AsyncAPI and the JSON Schemas of the events.
#[derive(Debug, Args)]
pub(super) struct Contracts {
    /// The folder to write to; made where it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Contracts {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        routes::documents().write(&self.out).with_context(|| format!("cannot write to {}", self.out.display()))
    }
}
