//! Many callers of two processes race each other. Afterwards the log is compared with the responses and
//! with the rules of the oracle.
//!
//! `database.rs` delays appends, so that conflicts occur, and counts them: a conflict
//! that never occurred was not tested.

mod attempts;
mod database;
mod forbidden;
mod hang_ups;
mod lost_connections;
mod one_id;

/// Names the seed of a run.
const SEED: &str = "HISTORY_SEED";
