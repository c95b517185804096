//! The chat box, the dashboard and the demo: built by Vite in `web/`, embedded in the binary.

mod demo_token;
mod files;
mod pages;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;

use crate::state::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(pages::front))
        .route("/dashboard", get(pages::dashboard))
        .route("/demo", get(pages::demo))
        // Users type the trailing slash.
        .route("/dashboard/", get(Redirect::permanent("/dashboard")))
        .route("/demo/", get(Redirect::permanent("/demo")))
        .route("/docs/", get(Redirect::permanent("/docs")))
        .route("/demo/token", get(demo_token::demo_token))
        .route("/causerie.js", get(files::loader))
        .route("/causerie.d.ts", get(files::types))
        .route("/dashboard.js", get(files::dashboard))
        .route("/assets/{file}", get(files::asset))
}
