//! Commands to a site read its own stream and who asks.

use causerie_domain::Site;
use causerie_domain::site::{self, Origin, SiteCommand};
use causerie_events::site::{Approval, GroupCreation};
use causerie_events::{SiteId, SiteName, StreamId};
use causerie_store::StoreError;

use super::{Command, Facts, Sender};

/// RegisterSite.
#[derive(Debug, Clone)]
pub struct RegisterSite {
    /// Its id.
    pub site: SiteId,
    /// Its name.
    pub name: SiteName,
    /// Its language.
    pub locale: String,
    /// Web origins that may call the API from a browser.
    pub allowed_origins: Vec<Origin>,
}

impl Command for RegisterSite {
    type Aggregate = Site;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::site(&self.site)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<SiteCommand, StoreError> {
        Ok(SiteCommand::RegisterSite(site::RegisterSite {
            actor: facts.actor(sender).await?,
            name: self.name.clone(),
            locale: self.locale.clone(),
            allowed_origins: self.allowed_origins.clone(),
        }))
    }
}

/// EnableMemberChat, DisableMemberChat.
#[derive(Debug, Clone)]
pub struct SwitchMemberChat {
    /// The site.
    pub site: SiteId,
    /// Whether members are to talk to each other.
    pub on: bool,
}

impl Command for SwitchMemberChat {
    type Aggregate = Site;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::site(&self.site)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<SiteCommand, StoreError> {
        let switch = site::SwitchMemberChat { actor: facts.actor(sender).await? };
        Ok(if self.on { SiteCommand::EnableMemberChat(switch) } else { SiteCommand::DisableMemberChat(switch) })
    }
}

/// ChangeSettings.
#[derive(Debug, Clone)]
pub struct ChangeSettings {
    /// The site.
    pub site: SiteId,
    /// How new members come in.
    pub approval: Option<Approval>,
    /// Who may create groups.
    pub group_creation: Option<GroupCreation>,
    /// The largest group.
    pub max_participants: Option<u32>,
}

impl Command for ChangeSettings {
    type Aggregate = Site;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::site(&self.site)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<SiteCommand, StoreError> {
        Ok(SiteCommand::ChangeSettings(site::ChangeSettings {
            actor: facts.actor(sender).await?,
            approval: self.approval,
            group_creation: self.group_creation,
            max_participants: self.max_participants,
        }))
    }
}

/// ChangeSite.
#[derive(Debug, Clone)]
pub struct ChangeSite {
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub name: Option<SiteName>,
    /// Its language.
    pub locale: Option<String>,
    /// All web origins that may call the API from a browser.
    pub allowed_origins: Option<Vec<Origin>>,
}

impl Command for ChangeSite {
    type Aggregate = Site;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::site(&self.site)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<SiteCommand, StoreError> {
        Ok(SiteCommand::ChangeSite(site::ChangeSite {
            actor: facts.actor(sender).await?,
            name: self.name.clone(),
            locale: self.locale.clone(),
            allowed_origins: self.allowed_origins.clone(),
        }))
    }
}

/// CloseSite, ReopenSite.
#[derive(Debug, Clone)]
pub struct SwitchSite {
    /// The site.
    pub site: SiteId,
    /// Whether it is to be closed.
    pub closed: bool,
}

impl Command for SwitchSite {
    type Aggregate = Site;

    fn stream(&self, _: &Sender) -> StreamId {
        StreamId::site(&self.site)
    }

    async fn look_up(&self, sender: &Sender, facts: &mut Facts<'_>) -> Result<SiteCommand, StoreError> {
        let switch = site::SwitchSite { actor: facts.actor(sender).await? };
        Ok(if self.closed { SiteCommand::CloseSite(switch) } else { SiteCommand::ReopenSite(switch) })
    }
}
