//! Connections, and the handling that all requests share.
//!
//! `serve.rs` accepts connections. `front.rs` admits requests and lists the checks in their order;
//! `principal.rs` says whose limits a request counts against. The other files are the layers around
//! the routes.

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

pub use compression::compression;
pub use cors::cors;
pub use envelope::envelope;
pub use front::{Front, UploadPermit};
pub use headers::secure;
pub use port::Port;
pub use query::{QueryLimits, query};
pub use serve::{Shutdown, raise_file_limit, serve};
