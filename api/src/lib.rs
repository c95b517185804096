//! The service: HTTP, the execution of commands, authentication, live streams, configuration and the binary.
//!
//! It uses all other crates and contains no SQL. Start at [`routes`] for the API, [`commands`] for the execution of a command,
//! [`live`] for the stream and [`service`] for the parts that run. ARCHITECTURE.md lists the layers of these modules.

pub mod address;
pub mod auth;
pub mod caller;
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
