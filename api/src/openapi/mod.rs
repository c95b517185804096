//! The contract as documents: OpenAPI 3.1 of the routes, AsyncAPI 3 of the live stream and of NATS, a JSON Schema for each
//! event type and version, and a page to read them.
//!
//! Types say what goes in and out; a `Doc` beside each handler adds its name, a sentence, an example and the codes it can
//! refuse with; `complete.rs` makes the answers of an operation from those codes. Must not know what a command does.

mod asyncapi;
mod code_groups;
mod complete;
mod doc;
mod documents;
mod examples;
mod inputs;
mod page;
mod revisions;
mod schemas;
mod shared;
#[cfg(test)]
mod tests;

use aide::axum::ApiRouter;
use aide::generate;
use aide::openapi::{OpenApi, Parameter, ReferenceOr};
use axum::Router;
use serde_json::{Value, json};

pub(crate) use asyncapi::asyncapi;
pub(crate) use code_groups::{CONVERSATION, GROUP_NAME, MANAGER, MESSAGE_TEXT, OF_THE_SERVICE, STANDING, VOICE};
pub(crate) use doc::{Codes, Doc};
pub(crate) use documents::Documents;
pub(crate) use page::{SCRIPT, STYLE, page, problem_page};

/// Takes the routes apart: the router, and the document of its operations. aide collects schemas in this thread while the
/// routes are written, so they are written in here.
pub(crate) fn documented<S: Clone + Send + Sync + 'static>(
    routes: impl FnOnce() -> ApiRouter<S>,
) -> (Router<S>, Value) {
    generate::reset_context();
    generate::in_context(|context| context.schema = schemas::sent().into_generator());
    let mut api = OpenApi::default();
    let finished = routes().finish_api(&mut api);
    let paths = json!(api.paths.unwrap_or_default());
    let schemas = api.components.map(|components| json!(components.schemas)).unwrap_or_default();
    (finished, complete::complete(paths, schemas))
}

/// A parameter that more than one operation has.
pub(crate) fn parameter(name: &str) -> ReferenceOr<Parameter> {
    ReferenceOr::ref_(&format!("#/components/parameters/{name}"))
}
