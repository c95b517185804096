//! Where everything meets: HTTP, commands, authentication, the live stream, configuration and the binary.
//!
//! This room knows all others and must not know SQL. Start at [`routes`] for what the outside sees, [`commands`] for how a
//! command is executed, [`live`] for the stream, [`service`] for what runs.

pub mod auth;
pub mod check;
pub mod cli;
pub mod codes;
pub mod commands;
pub mod config;
pub mod connect;
pub mod demo;
pub mod edge;
pub mod images;
pub mod limits;
pub mod live;
pub mod log_bound;
pub mod observe;
pub mod openapi;
pub mod problem;
pub mod request;
pub mod role;
pub mod routes;
pub mod service;
pub mod state;
mod tally;
pub mod telemetry;
pub mod views;
mod web;
