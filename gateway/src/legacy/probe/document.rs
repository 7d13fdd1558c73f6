//! What the legacy's OpenAPI document says about who may be asked what: which operations need a token, read a JSON
//! body that cannot be empty, or a number from the query.

use http::Method;
use serde_json::Value;

#[derive(Debug, Default)]
pub struct Document {
    pub operations: Vec<Operation>,
}

#[derive(Debug)]
pub struct Operation {
    pub method: Method,
    pub path: String,
    pub is_protected: bool,
    /// How many members its JSON body must have, where it must have one, takes nothing else, and FastAPI itself reads it.
    pub required_members: usize,
    /// It says that it refuses what is not valid: something reads what it is sent.
    pub validates: bool,
    pub integer_in_query: Option<String>,
    pub needs_query: bool,
}

impl Document {
    pub fn read(document: &Value) -> Option<Self> {
        document.get("openapi")?.as_str().filter(|version| version.starts_with("3."))?;
        let paths = document.get("paths")?.as_object()?;
        let operations = paths.iter().flat_map(|(path, item)| {
            let members = item.as_object().into_iter().flatten();
            members.filter_map(move |(name, operation)| {
                let method = Method::from_bytes(name.to_ascii_uppercase().as_bytes()).ok()?;
                let is_method = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
                is_method.contains(&name.as_str()).then(|| Operation::read(document, method, path, operation))
            })
        });
        Some(Self { operations: operations.collect() })
    }

    pub fn has(&self, method: &Method, path: &str) -> bool {
        self.operations.iter().any(|operation| operation.method == *method && operation.path == path)
    }

    /// Nothing but this method is known to be served at the path.
    pub fn has_only(&self, method: &Method, path: &str) -> bool {
        let mut here = self.operations.iter().filter(|operation| operation.path == path).peekable();
        here.peek().is_some() && here.all(|operation| operation.method == *method)
    }
}

impl Operation {
    fn read(document: &Value, method: Method, path: &str, operation: &Value) -> Self {
        let own = operation.get("security").or_else(|| document.get("security"));
        let is_protected = own.and_then(Value::as_array).is_some_and(|schemes| !schemes.is_empty());
        let parameters = operation.get("parameters").and_then(Value::as_array);
        // With parameters its 422 may be theirs, and the body one that a handler reads by itself.
        let reads_nothing_else = parameters.is_none_or(Vec::is_empty);
        let query = parameters.into_iter().flatten().filter(|parameter| parameter["in"] == "query");
        let query: Vec<&Value> = query.collect();
        let integer = query.iter().find(|parameter| parameter["schema"]["type"] == "integer");
        Self {
            method,
            path: path.to_owned(),
            is_protected,
            required_members: reads_nothing_else
                .then(|| required_members(document, operation))
                .flatten()
                .unwrap_or_default(),
            validates: !operation["responses"]["422"].is_null(),
            integer_in_query: integer.and_then(|parameter| Some(parameter["name"].as_str()?.to_owned())),
            needs_query: query.iter().any(|parameter| parameter["required"] == true),
        }
    }

    pub fn has_parameters(&self) -> bool {
        self.path.contains('{')
    }

    /// Whether a body that is no object with members cannot pass.
    pub fn refuses_an_empty_body(&self) -> bool {
        self.validates && self.required_members > 0
    }
}

fn required_members(document: &Value, operation: &Value) -> Option<usize> {
    let body = operation.get("requestBody")?;
    let content = body.get("content")?.as_object()?;
    let (kind, media) = content.iter().next().filter(|_| content.len() == 1)?;
    if body["required"] != true || kind != "application/json" {
        return None;
    }
    // FastAPI refers to the models that it reads; a schema on the spot was written by hand, and may be no more than said.
    let reference = media.get("schema")?.get("$ref")?.as_str()?;
    let schema = document.pointer(reference.strip_prefix('#')?)?;
    Some(schema.get("required")?.as_array()?.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_operation_is_as_strict_as_its_document_says() {
        let body = |schema: Value| json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        let refused = json!({ "422": {} });
        let document = json!({
            "openapi": "3.1.0",
            "components": { "schemas": { "Login": { "required": ["email", "password"] } } },
            "paths": {
                "/login": { "post": { "requestBody": body(json!({ "$ref": "#/components/schemas/Login" })), "responses": refused } },
                "/said": { "post": { "requestBody": body(json!({ "required": ["a"] })), "responses": refused } },
                "/hook": { "post": {
                    "requestBody": body(json!({ "$ref": "#/components/schemas/Login" })), "responses": refused,
                    "parameters": [{ "in": "header", "name": "x-signature", "schema": {} }] } },
                "/raw": { "post": { "requestBody": body(json!({ "required": ["a"] })), "responses": {} } },
                "/any": { "put": { "requestBody": body(json!({})), "responses": refused }, "summary": "no method" },
                "/form": { "post": { "requestBody": { "required": true, "content": {
                    "application/x-www-form-urlencoded": { "schema": { "required": ["a"] } } } }, "responses": refused } },
                "/list": { "get": { "security": [{ "bearer": [] }], "responses": refused, "parameters": [
                    { "in": "path", "name": "p", "schema": { "type": "integer" } },
                    { "in": "query", "name": "skip", "schema": { "type": "integer" } }] } },
            },
        });
        let document = Document::read(&document).expect("a document");
        let strict: Vec<_> = document.operations.iter().filter(|each| each.refuses_an_empty_body()).collect();
        assert_eq!(strict.iter().map(|each| each.path.as_str()).collect::<Vec<_>>(), ["/login"]);
        assert_eq!(strict[0].required_members, 2);
        let list = document.operations.iter().find(|each| each.path == "/list").expect("listed");
        assert_eq!((list.is_protected, list.integer_in_query.as_deref()), (true, Some("skip")));
        assert_eq!(document.operations.len(), 7);
        assert!(document.has_only(&Method::PUT, "/any") && !document.has_only(&Method::GET, "/any"));
        assert!(Document::read(&json!({ "swagger": "2.0", "paths": {} })).is_none());
    }
}
