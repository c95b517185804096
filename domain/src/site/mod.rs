//! A site: one tenant, with its one switch for member chat.

mod command;
mod decide;
mod error;
mod origin;
mod state;
#[cfg(test)]
mod tests;

pub use command::{ChangeSettings, ChangeSite, RegisterSite, SiteCommand, SwitchMemberChat, SwitchSite};
pub use decide::{GROUP_SIZES, MAX_LOCALE, MAX_ORIGINS};
pub use error::SiteError;
pub use origin::{MAX_ORIGIN_HOST, Origin};
pub use state::{MemberChat, Registration, Settings, Site};
