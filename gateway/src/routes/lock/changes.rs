//! What changed between two locks, told route by route.

use std::{collections::HashMap, fmt};

use serde::Serialize;
use serde_json::{Value, json};

use super::{Lock, LockedApp, row::Row, scheme::Scheme};
use crate::routes::key::RouteKey;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum Change {
    Added {
        route: String,
    },
    Removed {
        route: String,
    },
    /// It stands elsewhere among the routes that both locks have.
    Reordered {
        route: String,
        after: Option<String>,
    },
    Changed {
        what: String,
        before: Value,
        after: Value,
    },
}

/// In the new lock's order; what is gone comes last.
pub fn compare(before: &Lock, after: &Lock) -> Vec<Change> {
    let (old, new) = (entries(before), entries(after));
    let mut changes = compare_settings(before, after);
    changes.extend(compare_rows(&old, &new));
    changes
}

struct Entry {
    route: String,
    detail: Value,
}

fn compare_settings(before: &Lock, after: &Lock) -> Vec<Change> {
    let settings = |lock: &Lock| {
        json!({
            "versions": lock.versions,
            "int_max_digits": lock.int_max_digits,
            "location_escapes": lock.location_escapes,
            "server_root_path": lock.server_root_path,
            "schemes": named(&lock.schemes),
            "app": app_settings(&lock.app),
        })
    };
    changed_fields("", &settings(before), &settings(after))
}

fn compare_rows(old: &[Entry], new: &[Entry]) -> Vec<Change> {
    let places: HashMap<&str, usize> =
        old.iter().enumerate().map(|(place, entry)| (entry.route.as_str(), place)).collect();
    let common: Vec<usize> =
        new.iter().filter_map(|entry| places.get(entry.route.as_str()).copied()).collect();
    let kept = longest_rising(&common);
    let mut changes = Vec::new();
    for (index, entry) in new.iter().enumerate() {
        let Some(place) = places.get(entry.route.as_str()) else {
            changes.push(Change::Added { route: entry.route.clone() });
            continue;
        };
        if kept.binary_search(place).is_err() {
            let after = index.checked_sub(1).map(|above| new[above].route.clone());
            changes.push(Change::Reordered { route: entry.route.clone(), after });
        }
        changes.extend(changed_fields(&entry.route, &old[*place].detail, &entry.detail));
    }
    let present: HashMap<&str, ()> = new.iter().map(|entry| (entry.route.as_str(), ())).collect();
    let gone = old.iter().filter(|entry| !present.contains_key(entry.route.as_str()));
    changes.extend(gone.map(|entry| Change::Removed { route: entry.route.clone() }));
    changes
}

/// The largest set of places that still stand in rising order: only what is not in it has moved.
fn longest_rising(places: &[usize]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(places.len());
    for (index, place) in places.iter().enumerate() {
        let at = ends.partition_point(|end| places[*end] < *place);
        before.push(at.checked_sub(1).map(|shorter| ends[shorter]));
        if at == ends.len() {
            ends.push(index);
        } else {
            ends[at] = index;
        }
    }
    let mut kept = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(index) = next {
        kept.push(places[index]);
        next = before[index];
    }
    kept.reverse();
    kept
}

fn entries(lock: &Lock) -> Vec<Entry> {
    let mut entries = Vec::new();
    collect(lock, &lock.app, "", &mut entries);
    // Two rows of one key are told apart by their place.
    let mut seen: HashMap<String, usize> = HashMap::new();
    for entry in &mut entries {
        let count = seen.entry(entry.route.clone()).or_default();
        *count += 1;
        if *count > 1 {
            entry.route = format!("{} ({count})", entry.route);
        }
    }
    entries
}

fn collect(lock: &Lock, app: &LockedApp, prefix: &str, entries: &mut Vec<Entry>) {
    let security = |indexes: &[usize]| -> Vec<&str> {
        indexes.iter().map(|index| lock.schemes[*index].name.as_str()).collect()
    };
    for row in &app.rows {
        let mut push = |method: &str, template: &str, detail: Value| {
            let key = RouteKey::new(method, &format!("{prefix}{template}"));
            entries.push(Entry { route: key.to_string(), detail });
        };
        match row {
            Row::Http(row) => {
                for method in row.methods.as_deref().unwrap_or(&["ANY".to_owned()]) {
                    push(
                        method,
                        &row.template,
                        json!({"params": row.params, "security": security(&row.security)}),
                    );
                }
            }
            Row::Ws(row) => {
                push("WS", &row.template, json!({"params": row.params, "security": security(&row.security)}));
            }
            Row::Mount(row) => {
                let inside = row.app.as_ref().map(app_settings);
                push("MOUNT", &row.template, json!({"params": row.params, "app": inside}));
                if let Some(app) = &row.app {
                    collect(lock, app, &format!("{prefix}{}", row.template), entries);
                }
            }
            Row::Host(row) => push("OPAQUE", "", json!({"host": row.host})),
            Row::Opaque(row) => {
                let template = row.pattern.as_ref().map_or("", |pattern| pattern.template.as_str());
                push(
                    "OPAQUE",
                    template,
                    json!({"class": row.class, "reason": row.reason, "pattern": row.pattern}),
                );
            }
        }
    }
    for frontend in &app.frontends {
        let route = format!("FRONTEND {prefix}{}", frontend.path);
        entries.push(Entry { route, detail: json!({"security": security(&frontend.security)}) });
    }
}

