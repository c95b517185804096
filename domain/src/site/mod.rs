//! A site: one tenant, with its one switch for member chat.

mod command;
mod decide;
mod error;
mod state;
#[cfg(test)]
mod tests;

pub use command::{ChangeSettings, RegisterSite, SiteCommand, SwitchMemberChat};
pub use decide::{GROUP_SIZES, MAX_LOCALE, MAX_ORIGIN_HOST, MAX_ORIGINS};
pub use error::SiteError;
pub use state::{MemberChat, Registration, Settings, Site};
