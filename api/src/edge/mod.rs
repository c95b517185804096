//! Where the network ends: connections, and what holds for every request, whatever its route.
//!
//! `serve.rs` accepts connections, and `front.rs` admits requests: what is limited, by whom it is counted (`principal.rs`) and
//! in which order is said there. The layers around the routes are the other files.

mod address;
mod body;
mod budget;
mod compression;
mod conditional;
mod cors;
mod envelope;
mod front;
mod headers;
mod port;
mod principal;
mod query;
mod queue;
mod serve;
mod shed;
mod stall;

pub use address::TrustedProxies;
pub use compression::compression;
pub use cors::cors;
pub use envelope::envelope;
pub use front::{Front, RefusedBody, UploadPlace};
pub use headers::secure;
pub use port::Port;
pub use query::{Queries, query};
pub use serve::{Ending, raise_file_limit, serve};
