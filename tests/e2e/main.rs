//! The service end to end, through HTTP, streams, JetStream and the command line, on real servers.

mod downstream;
mod groups;
mod idempotence;
mod lifecycle;
mod live;
mod logs;
mod nodes;
mod observability;
mod paging;
mod problems;
mod read_your_writes;
mod scenario;
mod stopping;
mod tickets;
