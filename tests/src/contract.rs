//! Checks every response that any test receives against the document of the API: status, media type,
//! headers and body. The document must contain each of them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::response::ApiResponse;

/// By operation and status.
type Validators = HashMap<(String, u16), Arc<Validator>>;

/// The document in `contracts/`.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        let text = std::fs::read_to_string(folder().join("openapi.json")).expect("contracts/openapi.json is there");
        serde_json::from_str(&text).expect("contracts/openapi.json is JSON")
    });
    &DOCUMENT
}

/// `contracts/`. Determined at run time: a binary built for one clone may run in another.
pub fn folder() -> PathBuf {
    let here = std::env::var("CARGO_MANIFEST_DIR").expect("cargo says where the tests are");
    Path::new(&here).parent().expect("the tests are a folder of the workspace").join("contracts")
}

pub(crate) fn require_documented(response: &ApiResponse) {
    let (method, path) = response.request.split_once(' ').expect("METHOD /path");
    // The framework refuses unknown paths and methods.
    let Some(template) = template_of(path) else { return };
    let Some(operation) = document()["paths"][template].get(method.to_lowercase()) else { return };
    let name = operation["operationId"].as_str().unwrap_or_default();
    let ApiResponse { status, text, json, .. } = response;
    let documented = resolve(&operation["responses"][status.to_string()]);
    assert!(!documented.is_null(), "{name} returns {status}, which its document does not contain: {text}");

    let headers = documented["headers"].as_object().into_iter().flatten();
    for (header, _) in headers.filter(|(_, header)| resolve(header)["required"] == true) {
        assert!(response.headers.contains_key(header), "{name} returns {status} without {header}");
    }
    let Some(content) = documented["content"].as_object() else {
        assert!(text.is_empty(), "{name} returns {status} with a body, which its document does not contain: {text}");
        return;
    };
    let media_type = response.header("content-type").split(';').next().unwrap_or_default();
    let content = content.get(media_type);
    let schema = content.unwrap_or_else(|| panic!("{name} returns {status} as {media_type:?}: {text}"));
    if let Some(error) = validator(name, *status, &schema["schema"]).iter_errors(json).next() {
        panic!(
            "{name} returns {status} with content that its document does not contain, at {}: {error}\n{text}",
            error.instance_path()
        );
    }
}

/// The path of the document that a path matches: the one with the fewest parameters.
fn template_of(path: &str) -> Option<&'static str> {
    let fits = |template: &str| {
        let (ours, theirs) = (template.split('/'), path.split('/'));
        ours.clone().count() == theirs.clone().count()
            && ours.zip(theirs).all(|(ours, theirs)| ours == theirs || (ours.starts_with('{') && !theirs.is_empty()))
    };
    let paths = document()["paths"].as_object().expect("a document has paths").keys();
    paths.map(String::as_str).filter(|template| fits(template)).min_by_key(|template| template.matches('{').count())
}

fn resolve(value: &'static Value) -> &'static Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| document().pointer(pointer)).unwrap_or(value)
}

fn validator(operation: &str, status: u16, schema: &Value) -> Arc<Validator> {
    static KNOWN: LazyLock<Mutex<Validators>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let validator = known.entry((operation.to_owned(), status)).or_insert_with(|| {
        let whole = json!({ "components": { "schemas": closed_schemas() }, "allOf": [schema] });
        let validator = jsonschema::options().should_validate_formats(true).build(&whole);
        Arc::new(validator.unwrap_or_else(|error| panic!("the schema of {operation}, {status}: {error}")))
    });
    Arc::clone(validator)
}

/// Schemas are open for readers, because fields may be added. In a test an undocumented field is an error.
fn closed_schemas() -> &'static Value {
    static CLOSED: LazyLock<Value> = LazyLock::new(|| {
        let mut schemas = document()["components"]["schemas"].clone();
        for schema in schemas.as_object_mut().into_iter().flat_map(serde_json::Map::values_mut) {
            if schema.get("properties").is_some() {
                schema["additionalProperties"] = json!(false);
            }
        }
        schemas
    });
    &CLOSED
}
