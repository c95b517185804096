//! Commands to a site read its own stream only.

use causerie_domain::Site;
use causerie_domain::site::{RegisterSite, SiteCommand, SwitchMemberChat};
use causerie_events::{SiteId, SiteName};

use super::execute::Attempt;
use super::{CommandError, Commands, Receipt, Sender};

/// What a new site is.
#[derive(Debug, Clone)]
pub struct NewSite {
    /// Its name.
    pub name: SiteName,
    /// Its language.
    pub locale: String,
    /// Web origins that may call the API from a browser.
    pub allowed_origins: Vec<String>,
}

impl Commands {
    /// RegisterSite.
    pub async fn register_site(
        &self,
        sender: Sender,
        site: SiteId,
        new: NewSite,
    ) -> Result<Receipt<Site>, CommandError> {
        let command = SiteCommand::RegisterSite(RegisterSite {
            actor: sender.actor.clone(),
            name: new.name,
            locale: new.locale,
            allowed_origins: new.allowed_origins,
        });
        self.to_site(sender, site, command).await
    }

    /// EnableMemberChat, DisableMemberChat.
    pub async fn switch_member_chat(
        &self,
        sender: Sender,
        site: SiteId,
        on: bool,
    ) -> Result<Receipt<Site>, CommandError> {
        let switch = SwitchMemberChat { actor: sender.actor.clone() };
        let command = if on { SiteCommand::EnableMemberChat(switch) } else { SiteCommand::DisableMemberChat(switch) };
        self.to_site(sender, site, command).await
    }

    async fn to_site(&self, sender: Sender, site: SiteId, command: SiteCommand) -> Result<Receipt<Site>, CommandError> {
        self.execute(sender, move |commands| {
            let (site, command) = (site.clone(), command.clone());
            async move { Ok(Attempt { target: commands.site(&site).await?, guards: Vec::new(), command }) }
        })
        .await
    }
}
