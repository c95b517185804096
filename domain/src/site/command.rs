//! Commands to a site.

use causerie_events::SiteName;
use causerie_events::site::{Approval, GroupCreation};

use crate::actor::Actor;

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
}

/// Registers a tenant.
#[derive(Debug, Clone)]
pub struct RegisterSite {
    /// Who asks.
    pub actor: Actor,
    /// Its name.
    pub name: SiteName,
    /// Its language as a BCP 47 tag.
    pub locale: String,
    /// Web origins that may call the API from a browser.
    pub allowed_origins: Vec<String>,
}

/// Turns member chat on or off.
#[derive(Debug, Clone)]
pub struct SwitchMemberChat {
    /// Who asks.
    pub actor: Actor,
}

/// Changes the settings that are given.
#[derive(Debug, Clone)]
pub struct ChangeSettings {
    /// Who asks.
    pub actor: Actor,
    /// How new members come in.
    pub approval: Option<Approval>,
    /// Who may create groups.
    pub group_creation: Option<GroupCreation>,
    /// The largest group.
    pub max_participants: Option<u32>,
}
