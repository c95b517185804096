//! A member of a site: registration, profile, standing, and the members whom they have blocked.

mod contacts;
mod log;
mod moderate;
mod registration;
mod state;
#[cfg(test)]
mod tests;

pub use contacts::{BlockContact, ContactFacts, MAX_BLOCKED_CONTACTS};
pub use log::ReplayLog;
pub use moderate::{LabelMember, MAX_LABELS, ModerateMember, Moderation, RoleOrBadge};
pub use registration::{
    ChangeCommunity, ChangeMember, MAX_AVATAR_URL, RegisterMember, RegistrationFacts, is_avatar_url,
};
pub use state::{Member, RegisteredMember, STAFF};
