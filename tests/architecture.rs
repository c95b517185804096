//! Dependencies between crates and between modules, and what no crate may contain.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

const EVENTS: &str = "causerie-events";
const DOMAIN: &str = "causerie-domain";
const STORE: &str = "causerie-store";
const PROJECTIONS: &str = "causerie-projections";
const SANDBOX: &str = "causerie-sandbox";
const API: &str = "causerie";

/// Each crate of the workspace, and the crates that it may depend on.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    (EVENTS, &[]),
    (DOMAIN, &[EVENTS]),
    (STORE, &[EVENTS]),
    (PROJECTIONS, &[EVENTS, STORE]),
    (SANDBOX, &[]),
    (API, &[EVENTS, DOMAIN, STORE, PROJECTIONS, SANDBOX]),
    ("causerie-tests", &[EVENTS, DOMAIN, STORE, PROJECTIONS, SANDBOX, API]),
    // As an integrator would write it, from the documentation.
    ("causerie-example-consumer", &[]),
    ("causerie-bench", &[EVENTS, DOMAIN, STORE, PROJECTIONS, SANDBOX, API]),
];

/// The crates that tests of any crate may use in addition.
const TEST_TOOLS: &[&str] = &[SANDBOX];

/// The crates that a crate must not depend on, directly or indirectly.
const MUST_NOT_REACH: &[(&str, &[&str])] = &[
    (EVENTS, &["sqlx", "async-nats", "axum", "hyper"]),
    (DOMAIN, &["sqlx", "async-nats", "axum", "hyper"]),
    (STORE, &["axum"]),
    (PROJECTIONS, &["axum"]),
];

const FOLDERS: &[&str] = &["events", "domain", "store", "projections", "api", "sandbox", "tests", "bench", "examples"];
const MAX_LINES: usize = 400;

/// The modules of `api/src` from the lowest up. A module uses only modules that precede it.
const API_LAYERS: &[&str] = &[
    // Values
    "address",
    "tally",
    "views",
    "log_bound",
    "codes",
    "config",
    "role",
    "telemetry",
    // The application, without HTTP
    "commands",
    "images",
    "demo",
    // For handlers
    "problem",
    "auth",
    "limits",
    "live",
    "request",
    "observe",
    "state",
    "caller",
    // HTTP
    "edge",
    "openapi",
    "web",
    "routes",
    // The process
    "connect",
    "check",
    "service",
    "cli",
];

/// Every crate that has modules, by its folder.
const CRATES: &[&str] = &["events", "domain", "store", "projections", "api", "sandbox", "bench"];

