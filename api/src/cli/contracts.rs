//! `causerie contracts`: writes the documents of the API contract.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::routes;

#[derive(Debug, Args)]
pub(super) struct Contracts {
    /// The output folder, created if it is missing.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Contracts {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        routes::documents().write(&self.out).with_context(|| format!("cannot write to {}", self.out.display()))
    }
}
