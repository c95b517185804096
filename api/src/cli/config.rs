//! `causerie config`: is the configuration right, and what is it.

use clap::{Args, Subcommand};

use super::print;
use crate::check;
use crate::config::{self, Config};
use crate::images::Images;
use crate::service::Role;

#[derive(Debug, Args)]
pub(super) struct ConfigCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Whether `serve` could start with it: exit 0 when it is complete and right.
    Check {
        /// Asks the servers too: Postgres, NATS, the place for images, the published keys. Changes nothing on them.
        #[arg(long)]
        connect: bool,
        /// For a process with these roles.
        #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Role::Api, Role::Relay, Role::Projector])]
        roles: Vec<Role>,
    },
    /// Everything that is set, defaults included; secrets are hidden.
    Show,
    /// A file with every key, what it is for, and its default.
    Example,
}

impl ConfigCommand {
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        match self.what {
            What::Check { connect, roles } => {
                check::values(config, &roles)?;
                if roles.contains(&Role::Api) {
                    Images::check(&config.images)?;
                    check::keys_at_hand(config).await?;
                }
                if connect {
                    servers(config, &roles).await?;
                }
                print("the configuration is complete and right")?;
            }
            What::Show => print(toml::to_string(config)?.trim_end())?,
            What::Example => print(config::example().trim_end())?,
        }
        Ok(())
    }
}

async fn servers(config: &Config, roles: &[Role]) -> anyhow::Result<()> {
    let mut wrong = Vec::new();
    for (server, checked) in check::servers(config, roles).await {
        match checked {
            Ok(found) => print(&format!("{server}: {found}"))?,
            Err(error) => wrong.push(format!("{server}: {error:#}")),
        }
    }
    anyhow::ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
