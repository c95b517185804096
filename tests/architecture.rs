//! The plan of the house: which room knows which, and what no room may hold.

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

/// Each crate of the workspace, and which of the others it may know. Dependencies point one way.
const MAY_KNOW: &[(&str, &[&str])] = &[
    (EVENTS, &[]),
    (DOMAIN, &[EVENTS]),
    (STORE, &[EVENTS]),
    (PROJECTIONS, &[EVENTS, STORE]),
    (SANDBOX, &[]),
    (API, &[EVENTS, DOMAIN, STORE, PROJECTIONS, SANDBOX]),
    ("causerie-tests", &[EVENTS, DOMAIN, STORE, PROJECTIONS, SANDBOX, API]),
    // What somebody else would write: it knows what is documented.
    ("causerie-example-consumer", &[]),
    ("causerie-bench", &[EVENTS, DOMAIN, STORE, PROJECTIONS, SANDBOX, API]),
];

/// What tests of any room may use besides.
const TOOLS: &[&str] = &[SANDBOX];

/// What a crate must not even reach by way of others.
const MUST_NOT_REACH: &[(&str, &[&str])] = &[
    (EVENTS, &["sqlx", "async-nats", "axum", "hyper"]),
    (DOMAIN, &["sqlx", "async-nats", "axum", "hyper"]),
    (STORE, &["axum"]),
    (PROJECTIONS, &["axum"]),
];

const ROOMS: &[&str] = &["events", "domain", "store", "projections", "api", "sandbox", "tests", "bench", "examples"];
const MOST_LINES: usize = 400;

#[test]
fn every_room_knows_only_the_rooms_below_it() {
    let house = metadata();
    let plan: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    let rooms: BTreeSet<&str> = house.workspace_packages().iter().map(|package| package.name.as_str()).collect();

    let mut wrong = Vec::new();
    for package in house.workspace_packages() {
        let Some(may_know) = plan.get(package.name.as_str()) else {
            wrong.push(format!("{} has no place in the plan: add it to MAY_KNOW", package.name));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|dependency| rooms.contains(dependency.name.as_str())) {
            let name = dependency.name.as_str();
            let tool = dependency.kind == DependencyKind::Development && TOOLS.contains(&name);
            if !may_know.contains(&name) && !tool {
                wrong.push(format!("{} must not know {name} ({:?})", package.name, dependency.kind));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_lower_rooms_do_not_reach_databases_brokers_or_http() {
    let house = metadata();
    for (room, forbidden) in MUST_NOT_REACH {
        for (name, way) in reached(&house, package(&house, room)) {
            assert!(!forbidden.contains(&name.as_str()), "{room} must not reach {name}, but does: {}", way.join(" → "));
        }
    }
}

/// The search itself can see what it looks for.
#[test]
fn the_upper_rooms_do_reach_them() {
    let house = metadata();
    for (room, expected) in [(STORE, vec!["sqlx", "async-nats"]), (API, vec!["axum", "sqlx", "hyper"])] {
        let reached = reached(&house, package(&house, room));
        for name in expected {
            assert!(reached.contains_key(name), "{room} does not reach {name}");
        }
    }
}

#[test]
fn a_source_file_is_one_idea_and_not_longer_than_400_lines() {
    let long: Vec<String> = ROOMS
        .iter()
        .flat_map(|room| sources(&root().join(room)))
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > MOST_LINES)
        .map(|(lines, path)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "look for the second idea in these:\n{}", long.join("\n"));
}

#[test]
fn the_api_speaks_no_sql() {
    let sources = sources(&root().join("api/src"));
    assert!(sources.len() > 20, "the api is somewhere else: {sources:?}");
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

/// As for this machine only: the crates of other platforms need not have been fetched.
fn metadata() -> Metadata {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let options = ["--locked", "--offline", "--filter-platform", host].map(String::from);
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).other_options(options).exec().unwrap()
}

fn package<'a>(house: &'a Metadata, name: &str) -> &'a Package {
    let packages = house.workspace_packages();
    packages.into_iter().find(|package| package.name == name).unwrap_or_else(|| panic!("no crate {name}"))
}

/// The crates that end up in a crate's users, each with a way that leads there.
fn reached(house: &Metadata, from: &Package) -> BTreeMap<String, Vec<String>> {
    let nodes: BTreeMap<&PackageId, _> =
        house.resolve.as_ref().unwrap().nodes.iter().map(|node| (&node.id, node)).collect();
    let mut seen = BTreeSet::from([&from.id]);
    let mut reached = BTreeMap::new();
    let mut ahead = vec![(&from.id, vec![from.name.to_string()])];
    while let Some((id, way)) = ahead.pop() {
        for dependency in &nodes[id].deps {
            let normal = dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
            if normal && seen.insert(&dependency.pkg) {
                let name = house[&dependency.pkg].name.to_string();
                let way = [way.clone(), vec![name.clone()]].concat();
                reached.insert(name, way.clone());
                ahead.push((&dependency.pkg, way));
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

/// Asked at run time: a binary built for one clone may be run in another that shares its target folder.
fn root() -> PathBuf {
    Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).parent().unwrap().to_owned()
}
