//! The rules of the product, written independently of the service: what a log means, what each caller
//! may do, and what each caller sees. Every suite that needs a rule uses these; no other copy exists
//! outside the domain.
//!
//! [`SiteState`] is the fold of the log of one site (`state.rs`, `member.rs`, `conversation.rs`,
//! `message.rs`). On it stand the rules of visibility (`visibility.rs`), the refusals of requests and
//! the requests that append events (`site.rs`, `group.rs`, `message.rs`, with the codes in
//! `refusal.rs`), the events that a log must not contain (`forbidden.rs`), and the responses of queries
//! (`views/`; those of messages in `message.rs`).

mod conversation;
mod difference;
mod forbidden;
mod group;
mod member;
mod message;
mod refusal;
mod request;
mod site;
mod state;
mod views;
mod visibility;

pub use conversation::{Conversation, Kind, Participant};
pub use difference::differences;
pub use forbidden::forbidden_events;
pub use member::{Member, Standing};
pub use message::Message;
pub use refusal::Refusal;
pub use request::{Request, Token, first_refusal};
pub use state::{Participation, Role, Settings, SiteState};
pub use views::{ConversationFilter, MemberFilter};
