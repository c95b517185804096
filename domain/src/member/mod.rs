//! A member of a site: whether they may be here, how they appear, and whom they have blocked.

mod command;
mod contacts;
mod decide;
mod error;
mod moderate;
mod standing;
mod state;
#[cfg(test)]
mod tests;

pub use command::{
    BlockContact, ChangeCommunity, ChangeMember, LabelMember, MemberCommand, Moderate, Moderation, RegisterMember,
    ReplayLog, Tag,
};
pub use contacts::MAX_BLOCKED;
pub use decide::{MAX_AVATAR_URL, is_picture_address};
pub use error::MemberError;
pub use moderate::MAX_LABELS;
pub use standing::Standing;
pub use state::{Member, Membership, STAFF};
