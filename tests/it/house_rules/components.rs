//! Components: the list of what the program is made of (`make sbom`) is true.

use std::collections::HashSet;
use std::process::Command;

use gatepost::db::{Db, Run};
use serde_json::Value;

use crate::support::source;

/// What the script writes; `None` where there is no Python.
fn made() -> Option<Value> {
    if Command::new("python3").arg("--version").output().is_err() {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.json");
    let done = Command::new("python3")
        .arg(source::root().join("scripts/sbom.py"))
        .arg("--out")
        .arg(&file)
        .env("CARGO_NET_OFFLINE", "true")
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "scripts/sbom.py: {err}");
    let text = std::fs::read_to_string(file).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

fn components(list: &Value) -> &[Value] {
    list["components"].as_array().unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    let found = value[key].as_str();
    found.unwrap_or_else(|| panic!("no {key}: {value:#}"))
}

/// The versions under a name, with whether they are in the binary. A crate may have the name of what it carries.
fn versions<'a>(list: &'a Value, name: &str, is_crate: bool) -> Vec<(&'a str, &'a str)> {
    let named = components(list).iter().filter(|one| {
        one["name"] == name && text(one, "purl").starts_with("pkg:cargo/") == is_crate
    });
    named
        .map(|one| (text(one, "version"), text(one, "scope")))
        .collect()
}

#[test]
fn every_component_has_a_version_a_licence_and_a_place_in_the_graph() {
    let Some(list) = made() else { return };
    assert_eq!(
        (text(&list, "bomFormat"), text(&list, "specVersion")),
        ("CycloneDX", "1.6")
    );
    let program = &list["metadata"]["component"];
    assert_eq!(text(program, "version"), env!("CARGO_PKG_VERSION"));
    let mut known = HashSet::from([text(program, "bom-ref")]);
    for component in components(&list) {
        let reference = text(component, "bom-ref");
        assert!(known.insert(reference), "{reference} is there twice");
        assert_eq!(text(component, "purl"), reference);
        assert!(!text(component, "version").is_empty(), "{component:#}");
        assert!(
            component["licenses"][0]["expression"].is_string(),
            "{component:#}"
        );
    }
    let graph = list["dependencies"].as_array().unwrap();
    let placed: HashSet<&str> = graph.iter().map(|node| text(node, "ref")).collect();
    assert_eq!(placed, known);
    let needed = graph
        .iter()
        .flat_map(|node| node["dependsOn"].as_array().unwrap());
    let needed: HashSet<&str> = needed.map(|one| one.as_str().unwrap()).collect();
    let forgotten: Vec<_> = known.difference(&needed).collect();
    assert_eq!(forgotten, [&text(program, "bom-ref")], "needed by nobody");
    assert!(needed.is_subset(&known));
}

#[test]
fn every_direct_dependency_is_listed_as_the_lock_has_it() {
    let Some(list) = made() else { return };
    let manifest: toml::Table = source::read("Cargo.toml").parse().unwrap();
    let lock: toml::Table = source::read("Cargo.lock").parse().unwrap();
    let locked = lock["package"].as_array().unwrap();
    for name in manifest["dependencies"].as_table().unwrap().keys() {
        let listed = versions(&list, name, true);
        assert!(!listed.is_empty(), "{name} is not listed");
        for (version, _) in listed {
            let known = |entry: &toml::Value| {
                entry["name"].as_str() == Some(name) && entry["version"].as_str() == Some(version)
            };
            assert!(locked.iter().any(known), "{name} {version}");
        }
    }
    // What only the tests need is not in the binary.
    for name in ["jsonschema", "proptest", "rcgen"] {
        assert!(manifest["dev-dependencies"].get(name).is_some(), "{name}");
        assert!(versions(&list, name, true).is_empty(), "{name} is listed");
    }
}

#[tokio::test]
async fn what_crates_carry_is_listed_at_the_version_that_runs() {
    let Some(list) = made() else { return };
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open_sqlite(&folder.path().join("any.db")).unwrap();
    let row = db.one("SELECT sqlite_version() AS version", &[]).await;
    let version: String = row.unwrap().get("version").unwrap();
    assert_eq!(
        versions(&list, "sqlite", false),
        [(version.as_str(), "required")]
    );
    for name in ["aws-lc", "mimalloc", "rust-std", "swagger-ui-dist"] {
        let found = versions(&list, name, false);
        assert!(matches!(found[..], [(_, "required")]), "{name}: {found:?}");
    }
    let redoc = versions(&list, "redoc", false)[0].0;
    let readme = source::read("assets/vendor/redoc/README.md");
    assert!(readme.contains(&format!("`{redoc}`")) || readme.contains(&format!("redoc@{redoc}")));
    let checksum = components(&list).iter().find(|one| one["name"] == "redoc");
    let checksum = text(&checksum.unwrap()["hashes"][0], "content");
    assert!(
        readme.contains(checksum),
        "the file is not the one of the README"
    );
    assert_eq!(
        versions(&list, "syn", true)[0].1,
        "excluded",
        "it only builds"
    );
}
