//! Where the network ends: connections, and what holds for every request, whatever its route.

mod compression;
mod conditional;
mod cors;
mod envelope;
mod headers;
mod port;
mod precondition;
mod query;
mod queue;
mod serve;
mod shed;

pub use compression::compression;
pub use cors::cors;
pub use envelope::envelope;
pub use headers::secure;
pub use port::Port;
pub use precondition::Precondition;
pub use query::query;
pub use queue::Queue;
pub use serve::{Ending, raise_file_limit, serve};
pub use shed::Gate;
