//! An OpenAPI 3 document, as far as it says what a handler takes and gives.
//!
//! The order of members is the document's, which is the order in which the original declares them.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::ordered::Ordered;

#[derive(Debug, Deserialize)]
pub struct Document {
    paths: Ordered<PathItem>,
    #[serde(default)]
    components: Components,
}

#[derive(Debug, Default, Deserialize)]
struct Components {
    #[serde(default)]
    schemas: Ordered<Schema>,
}

#[derive(Debug, Deserialize)]
struct PathItem {
    #[serde(default)]
    parameters: Vec<Parameter>,
    #[serde(flatten)]
    operations: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OperationObject {
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) operation_id: String,
    #[serde(default)]
    pub(super) parameters: Vec<Parameter>,
    pub(super) request_body: Option<RequestBody>,
    #[serde(default)]
    pub(super) responses: Ordered<Response>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    #[serde(rename = "in")]
    pub(super) place: String,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) schema: Schema,
}

#[derive(Debug, Deserialize)]
pub(super) struct RequestBody {
    #[serde(default)]
    pub(super) content: Ordered<Content>,
    #[serde(default)]
    pub(super) required: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Response {
    #[serde(default)]
    pub(super) content: Ordered<Content>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Content {
    #[serde(default)]
    pub(super) schema: Schema,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Schema {
    #[serde(rename = "$ref")]
    pub(super) reference: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<Kinds>,
    pub(super) format: Option<String>,
    pub(super) content_media_type: Option<String>,
    #[serde(rename = "enum")]
    pub(super) values: Vec<Value>,
    #[serde(rename = "const")]
    pub(super) only: Option<Value>,
    pub(super) properties: Ordered<Schema>,
    pub(super) required: Vec<String>,
    pub(super) items: Option<Box<Schema>>,
    pub(super) any_of: Vec<Schema>,
    pub(super) one_of: Vec<Schema>,
    pub(super) all_of: Vec<Schema>,
    pub(super) additional_properties: Option<Additional>,
    pub(super) minimum: Option<Value>,
    pub(super) maximum: Option<Value>,
    pub(super) exclusive_minimum: Option<Value>,
    pub(super) exclusive_maximum: Option<Value>,
    pub(super) multiple_of: Option<Value>,
    pub(super) min_length: Option<u64>,
    pub(super) max_length: Option<u64>,
    pub(super) min_items: Option<u64>,
    pub(super) max_items: Option<u64>,
    pub(super) unique_items: bool,
    pub(super) pattern: Option<String>,
    pub(super) default: Option<Value>,
}

/// OpenAPI 3.1 may list several.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Kinds {
    One(String),
    Many(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Additional {
    Any(bool),
    Of(Box<Schema>),
}

impl Document {
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// By the template as the document spells it: without converters.
    pub(super) fn operation(&self, method: &str, path: &str) -> Option<OperationObject> {
        let item = self.paths.get(path)?;
        let found = item.operations.get(&method.to_ascii_lowercase())?;
        let mut operation: OperationObject = serde_json::from_value(found.clone()).ok()?;
        let own = operation.parameters.clone();
        let shared = item.parameters.iter().filter(|shared| own.iter().all(|one| one.name != shared.name));
        operation.parameters.extend(shared.cloned());
        Some(operation)
    }

    /// The name of a component and what it is.
    pub(super) fn component<'a>(&'a self, reference: &'a str) -> Option<(&'a str, &'a Schema)> {
        let name = reference.strip_prefix("#/components/schemas/")?;
        self.components.schemas.get(name).map(|schema| (name, schema))
    }
}

impl Schema {
    pub(super) fn is(&self, kind: &str) -> bool {
        match &self.kind {
            Some(Kinds::One(one)) => one == kind,
            Some(Kinds::Many(many)) => many.iter().any(|one| one == kind),
            None => false,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(&self.kind, Some(Kinds::One(kind)) if kind == "null")
    }
}
