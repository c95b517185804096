//! `member_list`: the members of a site, as the roster shows them and as owner and staff see them, and who has blocked
//! whom.
//!
//! Start at [`list`]. Other read models take names and blocks from these tables, see `apart`.

pub(crate) mod apart;
mod contacts;
mod projector;
mod query;
mod search;
mod sites;
mod view;

pub use contacts::{Blocks, blocked_by, out_of_reach};
pub use projector::MemberListProjector;
pub use query::{ListMembers, Page, Viewer, get, get_many, list};
pub use sites::{ListSites, SitePage, SiteSummary, list_sites};
pub use view::{MemberView, Status};

/// The read model's name.
pub const NAME: &str = "member_list";
