//! The files of the contract.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::Path;

use causerie_events::schema;
use serde_json::Value;

use crate::codes::problem_types;

/// All documents as text, as served and as stored in `contracts/`.
#[derive(Debug)]
pub(crate) struct Documents {
    pub(crate) openapi: String,
    pub(crate) asyncapi: String,
    /// The table of error codes, in Markdown. Only in `contracts/`.
    problems: String,
    /// JSON Schemas by file name.
    pub(crate) schemas: Vec<(String, String)>,
}

impl Documents {
    pub(crate) fn of(openapi: &Value) -> Self {
        Self {
            openapi: text(openapi),
            asyncapi: text(&super::asyncapi()),
            problems: problems(),
            schemas: schema::event_schemas().iter().map(|event| (event.file_name(), text(&event.schema))).collect(),
        }
    }

    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder.join("schemas"))?;
        std::fs::write(folder.join("openapi.json"), &self.openapi)?;
        std::fs::write(folder.join("asyncapi.json"), &self.asyncapi)?;
        std::fs::write(folder.join("problems.md"), &self.problems)?;
        self.schemas.iter().try_for_each(|(name, schema)| std::fs::write(folder.join("schemas").join(name), schema))
    }
}

fn problems() -> String {
    let mut table = String::from("# Error codes\n\nGenerated from the code, as is `/problems/<code>`.\n");
    let mut status = 0;
    for problem in problem_types() {
        if problem.status != status {
            status = problem.status;
            let _ = write!(table, "\n## {status} {}\n\n| code | meaning |\n|---|---|\n", problem.title);
        }
        let _ = writeln!(table, "| `{}` | {} |", problem.code, problem.meaning);
    }
    table
}

/// With sorted keys, also if a crate of the build enables the insertion order of serde_json.
fn text(document: &Value) -> String {
    format!("{:#}\n", sorted(document))
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<&String, Value> = fields.iter().map(|(name, value)| (name, sorted(value))).collect();
            fields.into_iter().map(|(name, value)| (name.clone(), value)).collect()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
