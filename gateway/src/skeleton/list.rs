//! The place of a route in `native.rs`: its module, and its entry in the list.

use super::{NATIVE_LIST, Refusal, operation::Operation};

const FILE: &str = "native.rs";

/// The text of `native.rs` with this route in it.
pub(super) fn with(text: &str, operation: &Operation) -> Result<String, Refusal> {
    debug_assert!(NATIVE_LIST.ends_with(FILE));
    let Operation { route, resource, handler, .. } = operation;
    let named = format!("Entry::new(\"{}\", \"{}\",", route.method(), route.template());
    if text.contains(&named) {
        return Err(Refusal::Registered { file: FILE });
    }
    let with_module = module(text, resource).ok_or(Refusal::NoList { file: FILE, what: "`mod` lines" })?;
    let entry = format!("        {named} |house| house.handler({resource}::router::{handler})),\n");
    let list = Refusal::NoList { file: FILE, what: "`fn list() -> Vec<Entry>` with one `vec![...]`" };
    let (before, rest) = with_module.split_once("fn list() -> Vec<Entry> {\n").ok_or(list.clone())?;
    let (entries, after) = rest.split_once("\n    ]\n}\n").ok_or(list)?;
    Ok(format!("{before}fn list() -> Vec<Entry> {{\n{entries}\n{entry}    ]\n}}\n{after}"))
}

/// Modules stand in the order of the alphabet.
fn module(text: &str, resource: &str) -> Option<String> {
    let line = format!("mod {resource};");
    if text.lines().any(|present| present == line) {
        return Some(text.to_owned());
    }
    let mut modules = text.lines().filter(|present| present.starts_with("mod ") && present.ends_with(';'));
    let after = modules.clone().rfind(|present| **present < *line);
    match after {
        Some(after) => Some(text.replacen(&format!("{after}\n"), &format!("{after}\n{line}\n"), 1)),
        None => {
            let first = modules.next()?;
            Some(text.replacen(&format!("{first}\n"), &format!("{line}\n{first}\n"), 1))
        }
    }
}
