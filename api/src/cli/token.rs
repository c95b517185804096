//! `causerie token`: prints a signed token, or a link that signs in to the dashboard with it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use causerie_domain::Role;
use causerie_events::AddressableMemberId;
use clap::{Args, ValueEnum};
use reqwest::Url;

use super::duration::duration;
use super::health::reachable;
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
    /// Prints a link that opens the dashboard with the token of an owner or staff. It is valid as long as the token. By
    /// default the service is the one that listens on this machine.
    #[arg(long, value_name = "ORIGIN", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "how clap reads an option whose value may be left out")]
    link: Option<Option<Url>>,
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
        if self.link.is_some() && !matches!(role, Role::Staff | Role::Owner) {
            anyhow::bail!("the dashboard is for owner and staff; add --role owner or --role staff");
        }
        let listen = config.server.listen;
        let tokens = tokens(&with_secret(config, data)?).await?;
        let token = tokens.sign(&self.member.member(), &site, role, self.name, self.ttl)?;
        match self.link {
            None => print(&token)?,
            Some(origin) => print(dashboard_link(origin, listen, &token)?.as_str())?,
        }
        Ok(())
    }
}

/// The token is in the fragment, which browsers do not send, so that no log of a server contains it.
fn dashboard_link(origin: Option<Url>, listen: SocketAddr, token: &str) -> anyhow::Result<Url> {
    let origin = match origin {
        Some(origin) => origin,
        None => Url::parse(&format!("http://{}", reachable(listen)))?,
    };
    anyhow::ensure!(
        matches!(origin.scheme(), "http" | "https"),
        "--link must be an origin such as https://chat.example.com"
    );
    let mut link = origin.join("/dashboard")?;
    link.set_fragment(Some(&format!("token={token}")));
    Ok(link)
}
