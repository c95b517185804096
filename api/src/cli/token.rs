//! `causerie token`: prints a signed token.

use std::path::Path;
use std::time::Duration;

use causerie_domain::Role;
use causerie_events::AddressableMemberId;
use clap::{Args, ValueEnum};

use super::duration::duration;
use super::print;
use super::servers::with_secret;
use crate::auth::SiteClaim;
use crate::config::Config;
use crate::connect::tokens;

#[derive(Debug, Args)]
pub(super) struct Token {
    /// The site; `*` in an operator's token means all sites.
    #[arg(long)]
    site: String,
    /// The member id: the `sub` of the token.
    #[arg(long)]
    member: AddressableMemberId,
    /// The role of the member on the site.
    #[arg(long, value_enum, default_value_t = RoleName::Member)]
    role: RoleName,
    /// The display name of the member.
    #[arg(long)]
    name: Option<String>,
    /// The lifetime of the token: 90s, 15m, 1h, 7d.
    #[arg(long, default_value = "1h", value_parser = duration)]
    ttl: Duration,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    Member,
    Staff,
    Owner,
    Operator,
}

impl Token {
    pub(super) async fn run(self, config: Config, data: &Path) -> anyhow::Result<()> {
        let role = match self.role {
            RoleName::Member => Role::Member,
            RoleName::Staff => Role::Staff,
            RoleName::Owner => Role::Owner,
            RoleName::Operator => Role::Operator,
        };
        let site = match self.site.as_str() {
            "*" if role == Role::Operator => SiteClaim::All,
            "*" => anyhow::bail!("only an operator's token can be valid for all sites; add --role operator"),
            site => SiteClaim::One(site.parse()?),
        };
        let tokens = tokens(&with_secret(config, data)?).await?;
        print(&tokens.sign(&self.member.member(), &site, role, self.name, self.ttl)?)?;
        Ok(())
    }
}
