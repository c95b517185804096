//! The chat box, the dashboard and the demo: built by Vite in `web/`, carried in the binary.

mod demo_token;
mod files;
mod pages;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;

use crate::state::AppState;

/// Their addresses.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(pages::front))
        .route("/dashboard", get(pages::dashboard))
        .route("/demo", get(pages::demo))
        // As people type them.
        .route("/dashboard/", get(Redirect::permanent("/dashboard")))
        .route("/demo/", get(Redirect::permanent("/demo")))
        .route("/docs/", get(Redirect::permanent("/docs")))
        .route("/demo/token", get(demo_token::give_demo_token))
        .route("/causerie.js", get(files::loader))
        .route("/causerie.d.ts", get(files::types))
        .route("/assets/{file}", get(files::asset))
}