fn app_settings(app: &LockedApp) -> Value {
    json!({
        "class": app.class,
        "root_path": app.root_path,
        "redirect_slashes": app.redirect_slashes,
        "middleware": app.middleware,
    })
}

/// By name: an index says nothing to who reads the change.
fn named(schemes: &[Scheme]) -> Value {
    let mut named = serde_json::Map::new();
    for scheme in schemes {
        let mut name = scheme.name.clone();
        while named.contains_key(&name) {
            name.push('\'');
        }
        named.insert(name, json!(scheme));
    }
    Value::Object(named)
}

/// The smallest named values that differ.
fn changed_fields(name: &str, before: &Value, after: &Value) -> Vec<Change> {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let gone = old.keys().filter(|key| !new.contains_key(*key));
            new.keys()
                .chain(gone)
                .flat_map(|key| {
                    let name = if name.is_empty() { key.clone() } else { format!("{name}: {key}") };
                    let of = |fields: &serde_json::Map<String, Value>| {
                        fields.get(key).cloned().unwrap_or_default()
                    };
                    changed_fields(&name, &of(old), &of(new))
                })
                .collect()
        }
        (Value::Array(old), Value::Array(new))
            if old.len() == new.len() && old.iter().chain(new).all(Value::is_object) =>
        {
            let pairs = old.iter().zip(new).enumerate();
            pairs
                .flat_map(|(index, (old, new))| changed_fields(&format!("{name} {}", index + 1), old, new))
                .collect()
        }
        _ if before == after => Vec::new(),
        _ => vec![Change::Changed { what: name.to_owned(), before: before.clone(), after: after.clone() }],
    }
}

/// A value as a person skims it; the whole stands in the lock and in `--json`.
fn skimmed(value: &Value) -> String {
    const LONGEST: usize = 100;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added { route } => write!(formatter, "added      {route}"),
            Self::Removed { route } => write!(formatter, "removed    {route}"),
            Self::Reordered { route, after: Some(after) } => {
                write!(formatter, "reordered  {route} (now after {after})")
            }
            Self::Reordered { route, after: None } => write!(formatter, "reordered  {route} (now the first)"),
            Self::Changed { what, before, after } => {
                write!(formatter, "changed    {what}: {} -> {}", skimmed(before), skimmed(after))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(templates: &[&str]) -> Lock {
        let rows: Vec<Value> = templates
            .iter()
            .map(|template| json!({"kind": "http", "template": template, "params": [], "methods": ["GET"], "security": []}))
            .collect();
        let versions = json!({"python": "3.11.7", "fastapi": "0.115.6", "starlette": "0.41.3", "pydantic": null, "uvicorn": null});
        let app = json!({"class": "fastapi.applications.FastAPI", "root_path": "", "redirect_slashes": true,
            "middleware": [], "rows": rows, "frontends": []});
        let lock = json!({"schema": 1, "versions": versions, "int_max_digits": 4300, "location_escapes": "",
            "server_root_path": "", "schemes": [], "notes": [], "app": app});
        Lock::parse(&lock.to_string()).unwrap()
    }

    fn check(before: &Lock, after: &Lock, expected: &[&str]) {
        let told: Vec<String> = compare(before, after).iter().map(Change::to_string).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_change_is_told_by_route() {
        let before = lock(&["/a", "/b", "/c", "/d"]);
        check(&before, &before, &[]);
        check(&before, &lock(&["/a", "/x", "/c", "/d"]), &["added      GET /x", "removed    GET /b"]);
        check(&before, &lock(&["/b", "/c", "/d", "/a"]), &["reordered  GET /a (now after GET /d)"]);
        check(&before, &lock(&["/d", "/a", "/b", "/c"]), &["reordered  GET /d (now the first)"]);
        check(&lock(&["/a", "/a"]), &lock(&["/a"]), &["removed    GET /a (2)"]);
        check(&lock(&[]), &lock(&[""]), &["added      GET /"]);
    }

    #[test]
    fn a_middleware_that_changes_is_told_by_its_argument() {
        let (mut before, mut after) = (lock(&[]), lock(&[]));
        let cors = |max_age| {
            let cors = json!({"allow_origins": ["*"], "allow_methods": [], "allow_headers": [], "expose_headers": [],
                "allow_origin_regex": null, "allow_credentials": false, "max_age": max_age});
            serde_json::from_value(json!({"class": "CORSMiddleware", "cors": cors})).unwrap()
        };
        before.app.middleware.push(cors(600));
        after.app.middleware.push(cors(5));
        check(&before, &after, &["changed    app: middleware 1: cors: max_age: 600 -> 5"]);
    }

    #[test]
    fn a_setting_that_changes_is_told_alone() {
        let before = lock(&["/a"]);
        let mut after = lock(&["/a"]);
        after.versions.fastapi = Some("0.165.0".to_owned());
        after.app.redirect_slashes = false;
        check(
            &before,
            &after,
            &[
                r#"changed    versions: fastapi: "0.115.6" -> "0.165.0""#,
                "changed    app: redirect_slashes: true -> false",
            ],
        );
    }
}
