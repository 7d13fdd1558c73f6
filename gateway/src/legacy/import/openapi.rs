//! Makes a lock from an OpenAPI document, where the application itself cannot be asked: the second choice.
//!
//! A document leaves out what decides between two routes. So a row is matched only where nothing that the document
//! keeps to itself could matter; every other request reaches one last opaque row, which is the legacy's.

mod loss;
mod operation;
mod shape;

use serde_json::{Map, Value};

use super::ImportError;
use crate::routes::lock::{
    Lock, LockedApp, Note, Versions,
    row::{HttpRow, OpaqueRow, Pattern, Protocol, Row},
    scheme::{Scheme, SchemeKind},
};
use operation::Operation;

/// What only whoever runs the legacy can add to its document.
#[derive(Debug, Default)]
pub struct Told<'a> {
    pub fastapi: Option<&'a str>,
    pub starlette: Option<&'a str>,
    pub server_root_path: &'a str,
}

/// Python's own default.
const INT_MAX_DIGITS: usize = 4300;
const CLASS: &str = "an OpenAPI document";

pub fn read(text: &str, told: &Told<'_>) -> Result<Lock, ImportError> {
    let refused = |mistake: String| ImportError::Refused { mistakes: vec![mistake] };
    let document: Value = serde_json::from_str(text).map_err(|error| {
        refused(format!("is not JSON ({error}): give the form that FastAPI serves as /openapi.json"))
    })?;
    let version = document["openapi"].as_str().unwrap_or_default();
    let Some(paths) = document["paths"].as_object().filter(|_| version.starts_with("3.")) else {
        return Err(refused("is not an OpenAPI document of version 3 with `paths`".to_owned()));
    };
    let mut schemes = Schemes::of(&document);
    let operations = operations(&document, paths, &mut schemes)?;
    let roots = root_paths(&document);
    let mut notes = loss::everywhere(told, &schemes.list, &roots);
    let mut rows = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        match doubt(index, &operations, &roots) {
            None => rows.push(matched(operation)),
            Some(reason) => {
                notes.push(Note {
                    route: operation.key(),
                    reason: format!("{reason}: always answered by the legacy"),
                });
                rows.push(opaque(operation, reason));
            }
        }
    }
    // Takes whatever the document does not list, so that a policy for unlisted paths cannot close a hidden route.
    rows.push(Row::Opaque(OpaqueRow {
        class: CLASS.to_owned(),
        reason: "what an OpenAPI document does not list".to_owned(),
        pattern: None,
        security: Vec::new(),
    }));
    let lock = Lock {
        schema: 1,
        versions: Versions {
            python: "unknown".to_owned(),
            fastapi: told.fastapi.map(str::to_owned),
            starlette: told.starlette.map(str::to_owned),
            pydantic: None,
            uvicorn: None,
        },
        int_max_digits: INT_MAX_DIGITS,
        location_escapes: String::new(),
        server_root_path: told.server_root_path.to_owned(),
        schemes: schemes.list,
        notes,
        app: LockedApp {
            class: CLASS.to_owned(),
            root_path: String::new(),
            redirect_slashes: false,
            middleware: Vec::new(),
            rows,
            frontends: Vec::new(),
        },
    };
    // Read back by what reads it later: a template that cannot be matched is told here.
    Lock::parse(&lock.to_json()).map_err(|source| ImportError::Output { source })
}

fn operations(
    document: &Value,
    paths: &Map<String, Value>,
    schemes: &mut Schemes,
) -> Result<Vec<Operation>, ImportError> {
    let (mut operations, mut mistakes) = (Vec::new(), Vec::new());
    for (template, item) in paths {
        for method in
            item.as_object().into_iter().flat_map(Map::keys).filter(|name| operation::is_method(name))
        {
            match Operation::read(template, method, item) {
                Ok(mut operation) => {
                    let security = item[method].get("security").unwrap_or(&document["security"]);
                    operation.security = schemes.indexes(security);
                    operations.push(operation);
                }
                Err(mistake) => mistakes.push(mistake.to_string()),
            }
        }
    }
    if mistakes.is_empty() { Ok(operations) } else { Err(ImportError::Refused { mistakes }) }
}

/// Why requests for this operation may reach another route in truth.
fn doubt(index: usize, operations: &[Operation], roots: &[String]) -> Option<String> {
    let operation = &operations[index];
    if let Some(name) = operation.unbounded() {
        return Some(format!("the document does not tell what `{{{name}}}` may hold"));
    }
    let is_below = |root: &&String| {
        operation
            .template
            .strip_prefix(root.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if let Some(root) = roots.iter().find(is_below) {
        return Some(format!(
            "its template begins with the root path `{root}`, which may be cut off before matching"
        ));
    }
    let mut others =
        operations.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
    let other =
        others.find(|other| other.method == operation.method && other.shape.may_take(&operation.shape))?;
    Some(format!(
        "its order against `{}`, which can match the same path, is not in the document",
        other.key()
    ))
}

fn matched(operation: &Operation) -> Row {
    Row::Http(HttpRow {
        template: operation.template.clone(),
        params: operation.params.clone(),
        methods: Some(vec![operation.method.clone()]),
        security: operation.security.clone(),
    })
}

fn opaque(operation: &Operation, reason: String) -> Row {
    Row::Opaque(OpaqueRow {
        class: CLASS.to_owned(),
        reason,
        pattern: Some(Pattern {
            protocol: Protocol::Http,
            template: operation.template.clone(),
            params: operation.params.clone(),
            methods: Some(vec![operation.method.clone()]),
        }),
        security: operation.security.clone(),
    })
}

/// FastAPI names the root path as a server.
fn root_paths(document: &Value) -> Vec<String> {
    let urls =
        document["servers"].as_array().into_iter().flatten().filter_map(|server| server["url"].as_str());
    let paths = urls.filter_map(|url| match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map(|at| &rest[at..]),
        None => Some(url),
    });
    let paths = paths.map(|path| path.trim_end_matches('/')).filter(|path| path.starts_with('/'));
    paths.map(str::to_owned).collect()
}

struct Schemes {
    list: Vec<Scheme>,
}

impl Schemes {
    fn of(document: &Value) -> Self {
        let described = document["components"]["securitySchemes"].as_object().into_iter().flatten();
        let list = described.map(|(name, scheme)| documented(name, scheme)).collect();
        Self { list }
    }

    /// The schemes of an operation, each once. Their order among the dependencies is not known.
    fn indexes(&mut self, security: &Value) -> Vec<usize> {
        let mut indexes = Vec::new();
        let names =
            security.as_array().into_iter().flatten().filter_map(Value::as_object).flat_map(Map::keys);
        for name in names {
            let index = self.list.iter().position(|scheme| scheme.name == *name).unwrap_or_else(|| {
                self.list.push(documented(name, &Value::Null));
                self.list.len() - 1
            });
            if !indexes.contains(&index) {
                indexes.push(index);
            }
        }
        indexes
    }
}

/// Which class it is, whether it refuses by itself and what it answers then is not in a document.
fn documented(name: &str, scheme: &Value) -> Scheme {
    let word = |key: &str| scheme[key].as_str().unwrap_or("unknown").to_owned();
    let class = match word("type").as_str() {
        "http" => format!("OpenAPI http {}", word("scheme")),
        kind => format!("OpenAPI {kind}"),
    };
    Scheme { name: name.to_owned(), class, kind: SchemeKind::Documented, auto_error: false, failures: None }
}

#[cfg(test)]
mod tests;
