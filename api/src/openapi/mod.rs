//! The contract as documents: OpenAPI 3.1 of the routes, AsyncAPI 3 of the live stream and of NATS, a JSON Schema for each
//! event type and version, and a page to read them.
//!
//! Schemas come from the types of requests and responses. A `Doc` next to each handler adds a name, a summary, an example and
//! error codes, and `complete.rs` makes the problem responses from the codes. The module knows no single command.

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
use serde_json::{Value, json};

pub(crate) use asyncapi::asyncapi;
pub(crate) use code_groups::{CONVERSATION, GROUP_NAME, MANAGER, MESSAGE_TEXT, SERVICE_CODES, STANDING, VOICE};
pub(crate) use doc::{Codes, Doc};
pub(crate) use documents::Documents;
pub(crate) use page::{SCRIPT, STYLE, page, problem_page};

/// The OpenAPI document of routes. aide collects schemas in a thread-local context while routes are built, so this function
/// builds them.
pub(crate) fn document_of<S: Clone + Send + Sync + 'static>(routes: impl FnOnce() -> ApiRouter<S>) -> Value {
    generate::reset_context();
    generate::in_context(|context| context.schema = schemas::response_settings().into_generator());
    let mut api = OpenApi::default();
    // Moves the schemas out of the context; the router itself is not needed.
    let _ = routes().finish_api(&mut api);
    let paths = json!(api.paths.unwrap_or_default());
    let schemas = api.components.map(|components| json!(components.schemas)).unwrap_or_default();
    complete::complete(paths, schemas)
}

pub(crate) fn parameter(name: &str) -> ReferenceOr<Parameter> {
    ReferenceOr::ref_(&format!("#/components/parameters/{name}"))
}
