//! A site: a tenant, with its settings and the switch for member chat.

mod commands;
mod origin;
mod state;
#[cfg(test)]
mod tests;

pub use commands::{
    ChangeSettings, ChangeSite, GROUP_SIZES, MAX_BADGE_STYLES, MAX_LOCALE, MAX_ORIGINS, RegisterSite, SwitchMemberChat,
    SwitchSite,
};
pub use origin::{MAX_ORIGIN_HOST, Origin};
pub use state::{RegisteredSite, Site, SiteSettings};
