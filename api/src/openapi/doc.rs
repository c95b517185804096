//! The documentation of an endpoint beyond its types: name, summary, example and error codes.

use aide::openapi::Operation;
use aide::transform::TransformOperation;
use serde_json::{Value, json};

use crate::codes::Code;

/// Extensions of an operation until `complete.rs` replaces them with responses.
pub(super) const REFUSALS: &str = "x-refusals";
pub(super) const EXAMPLE: &str = "x-example";
pub(super) const RESPONSES: &str = "x-responses";

pub(crate) type Codes = &'static [Code];

/// The documentation of an operation, as a constant next to its handler.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doc {
    id: &'static str,
    summary: &'static str,
    more: &'static str,
    limit: Option<(usize, &'static str)>,
    example: &'static str,
    refusals: &'static [Codes],
    parameters: &'static [&'static str],
    responses: &'static [(u16, &'static str)],
}

impl Doc {
    /// The name of a command or query, and a summary in one sentence.
    pub(crate) const fn new(id: &'static str, summary: &'static str) -> Self {
        Self { id, summary, more: "", limit: None, example: "", refusals: &[], parameters: &[], responses: &[] }
    }

    pub(crate) const fn more(self, more: &'static str) -> Self {
        Self { more, ..self }
    }

    /// A limit that no type shows, and its unit. Use the constant that the code checks.
    pub(crate) const fn at_most(self, number: usize, of: &'static str) -> Self {
        Self { limit: Some((number, of)), ..self }
    }

    /// An example of the body, as JSON.
    pub(crate) const fn example(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    /// Error codes in addition to those of the extractors.
    pub(crate) const fn refuses(self, refusals: &'static [Codes]) -> Self {
        Self { refusals, ..self }
    }

    /// Shared parameters that the handler reads itself, by their names in `components`.
    pub(crate) const fn parameters(self, parameters: &'static [&'static str]) -> Self {
        Self { parameters, ..self }
    }

    /// Responses by status and media type, if the type of the handler does not determine them.
    pub(crate) const fn responds(self, responses: &'static [(u16, &'static str)]) -> Self {
        Self { responses, ..self }
    }

    pub(crate) fn write(self) -> impl FnOnce(TransformOperation<'_>) -> TransformOperation<'_> {
        move |operation| {
            let mut operation = operation.id(self.id).summary(self.summary);
            let limit = self.limit.map(|(number, of)| format!("At most {number} {of}."));
            let more: Vec<&str> =
                [self.more].into_iter().chain(limit.as_deref()).filter(|more| !more.is_empty()).collect();
            if !more.is_empty() {
                operation = operation.description(&more.join(" "));
            }
            let inner = operation.inner_mut();
            for codes in self.refusals {
                add_codes(inner, codes);
            }
            inner.parameters.extend(self.parameters.iter().map(|name| super::parameter(name)));
            if let Ok(example) = serde_json::from_str(self.example) {
                inner.extensions.insert(EXAMPLE.to_owned(), example);
            }
            if !self.responses.is_empty() {
                inner.extensions.insert(RESPONSES.to_owned(), json!(self.responses));
            }
            operation
        }
    }
}

pub(super) fn add_codes(operation: &mut Operation, codes: Codes) {
    let codes_so_far = operation.extensions.entry(REFUSALS.to_owned()).or_insert_with(|| json!([]));
    if let Value::Array(codes_so_far) = codes_so_far {
        codes_so_far.extend(codes.iter().map(|code| code_entry(*code)));
    }
}

/// An entry of [`REFUSALS`]: status and name.
pub(super) fn code_entry(code: Code) -> Value {
    json!([code.status().as_u16(), code.name()])
}
