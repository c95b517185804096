//! Who calls: signed tokens, the caller that a route asks for, and tickets for streams.

mod admission;
mod authentication;
mod caller;
mod claims;
mod jwks;
mod keys;
mod tickets;
mod token;
mod verified;

pub use admission::StreamCaller;
pub use authentication::Authentication;
pub use caller::{Caller, viewer};
pub use claims::{Claims, SiteClaim};
pub use jwks::{Published, REFRESH, Source};
pub use tickets::{Admitted, TICKET_LIFETIME, Tickets};
pub use token::{TokenError, Tokens};