#[test]
fn every_crate_depends_only_on_crates_below_it() {
    let workspace = metadata();
    let allowed: BTreeMap<&str, &[&str]> = MAY_DEPEND_ON.iter().copied().collect();
    let crates: BTreeSet<&str> = workspace.workspace_packages().iter().map(|package| package.name.as_str()).collect();

    let mut wrong = Vec::new();
    for package in workspace.workspace_packages() {
        let Some(may_depend_on) = allowed.get(package.name.as_str()) else {
            wrong.push(format!("{} is missing in MAY_DEPEND_ON", package.name));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|dependency| crates.contains(dependency.name.as_str())) {
            let name = dependency.name.as_str();
            let tool = dependency.kind == DependencyKind::Development && TEST_TOOLS.contains(&name);
            if !may_depend_on.contains(&name) && !tool {
                wrong.push(format!("{} must not depend on {name} ({:?})", package.name, dependency.kind));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lower_crates_do_not_reach_databases_brokers_or_http() {
    let workspace = metadata();
    for (name, forbidden) in MUST_NOT_REACH {
        for (reached, path) in reached(&workspace, package(&workspace, name)) {
            assert!(!forbidden.contains(&reached.as_str()), "{name} must not reach {reached}: {}", path.join(" → "));
        }
    }
}

/// Shows that the search finds what the test above must not find.
#[test]
fn upper_crates_reach_databases_brokers_and_http() {
    let workspace = metadata();
    for (name, expected) in [(STORE, vec!["sqlx", "async-nats"]), (API, vec!["axum", "sqlx", "hyper"])] {
        let reached = reached(&workspace, package(&workspace, name));
        for dependency in expected {
            assert!(reached.contains_key(dependency), "{name} does not reach {dependency}");
        }
    }
}

#[test]
fn api_modules_use_only_lower_layers() {
    let uses = module_uses("api");
    let layer = |module: &str| API_LAYERS.iter().position(|layer| *layer == module);
    let mut wrong = Vec::new();
    for (module, used) in &uses {
        let Some(own) = layer(module) else {
            wrong.push(format!("{module} is missing in API_LAYERS"));
            continue;
        };
        let upward = used.iter().filter(|used| layer(used).is_none_or(|used| used > own));
        wrong.extend(upward.map(|used| format!("{module} uses {used}, which is above it")));
    }
    assert!(uses.len() > 15, "the modules of the api were not found: {uses:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn modules_of_a_crate_form_no_cycle() {
    for folder in CRATES {
        let uses = module_uses(folder);
        let cyclic: Vec<&str> = uses.keys().map(String::as_str).filter(|module| uses_itself(&uses, module)).collect();
        assert!(cyclic.is_empty(), "{folder}: these modules use each other: {cyclic:?}");
    }
}

#[test]
fn source_file_has_at_most_400_lines() {
    let long: Vec<String> = FOLDERS
        .iter()
        .flat_map(|folder| sources(&root().join(folder)))
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > MAX_LINES)
        .map(|(lines, path)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "split these files:\n{}", long.join("\n"));
}

#[test]
fn api_contains_no_sql() {
    let sources = sources(&root().join("api/src"));
    assert!(sources.len() > 20, "the sources of the api were not found: {sources:?}");
    let mut found = Vec::new();
    for path in sources {
        for (line, text) in (1..).zip(fs::read_to_string(&path).unwrap().lines()) {
            if ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"].iter().any(|keyword| text.contains(keyword)) {
                found.push(format!("{}:{line}: {}", path.display(), text.trim()));
            }
        }
    }
    assert!(found.is_empty(), "SQL belongs in store or projections:\n{}", found.join("\n"));
}

/// The top-level modules of a crate and the modules of the crate that each of them uses, without its tests.
fn module_uses(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let source = root().join(folder).join("src");
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut texts = Vec::new();
    for path in sources(&source) {
        let within = path.strip_prefix(&source).unwrap().with_extension("");
        let names: Vec<&str> = within.iter().map(|name| name.to_str().unwrap()).collect();
        if names.contains(&"tests") || ["lib", "main"].contains(&names[0]) {
            continue;
        }
        graph.entry(names[0].to_owned()).or_default();
        texts.push((names[0].to_owned(), production_code(&path)));
    }
    let exported = fs::read_to_string(source.join("lib.rs")).map(|root| root_exports(&root)).unwrap_or_default();
    let modules: BTreeSet<String> = graph.keys().cloned().collect();
    for (module, text) in texts {
        for name in text.split("crate::").skip(1).flat_map(names_of_use) {
            let used = if modules.contains(&name) { Some(&name) } else { exported.get(&name) };
            if let Some(used) = used.filter(|used| **used != module) {
                graph.entry(module.clone()).or_default().insert(used.clone());
            }
        }
    }
    graph
}

/// A source file without comments and without its module of tests.
fn production_code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The names that `pub use module::…` of `lib.rs` exports, with their module.
fn root_exports(root: &str) -> BTreeMap<String, String> {
    let statements = root.split(';').filter_map(|statement| statement.split_once("use ").map(|(_, path)| path));
    let paths = statements.filter_map(|path| path.split_once("::"));
    paths.flat_map(|(module, names)| words(names).map(|name| (name, module.trim().to_owned()))).collect()
}

/// The first names of what follows `crate::`: one name, or those of a group in braces.
fn names_of_use(path: &str) -> Vec<String> {
    match path.strip_prefix('{') {
        None => words(path).take(1).collect(),
        Some(group) => {
            let mut depth = 0;
            let flat: String = group
                .chars()
                .take_while(|character| *character != ';')
                .filter(|character| {
                    depth += i32::from(*character == '{') - i32::from(*character == '}');
                    depth <= 0
                })
                .collect();
            flat.split(',').filter_map(|item| words(item).next()).collect()
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    text.split(move |character| !is_name(character)).filter(|word| !word.is_empty()).map(str::to_owned)
}

fn uses_itself(uses: &BTreeMap<String, BTreeSet<String>>, module: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut ahead: Vec<&str> = uses[module].iter().map(String::as_str).collect();
    while let Some(next) = ahead.pop() {
        if next == module {
            return true;
        }
        if seen.insert(next) {
            ahead.extend(uses.get(next).into_iter().flatten().map(String::as_str));
        }
    }
    false
}

/// Only for the platform of this machine: the crates of others need not have been fetched.
fn metadata() -> Metadata {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let options = ["--locked", "--offline", "--filter-platform", host].map(String::from);
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).other_options(options).exec().unwrap()
}

fn package<'a>(workspace: &'a Metadata, name: &str) -> &'a Package {
    let packages = workspace.workspace_packages();
    packages.into_iter().find(|package| package.name == name).unwrap_or_else(|| panic!("no crate {name}"))
}

/// The crates that a crate depends on, directly or indirectly, each with a path of dependencies.
fn reached(workspace: &Metadata, from: &Package) -> BTreeMap<String, Vec<String>> {
    let nodes: BTreeMap<&PackageId, _> =
        workspace.resolve.as_ref().unwrap().nodes.iter().map(|node| (&node.id, node)).collect();
    let mut seen = BTreeSet::from([&from.id]);
    let mut reached = BTreeMap::new();
    let mut ahead = vec![(&from.id, vec![from.name.to_string()])];
    while let Some((id, path)) = ahead.pop() {
        for dependency in &nodes[id].deps {
            let normal = dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
            if normal && seen.insert(&dependency.pkg) {
                let name = workspace[&dependency.pkg].name.to_string();
                let path = [path.clone(), vec![name.clone()]].concat();
                reached.insert(name, path.clone());
                ahead.push((&dependency.pkg, path));
            }
        }
    }
    reached
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources.extend(self::sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
    sources
}

/// Read at run time, because a binary built for one clone may run in another that shares its target folder.
fn root() -> PathBuf {
    Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).parent().unwrap().to_owned()
}
