//! What an endpoint says of itself beyond its types: its name, one sentence, an example, and what it refuses.

use aide::openapi::Operation;
use aide::transform::TransformOperation;
use serde_json::{Value, json};

use crate::codes::Code;

/// Kept on an operation until `complete.rs` writes its answers from them.
pub(super) const REFUSALS: &str = "x-refusals";
pub(super) const EXAMPLE: &str = "x-example";
pub(super) const ANSWERS: &str = "x-answers";

/// Codes that go together.
pub(crate) type Codes = &'static [Code];

/// The documentation of one operation. A constant beside its handler.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doc {
    id: &'static str,
    summary: &'static str,
    more: &'static str,
    limit: Option<(usize, &'static str)>,
    example: &'static str,
    refusals: &'static [Codes],
    parameters: &'static [&'static str],
    answers: &'static [(u16, &'static str)],
}

impl Doc {
    /// A command or query: its name, and what it does in a sentence.
    pub(crate) const fn new(id: &'static str, summary: &'static str) -> Self {
        Self { id, summary, more: "", limit: None, example: "", refusals: &[], parameters: &[], answers: &[] }
    }

    /// What else a caller should know.
    pub(crate) const fn more(self, more: &'static str) -> Self {
        Self { more, ..self }
    }

    /// A limit that no type shows, and of what. From the constant that the code itself holds to.
    pub(crate) const fn at_most(self, number: usize, of: &'static str) -> Self {
        Self { limit: Some((number, of)), ..self }
    }

    /// An example of its body, as JSON.
    pub(crate) const fn example(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    /// The codes it can refuse with, beside those that its extractors give.
    pub(crate) const fn refuses(self, refusals: &'static [Codes]) -> Self {
        Self { refusals, ..self }
    }

    /// Parameters that its handler reads by itself, by their names among the components.
    pub(crate) const fn parameters(self, parameters: &'static [&'static str]) -> Self {
        Self { parameters, ..self }
    }

    /// Its answers by status and media type, where the handler's type does not tell.
    pub(crate) const fn answers(self, answers: &'static [(u16, &'static str)]) -> Self {
        Self { answers, ..self }
    }

    /// Writes it on the operation.
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
                refuse(inner, codes);
            }
            inner.parameters.extend(self.parameters.iter().map(|name| super::parameter(name)));
            if let Ok(example) = serde_json::from_str(self.example) {
                inner.extensions.insert(EXAMPLE.to_owned(), example);
            }
            if !self.answers.is_empty() {
                inner.extensions.insert(ANSWERS.to_owned(), json!(self.answers));
            }
            operation
        }
    }
}

/// Notes codes that an operation can refuse with.
pub(super) fn refuse(operation: &mut Operation, codes: Codes) {
    let noted = operation.extensions.entry(REFUSALS.to_owned()).or_insert_with(|| json!([]));
    if let Value::Array(noted) = noted {
        noted.extend(codes.iter().map(|code| noted_code(*code)));
    }
}

/// A code as [`REFUSALS`] lists it: its status and its name.
pub(super) fn noted_code(code: Code) -> Value {
    json!([code.status().as_u16(), code.name()])
}
