//! The OpenAPI document as an HTML page. It loads only its style sheet and the script of the search field, and is complete
//! without the script.

use std::fmt::Write;

use serde_json::{Map, Value};

use crate::codes::{ProblemType, problem_types};

pub(crate) fn page(document: &Value) -> String {
    let mut html = head("Causerie API");
    html.push_str("<script src=\"/docs/search.js\" defer></script>\n");
    let _ = write!(html, "<header><h1>Causerie API</h1><p>{}</p>", prose(&document["info"]["description"]));
    html.push_str(
        "<p>For programs: <a href=\"/openapi.json\">OpenAPI</a>, <a href=\"/asyncapi.json\">AsyncAPI</a>.</p>\
         <p id=\"search-bar\" hidden><label for=\"search\">Search</label> <input type=\"search\" id=\"search\" autocomplete=\"off\"> \
         <output id=\"found\"></output></p></header>\n",
    );
    contents(&mut html, document);
    html.push_str("<main>\n");
    authentication(&mut html, document);
    for tag in items(&document["tags"]) {
        let _ = writeln!(html, "<div><h2>{}</h2><p>{}</p>", text(&tag["name"]), prose(&tag["description"]));
        for (path, method, operation) in
            operations(document).filter(|(.., operation)| operation["tags"][0] == tag["name"])
        {
            show_operation(&mut html, document, path, method, operation);
        }
        html.push_str("</div>\n");
    }
    html.push_str("<div><h2 id=\"problems\">Problems</h2>\n");
    for problem in problem_types() {
        let _ = writeln!(html, "<section id=\"problem-{}\">{}</section>", problem.code, show_problem(&problem));
    }
    html.push_str("</div><div><h2 id=\"schemas\">Schemas</h2>\n");
    for (name, schema) in fields(&document["components"]["schemas"]) {
        let _ = writeln!(html, "<section id=\"schema-{0}\"><h3>{0}</h3>{1}</section>", escape(name), shape(schema));
    }
    html.push_str("</div></main></html>\n");
    html
}

pub(crate) fn problem_page(problem: &ProblemType) -> String {
    let mut html = head(problem.code);
    let _ = write!(html, "<body class=\"plain\"><main>{}", show_problem(problem));
    let _ = writeln!(html, "<p><a href=\"/docs#problem-{}\">All problems</a></p></main></html>", problem.code);
    html
}

pub(crate) const STYLE: &str = include_str!("page.css");
pub(crate) const SCRIPT: &str = include_str!("search.js");

fn head(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/docs/style.css\">\n"
    )
}

fn show_problem(problem: &ProblemType) -> String {
    let ProblemType { code, status, title, meaning } = problem;
    format!("<h3><code>{code}</code> <small>{status} {title}</small></h3><p>{}</p>", spans(meaning))
}

fn authentication(html: &mut String, document: &Value) {
    html.push_str("<section id=\"authentication\"><h2>Authentication</h2><table>");
    for (name, scheme) in fields(&document["components"]["securitySchemes"]) {
        let place = if scheme["in"].is_null() { "header <code>Authorization</code>" } else { "query" };
        let _ = write!(html, "<tr><th><code>{}</code><td>{place}<td>{}", escape(name), prose(&scheme["description"]));
    }
    html.push_str(
        "</table><pre>Authorization: Bearer &lt;token&gt;\n\n{\n  \"sub\": \"ada\",\n  \"name\": \"Ada\",\n  \"site\": \"acme\",\n  \
         \"role\": \"member\",\n  \"aud\": \"causerie\",\n  \"iss\": \"causerie\",\n  \"exp\": 1795000000\n}</pre></section>\n",
    );
}

fn contents(html: &mut String, document: &Value) {
    html.push_str("<nav><ul><li><a href=\"#authentication\">Authentication</a></ul>");
    for tag in items(&document["tags"]) {
        let _ = write!(html, "<div><h4>{}</h4><ul>", text(&tag["name"]));
        for (.., operation) in operations(document).filter(|(.., operation)| operation["tags"][0] == tag["name"]) {
            let _ = write!(html, "<li><a href=\"#{0}\">{0}</a>", text(&operation["operationId"]));
        }
        html.push_str("</ul></div>");
    }
    html.push_str("<ul><li><a href=\"#problems\">Problems</a><li><a href=\"#schemas\">Schemas</a></ul></nav>\n");
}

fn show_operation(html: &mut String, document: &Value, path: &str, method: &str, operation: &Value) {
    let id = text(&operation["operationId"]);
    let _ = write!(html, "<section id=\"{id}\"><h3>{id}</h3><p><code class=\"{method}\">{method}</code> ");
    let _ = write!(html, "<code>{}</code></p><p>{}", breakable(path), prose(&operation["summary"]));
    let _ = write!(html, " {}</p>", prose(&operation["description"]));
    let schemes: Vec<&str> =
        items(&operation["security"]).flat_map(fields).map(|(scheme, _)| scheme.as_str()).collect();
    let _ = match schemes.as_slice() {
        [] => write!(html, "<p>Without a token.</p>"),
        schemes => write!(html, "<p>With a <a href=\"#authentication\">{}</a>.</p>", schemes.join(" or ")),
    };
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
            let codes: Vec<String> =
                codes.map(|code| format!("<a href=\"#problem-{0}\"><code>{0}</code></a>", text(code))).collect();
            // The description after the codes.
            let more =
                response["description"].as_str().and_then(|said| said.split_once(". ")).map_or("", |(_, more)| more);
            let _ = write!(html, "<p class=\"problem\"><b>{status}</b>{with} {} {}</p>", codes.join(" "), spans(more));
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

/// A schema as a table of fields.
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

/// A type in a few words, for example `string, maxLength 20`.
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

/// A path with line breaks allowed after slashes only.
fn breakable(path: &str) -> String {
    escape(path).replace('/', "/<wbr>")
}

fn prose(value: &Value) -> String {
    spans(value.as_str().unwrap_or_default())
}

/// Text with `code` as HTML.
fn spans(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) }).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
