//! `member_list`: the members of a site, as the roster shows them and as owner and staff see them.

mod projector;
mod query;

pub use projector::MemberListProjector;
pub use query::{ListMembers, MemberView, Page, Status, list};

/// The read model's name.
pub const NAME: &str = "member_list";
