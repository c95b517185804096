//! `causerie config`: validates and prints the configuration.

use clap::{Args, Subcommand};

use super::print;
use crate::check;
use crate::config::{self, Config};
use crate::images::Images;
use crate::role::Role;

#[derive(Debug, Args)]
pub(super) struct ConfigCommand {
    #[command(subcommand)]
    action: ConfigAction,
}

#[derive(Debug, Subcommand)]
enum ConfigAction {
    /// Checks whether `serve` can start with the configuration: exit code 0 if it can.
    Check {
        /// Also checks Postgres, NATS, the image store and the published keys. Changes nothing.
        #[arg(long)]
        connect: bool,
        /// The roles of the process.
        #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Role::Api, Role::Relay, Role::Projector])]
        roles: Vec<Role>,
    },
    /// Prints all settings, including defaults. Secrets are hidden.
    Show,
    /// Prints a file with every key, its description and its default.
    Example,
}

impl ConfigCommand {
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        match self.action {
            ConfigAction::Check { connect, roles } => {
                check::check_values(config, &roles)?;
                if roles.contains(&Role::Api) {
                    Images::check(&config.images)?;
                    check::check_local_keys(config).await?;
                }
                if connect {
                    servers(config, &roles).await?;
                }
                print("configuration is valid")?;
            }
            ConfigAction::Show => print(toml::to_string(config)?.trim_end())?,
            ConfigAction::Example => print(config::example().trim_end())?,
        }
        Ok(())
    }
}

async fn servers(config: &Config, roles: &[Role]) -> anyhow::Result<()> {
    let mut failures = Vec::new();
    for (server, checked) in check::check_servers(config, roles).await {
        match checked {
            Ok(found) => print(&format!("{server}: {found}"))?,
            Err(error) => failures.push(format!("{server}: {error:#}")),
        }
    }
    anyhow::ensure!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}
