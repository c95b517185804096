//! Who calls: signed tokens, and the caller that a route asks for.

mod caller;
mod token;

pub use caller::Caller;
pub use token::{Claims, SiteClaim, TokenError, Tokens};
