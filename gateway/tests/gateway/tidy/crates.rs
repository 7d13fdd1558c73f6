//! Which crates may come in: `deny.toml` against `Cargo.lock` and the licences of what is built.

use std::{collections::BTreeSet, process::Command};

use compat_tests::repository;
use serde_json::Value;

fn toml_file(name: &str) -> toml::Table {
    std::fs::read_to_string(repository().join(name)).unwrap().parse().unwrap()
}

fn texts(value: &toml::Value) -> BTreeSet<&str> {
    value.as_array().unwrap().iter().filter_map(toml::Value::as_str).collect()
}

#[test]
fn every_crate_in_the_lock_was_let_in_and_nobody_else_is_expected() {
    let (deny, lock) = (toml_file("deny.toml"), toml_file("Cargo.lock"));
    let allowed = texts(&deny["bans"]["allow"]);
    let foreign = |package: &&toml::Value| package.get("source").is_some();
    let packages = lock["package"].as_array().unwrap();
    let present: BTreeSet<&str> =
        packages.iter().filter(foreign).map(|package| package["name"].as_str().unwrap()).collect();
    let uninvited: Vec<_> = present.difference(&allowed).collect();
    assert!(uninvited.is_empty(), "not in deny.toml's `allow`: {uninvited:?}");
    let gone: Vec<_> = allowed.difference(&present).collect();
    assert!(gone.is_empty(), "in deny.toml's `allow`, but no longer used: {gone:?}");
    for denied in deny["bans"]["deny"].as_array().unwrap() {
        let name = denied["crate"].as_str().unwrap();
        assert!(denied.get("version").is_some() || !present.contains(name), "{name}: {:?}", denied["reason"]);
    }
}

fn metadata() -> Value {
    let host = Command::new(env!("CARGO")).args(["-vV"]).output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--filter-platform", host])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_licence_is_one_that_we_may_ship() {
    let deny = toml_file("deny.toml");
    let allowed = texts(&deny["licenses"]["allow"]);
    for package in metadata()["packages"].as_array().unwrap() {
        let expression = package["license"].as_str().unwrap_or("none");
        assert!(permits(expression, &allowed), "{}: {expression}", package["name"]);
    }
}

/// SPDX expressions as crates write them: `AND` over groups of `OR`, the older `/` being an `OR`.
fn permits(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    expression.replace('/', " OR ").split(" AND ").all(|group| {
        group
            .trim()
            .trim_matches(['(', ')'])
            .split(" OR ")
            .any(|licence| allowed.contains(licence.trim().trim_matches(['(', ')'])))
    })
}

#[test]
fn tokens_have_one_crypto_backend() {
    let metadata = metadata();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let jwt = nodes.iter().find(|node| node["id"].as_str().unwrap().contains("jsonwebtoken@")).unwrap();
    let features: Vec<_> = jwt["features"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(features.contains(&"aws_lc_rs") && !features.contains(&"rust_crypto"), "{features:?}");
}
