//! `causerie config`: is the configuration right, and what is it.

use clap::{Args, Subcommand};

use super::print;
use crate::config::{self, Config};
use crate::images::Images;
use crate::service::tokens;

#[derive(Debug, Args)]
pub(super) struct ConfigCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Whether `serve` could start with it: exit 0 when it is complete and right. Reaches no server of yours.
    Check,
    /// Everything that is set, defaults included; secrets are hidden.
    Show,
    /// A file with every key, what it is for, and its default.
    Example,
}

impl ConfigCommand {
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        match self.what {
            What::Check => {
                anyhow::ensure!(config.database.url.is_some(), "database.url is not set, nor database.url_file");
                anyhow::ensure!(config.nats.url.is_some(), "nats.url is not set, nor nats.url_file");
                config.nats.target()?;
                tokens(config).await?;
                Images::open(&config.images)?;
                print("the configuration is complete and right")?;
            }
            What::Show => print(toml::to_string(config)?.trim_end())?,
            What::Example => print(config::example().trim_end())?,
        }
        Ok(())
    }
}
