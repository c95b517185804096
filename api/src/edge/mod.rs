//! Where the network ends: connections, and what holds for every request, whatever its route.

mod compression;
mod conditional;
mod cors;
mod headers;
mod precondition;
mod queue;
mod serve;
mod shed;

pub use compression::compression;
pub use conditional::revalidate;
pub use cors::cors;
pub use headers::secure;
pub use precondition::Precondition;
pub use queue::{Queue, in_turn};
pub use serve::{raise_file_limit, serve};
pub use shed::{Gate, let_in};
