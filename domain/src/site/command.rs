//! Commands to a site.

use causerie_events::SiteName;

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
