//! A member of a site: whether they may be here, and how they appear.

mod command;
mod decide;
mod error;
mod standing;
mod state;
#[cfg(test)]
mod tests;

pub use command::{MemberCommand, ModerateMember, RegisterMember};
pub use error::MemberError;
pub use standing::Standing;
pub use state::{Member, Membership};
