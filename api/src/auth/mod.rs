//! Who calls: signed tokens, and the caller that a route asks for.

mod caller;
mod token;

pub use caller::{Caller, viewer};
pub use token::{Claims, SiteClaim, TokenError, Tokens};
