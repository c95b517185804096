//! `causerie dev` and its servers, killed and restarted: each acknowledged message exists once, everywhere.

#![expect(clippy::expect_used, clippy::panic, reason = "what fails here fails the test, with a sentence")]

mod restart;
mod restored;
mod stack;
mod without_read_models;
mod writers;
