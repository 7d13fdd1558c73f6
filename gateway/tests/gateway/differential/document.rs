//! What the sample's OpenAPI document says about the routes that are native: their parameters, bodies and types.

use compat_tests::{client::Client, sample::Version};
use serde_json::{Map, Value};

use crate::house::shared;

#[derive(Clone, Debug)]
pub(super) struct Operation {
    /// As `routes.toml` names it.
    pub(super) route: String,
    pub(super) method: String,
    /// As the document names it.
    pub(super) path: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Schema>,
}

#[derive(Clone, Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) is_in_path: bool,
    pub(super) schema: Schema,
}

#[derive(Clone, Debug)]
pub(super) enum Schema {
    Integer { least: i64, most: i64 },
    Number { least: f64 },
    Decimal,
    Text { shortest: usize, longest: usize },
    Instant,
    Choice(Vec<String>),
    Boolean,
    List(Box<Self>),
    Object(Vec<Field>),
    Nullable(Box<Self>),
    Anything,
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) is_required: bool,
    pub(super) schema: Schema,
}

pub(super) async fn of_sample(version: Version) -> Value {
    let mut client = Client::connect(shared(version).legacy.address()).await.unwrap();
    let answer = client.request("GET", "/openapi.json", &[], b"").await.unwrap();
    serde_json::from_slice(&answer.body).unwrap()
}

impl Operation {
    pub(super) fn of_native_routes(document: &Value) -> Vec<Self> {
        let keys = gateway::native::ported();
        let operations: Vec<_> = keys.iter().map(|key| Self::find(document, &key.to_string())).collect();
        assert!(operations.len() >= 24, "{operations:?}");
        operations
    }

    /// The document names a parameter without its converter.
    fn find(document: &Value, route: &str) -> Self {
        let (method, template) = route.split_once(' ').unwrap();
        let converter = regex::Regex::new(":[a-z]+}").unwrap();
        let path = converter.replace_all(template, "}").into_owned();
        let operation = &document["paths"][&path][method.to_lowercase()];
        assert!(operation.is_object(), "{route} is not in the document");
        let none = Vec::new();
        let parameters = operation["parameters"].as_array().unwrap_or(&none);
        let parameters = parameters.iter().map(|parameter| Parameter {
            name: parameter["name"].as_str().unwrap().to_owned(),
            is_in_path: parameter["in"] == "path",
            schema: Schema::read(document, &parameter["schema"]),
        });
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        Self {
            route: route.to_owned(),
            method: method.to_owned(),
            parameters: parameters.collect(),
            body: body.is_object().then(|| Schema::read(document, body)),
            path,
        }
    }

    /// The types that it asks for.
    pub(super) fn types(&self) -> Vec<&'static str> {
        let mut types: Vec<_> = self.parameters.iter().map(|parameter| parameter.schema.name()).collect();
        if let Some(Schema::Object(fields)) = &self.body {
            types.extend(fields.iter().map(|field| field.schema.name()));
        }
        types.sort_unstable();
        types.dedup();
        types
    }
}

impl Schema {
    fn read(document: &Value, schema: &Value) -> Self {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.strip_prefix("#/components/schemas/").unwrap();
            return Self::read(document, &document["components"]["schemas"][name]);
        }
        if let Some(options) = schema["anyOf"].as_array() {
            return Self::one_of(document, options);
        }
        if let Some(values) = schema["enum"].as_array() {
            return Self::Choice(values.iter().map(|value| value.as_str().unwrap().to_owned()).collect());
        }
        let length = |key: &str, default| schema[key].as_u64().map_or(default, |length| length as usize);
        let bound = |key: &str, default: f64| schema[key].as_f64().unwrap_or(default);
        match schema["type"].as_str() {
            Some("integer") => {
                Self::Integer { least: bound("minimum", -1e18) as i64, most: bound("maximum", 1e18) as i64 }
            }
            Some("number") => Self::Number { least: bound("minimum", f64::MIN) },
            Some("string") if schema["format"] == "date-time" => Self::Instant,
            Some("string") => {
                Self::Text { shortest: length("minLength", 0), longest: length("maxLength", 20_000) }
            }
            Some("boolean") => Self::Boolean,
            Some("array") => Self::List(Box::new(Self::read(document, &schema["items"]))),
            Some("object") => Self::object(document, schema),
            _ => Self::Anything,
        }
    }

    fn one_of(document: &Value, options: &[Value]) -> Self {
        let is_null = |option: &&Value| option["type"] == "null";
        let others: Vec<_> = options.iter().filter(|option| !is_null(option)).collect();
        let types: Vec<_> = others.iter().filter_map(|option| option["type"].as_str()).collect();
        let schema = match (types.as_slice(), others.as_slice()) {
            (["number", "string"], _) => Self::Decimal,
            (_, [only]) => Self::read(document, only),
            _ => Self::Anything,
        };
        if options.iter().any(|option| is_null(&option)) { Self::Nullable(Box::new(schema)) } else { schema }
    }

    fn object(document: &Value, schema: &Value) -> Self {
        let (empty, none) = (Map::new(), Vec::new());
        let required = schema["required"].as_array().unwrap_or(&none);
        let members = schema["properties"].as_object().unwrap_or(&empty);
        let fields = members.iter().map(|(name, schema)| Field {
            name: name.clone(),
            is_required: required.contains(&Value::from(name.as_str())),
            schema: Self::read(document, schema),
        });
        Self::Object(fields.collect())
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Integer { .. } => "integer",
            Self::Number { .. } => "number",
            Self::Decimal => "decimal",
            Self::Text { .. } => "text",
            Self::Instant => "instant",
            Self::Choice(_) => "choice",
            Self::Boolean => "boolean",
            Self::List(_) => "list",
            Self::Object(_) => "model",
            Self::Nullable(inner) => inner.name(),
            Self::Anything => "anything",
        }
    }
}
