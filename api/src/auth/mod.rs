//! Who calls: signed tokens, the caller that a route asks for, and tickets for streams.

mod admission;
mod caller;
mod tickets;
mod token;

pub use admission::StreamCaller;
pub use caller::{Caller, viewer};
pub use tickets::{Admitted, TICKET_LIFETIME, Tickets};
pub use token::{Claims, SiteClaim, TokenError, Tokens};
