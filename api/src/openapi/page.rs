//! The OpenAPI document as a page of plain HTML: no script, no font, no picture, nothing to load but its own style sheet.

use std::fmt::Write;

use serde_json::{Map, Value};

/// The page of a document.
pub(crate) fn page(document: &Value) -> String {
    let mut html = String::from(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Causerie API</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/docs/style.css\">\n",
    );
    let _ = write!(html, "<header><h1>Causerie API</h1><p>{}</p>", prose(&document["info"]["description"]));
    html.push_str(
        "<p>The same for programs: <a href=\"/openapi.json\">OpenAPI</a>, <a href=\"/asyncapi.json\">AsyncAPI</a>.</p></header>\n",
    );
    contents(&mut html, document);
    html.push_str("<main>\n");
    for tag in items(&document["tags"]) {
        let _ = writeln!(html, "<h2>{}</h2><p>{}</p>", text(&tag["name"]), prose(&tag["description"]));
        for (path, method, operation) in
            operations(document).filter(|(.., operation)| operation["tags"][0] == tag["name"])
        {
            show_operation(&mut html, document, path, method, operation);
        }
    }
    html.push_str("<h2>Schemas</h2>\n");
    for (name, schema) in fields(&document["components"]["schemas"]) {
        let _ = writeln!(html, "<section id=\"schema-{0}\"><h3>{0}</h3>{1}</section>", escape(name), shape(schema));
    }
    html.push_str("</main></html>\n");
    html
}

/// How it looks.
pub(crate) const STYLE: &str = include_str!("page.css");

fn contents(html: &mut String, document: &Value) {
    html.push_str("<nav>");
    for tag in items(&document["tags"]) {
        let _ = write!(html, "<h4>{}</h4><ul>", text(&tag["name"]));
        for (.., operation) in operations(document).filter(|(.., operation)| operation["tags"][0] == tag["name"]) {
            let _ = write!(html, "<li><a href=\"#{0}\">{0}</a>", text(&operation["operationId"]));
        }
        html.push_str("</ul>");
    }
    html.push_str("</nav>\n");
}

fn show_operation(html: &mut String, document: &Value, path: &str, method: &str, operation: &Value) {
    let id = text(&operation["operationId"]);
    let _ = write!(html, "<section id=\"{id}\"><h3>{id}</h3><p><code class=\"{method}\">{method}</code> ");
    let _ = write!(html, "<code>{}</code></p><p>{}", escape(path), prose(&operation["summary"]));
    let _ = write!(html, " {}</p>", prose(&operation["description"]));
    if operation.get("security").is_none() {
        html.push_str("<p>Without a token.</p>");
    }
    let parameters: Vec<&Value> = items(&operation["parameters"]).map(|one| resolve(document, one)).collect();
    if !parameters.is_empty() {
        html.push_str("<h4>Parameters</h4><table>");
        for parameter in parameters {
            let needed = if parameter["required"] == true { ", required" } else { "" };
            let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
            let _ = write!(html, "<tr><th><code>{name}</code><td>{place}{needed}<td>{}", kind(&parameter["schema"]));
            let _ = write!(html, "<td>{}", prose(&parameter["description"]));
        }
        html.push_str("</table>");
    }
    show_content(html, "Body", &operation["requestBody"]["content"]);
    for (status, response) in fields(&operation["responses"]) {
        let response = resolve(document, response);
        let headers: Vec<&str> = fields(&response["headers"]).map(|(name, _)| name.as_str()).collect();
        let with = if headers.is_empty() { String::new() } else { format!(" with {}", headers.join(", ")) };
        let problem = &response["content"]["application/problem+json"];
        if problem.is_null() {
            show_content(html, &format!("{status}{with}"), &response["content"]);
            if fields(&response["content"]).next().is_none() {
                let _ = write!(html, "<h4>{status}</h4>");
            }
        } else {
            let codes = items(&problem["schema"]["properties"]["code"]["enum"]);
            let codes: Vec<String> = codes.map(|code| format!("<code>{}</code>", text(code))).collect();
            let _ = write!(html, "<p class=\"problem\"><b>{status}</b>{with} {}</p>", codes.join(" "));
        }
    }
    html.push_str("</section>\n");
}

fn show_content(html: &mut String, title: &str, content: &Value) {
    for (media_type, content) in fields(content) {
        let _ =
            write!(html, "<h4>{title} <small>{}</small></h4><p>{}</p>", escape(media_type), kind(&content["schema"]));
        if !content["example"].is_null() {
            let _ = write!(html, "<pre>{}</pre>", escape(&format!("{:#}", content["example"])));
        }
    }
}

/// A schema with its fields.
fn shape(schema: &Value) -> String {
    let mut html = format!("<p>{}</p>", prose(&schema["description"]));
    if fields(&schema["properties"]).next().is_none() {
        let _ = write!(html, "<p>{}</p>", kind(schema));
        return html;
    }
    html.push_str("<table>");
    for (name, field) in fields(&schema["properties"]) {
        let needed = if items(&schema["required"]).any(|required| required == name.as_str()) { "required" } else { "" };
        let _ = write!(html, "<tr><th><code>{}</code><td>{needed}<td>{}", escape(name), kind(field));
        let _ = write!(html, "<td>{}", prose(&field["description"]));
    }
    html.push_str("</table>");
    html
}

/// A schema in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        return format!("<a href=\"#schema-{0}\">{0}</a>", escape(name));
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(of) = schema[key].as_array() {
            return of.iter().map(kind).collect::<Vec<_>>().join(" or ");
        }
    }
    let mut words = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).collect::<Vec<_>>().join(" or "),
        one => text(one),
    };
    if !schema["items"].is_null() {
        let _ = write!(words, " of {}", kind(&schema["items"]));
    }
    for (key, value) in fields(schema) {
        match key.as_str() {
            "enum" | "const" | "format" | "pattern" | "minLength" | "maxLength" | "minimum" | "maximum"
            | "maxItems" | "default" => {
                let _ = write!(words, ", {key} <code>{}</code>", escape(&value.to_string()));
            }
            _ => {}
        }
    }
    words
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    fields(&document["paths"]).flat_map(|(path, item)| {
        fields(item).map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// What a reference within the document points to.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

/// Text with `code` in it.
fn prose(value: &Value) -> String {
    let parts = value.as_str().unwrap_or_default().split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) }).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
