//! `member_list`: the members of a site, as members and as owner and staff see them, and the blocks
//! between members.
//!
//! Start at [`list`]. Other read models join names and blocks from these tables, see `sql`.

mod contacts;
mod counts;
mod projector;
mod query;
mod search;
mod sites;
pub(crate) mod sql;
mod view;

pub use contacts::{Blocks, blocked_by, out_of_reach};
pub use counts::{MemberCounts, count};
pub use projector::MemberListProjector;
pub use query::{ListMembers, MemberPage, Viewer, get, get_many, list};
pub use sites::{ListSites, SitePage, SiteSummary, list_sites};
pub use view::{MemberStatus, MemberView};

pub const NAME: &str = "member_list";
