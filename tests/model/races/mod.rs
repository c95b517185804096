//! Many callers of two processes race each other, and afterwards the log is held against the responses and against the rules
//! of the model.
//!
//! `database.rs` delays appends, so that the windows aimed at are hit, and counts the hits: a window that was never hit was
//! not tested.

mod database;
mod forbidden;
mod hang_ups;
mod lost_connections;
mod one_id;
mod tries;

/// Names the seed of a run.
const SEED: &str = "HISTORY_SEED";
