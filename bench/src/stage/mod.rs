//! What a load on the whole service needs: `causerie serve` as a process of its own, with its Postgres and NATS; a site
//! with members in groups; and who of them all uses the processors.

mod cores;
mod service;
mod town;

pub(crate) use cores::{Cores, Crew};
pub(crate) use service::{Service, binary};
pub(crate) use town::{Group, Town};
