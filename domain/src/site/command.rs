//! Commands to a site.

use causerie_events::SiteName;
use causerie_events::site::{Approval, GroupCreation};

use crate::actor::Actor;
use crate::site::Origin;

/// What can be asked of a site.
#[derive(Debug, Clone)]
pub enum SiteCommand {
    /// By the operator.
    RegisterSite(RegisterSite),
    /// By the owner.
    EnableMemberChat(SwitchMemberChat),
    /// By the owner.
    DisableMemberChat(SwitchMemberChat),
    /// By the owner.
    ChangeSettings(ChangeSettings),
    /// By the operator or the owner.
    ChangeSite(ChangeSite),
    /// By the operator.
    CloseSite(SwitchSite),
    /// By the operator.
    ReopenSite(SwitchSite),
}

/// Registers a tenant.
#[derive(Debug, Clone)]
pub struct RegisterSite {
    /// The actor.
    pub actor: Actor,
    /// Its name.
    pub name: SiteName,
    /// Its language as a BCP 47 tag.
    pub locale: String,
    /// Web origins that may call the API from a browser.
    pub allowed_origins: Vec<Origin>,
}

/// Changes what is given of a site.
#[derive(Debug, Clone)]
pub struct ChangeSite {
    /// The actor.
    pub actor: Actor,
    /// Its name.
    pub name: Option<SiteName>,
    /// Its language as a BCP 47 tag.
    pub locale: Option<String>,
    /// All web origins that may call the API from a browser.
    pub allowed_origins: Option<Vec<Origin>>,
}

/// Closes or reopens a site.
#[derive(Debug, Clone)]
pub struct SwitchSite {
    /// The actor.
    pub actor: Actor,
}

/// Turns member chat on or off.
#[derive(Debug, Clone)]
pub struct SwitchMemberChat {
    /// The actor.
    pub actor: Actor,
}

/// Changes the settings that are given.
#[derive(Debug, Clone)]
pub struct ChangeSettings {
    /// The actor.
    pub actor: Actor,
    /// How new members come in.
    pub approval: Option<Approval>,
    /// Who may create groups.
    pub group_creation: Option<GroupCreation>,
    /// The largest group.
    pub max_participants: Option<u32>,
}
