//! The log: append with guards, load an aggregate, read in order below the fence, and the relay
//! that copies the log to JetStream, with the follower that reads it from there.
//!
//! The crate depends on Postgres and NATS, and not on the meaning of events. Start at [`append`]
//! for writing, [`reader`] for the order, [`relay`] for the copy.

pub mod append;
pub mod cache;
pub mod conversation_key;
pub mod database;
mod epoch;
pub mod error;
pub mod feed;
pub mod follower;
pub mod group_commit;
pub mod headers;
pub mod lag;
pub mod load;
mod measure;
pub mod migrate;
pub mod nats;
pub mod pool;
pub mod pooler;
pub mod reader;
pub mod relay;
mod server;
pub mod session;
mod standby;
mod state;

pub use append::{Append, NewEvent};
pub use cache::{AggregateCache, Lookup};
pub use conversation_key::ConversationKey;
pub use database::Database;
pub use error::{PoolerError, StoreError, StoreErrorKind};
pub use feed::Feed;
pub use follower::Follower;
pub use group_commit::{AppendOutcome, FirstEvent, GroupCommit, GroupCommitError};
pub use lag::Lag;
pub use load::Loaded;
pub use nats::{Nats, NatsOptions, NatsOptionsError, NatsTarget};
pub use pool::Pool;
pub use relay::{LostEvent, Recovery, Relay, Relayed, Wake, relayed, require_own_stream};
pub use server::{DatabaseOptions, ServerError};
pub use session::Session;
