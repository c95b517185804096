//! Signed tokens, and tickets for streams.

mod claims;
mod jwks;
mod keys;
mod refusals;
mod tickets;
mod token;
mod token_roles;
mod verified;

pub use claims::{Claims, RefusedToken, SiteClaim};
pub use jwks::{PublishedKeys, REFRESH, Source};
pub use tickets::{TICKET_LIFETIME, TicketHolder, Tickets};
pub use token::{SigningError, Tokens};
pub use token_roles::TokenRoles;
