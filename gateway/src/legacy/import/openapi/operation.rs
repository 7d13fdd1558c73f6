//! One method of one path of the document: its template, and what its parameters may hold.

use serde_json::Value;

use super::shape::Shape;
use crate::routes::lock::row::{Converter, Param};

const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

pub(super) fn is_method(name: &str) -> bool {
    METHODS.contains(&name)
}

pub(super) struct Operation {
    pub(super) method: String,
    pub(super) template: String,
    pub(super) params: Vec<Param>,
    pub(super) security: Vec<usize>,
    pub(super) shape: Shape,
}

#[derive(Debug, thiserror::Error)]
#[error("`{key}` is not a path as FastAPI writes one, as in `/api/tasks/{{task_id}}`")]
pub(super) struct NotATemplate {
    key: String,
}

impl Operation {
    pub(super) fn read(template: &str, method: &str, item: &Value) -> Result<Self, NotATemplate> {
        let method = method.to_ascii_uppercase();
        let wrong = || NotATemplate { key: format!("{method} {template}") };
        if !template.starts_with('/') {
            return Err(wrong());
        }
        let operation = &item[method.to_ascii_lowercase()];
        let mut params = Vec::new();
        let mut pieces = template.split('{');
        if pieces.next().is_some_and(|literal| literal.contains('}')) {
            return Err(wrong());
        }
        for piece in pieces {
            let (name, literal) = piece.split_once('}').ok_or_else(wrong)?;
            if !is_identifier(name) || literal.contains('}') {
                return Err(wrong());
            }
            let converter = [operation, item].into_iter().find_map(|holder| converter(holder, name));
            params.push(param(name, converter.unwrap_or(Converter::Str)));
        }
        let shape = Shape::of(template, &params);
        Ok(Self { method, template: template.to_owned(), params, security: Vec::new(), shape })
    }

    pub(super) fn key(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// The first parameter that may hold anything, slashes and the names of hidden routes included.
    pub(super) fn unbounded(&self) -> Option<&str> {
        self.params.iter().find(|param| param.converter == Converter::Str).map(|param| param.name.as_str())
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|each| each.is_ascii_alphanumeric() || each == '_')
}

/// Narrower than the application's, whatever that is: what does not fit is the legacy's to judge.
fn converter(holder: &Value, name: &str) -> Option<Converter> {
    let parameters = holder["parameters"].as_array()?;
    let is_meant = |parameter: &&Value| parameter["in"] == "path" && parameter["name"] == name;
    let schema = &parameters.iter().find(is_meant)?["schema"];
    Some(match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("integer"), _) => Converter::Int,
        (Some("string"), Some("uuid")) => Converter::Uuid,
        _ => Converter::Str,
    })
}

fn param(name: &str, converter: Converter) -> Param {
    let regex = match converter {
        Converter::Int => "[0-9]+",
        Converter::Uuid => "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        Converter::Str | Converter::Path | Converter::Float => "[^/]+",
    };
    Param { name: name.to_owned(), converter, regex: regex.to_owned() }
}
