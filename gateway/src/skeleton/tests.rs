//! What is written for whole routes, of a document that has every kind of field.

use super::*;
use crate::skeleton::catalog::Column;

const DOCUMENT: &str = r##"{"paths": {"/api/boxes/{box_id}": {
    "get": {"tags": ["boxes"], "operationId": "read_box_api_boxes__box_id__get",
        "parameters": [{"name": "box_id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}}],
        "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/BoxPublic"}}}}}},
    "patch": {"tags": ["boxes"], "operationId": "change_box_api_boxes__box_id__patch",
        "parameters": [{"name": "box_id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}}],
        "requestBody": {"required": true,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/BoxUpdate"}}}},
        "responses": {"204": {}}}}},
  "components": {"schemas": {
    "Color": {"type": "string", "enum": ["red", "-red"]},
    "BoxPublic": {"type": "object", "properties": {
        "id": {"type": "string", "format": "uuid"},
        "type": {"type": "string"},
        "weight": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "packedAt": {"type": "string", "format": "date-time"}}},
    "BoxUpdate": {"type": "object", "required": ["type"], "properties": {
        "type": {"type": "string", "minLength": 1, "pattern": "^\\w+$"},
        "color": {"$ref": "#/components/schemas/Color", "default": "-red"},
        "weight": {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}, {"type": "null"}]},
        "sizes": {"type": "array", "items": {"type": "integer"}, "maxItems": 3},
        "extra": {"anyOf": [{"type": "integer"}, {"type": "boolean"}]}}}}}}"##;

fn drafted(method: &str, columns: Option<&[Column]>, present: &Files) -> Result<Draft, Vec<Refusal>> {
    let document = Document::parse(DOCUMENT).expect("the document is one");
    let route = RouteKey::new(method, "/api/boxes/{box_id}");
    let known = Known {
        route: &route,
        document: &document,
        protection: Protection::Open,
        resource: None,
        handler: None,
        columns,
    };
    draft(&known, present)
}

fn empty() -> Files {
    let list = "//! The list.\n\nmod tasks;\n\nfn list() -> Vec<Entry> {\n    vec![\n        Entry::a(),\n    ]\n}\n";
    Files::from([(NATIVE_LIST.to_owned(), list.to_owned())])
}

#[test]
fn a_change_has_the_fields_of_its_original() {
    let draft = drafted("PATCH", None, &empty()).expect("nothing is wrong");
    let request = &draft.files["boxes/model/request.rs"];
    for line in [
        "#[field(value = \"-red\")]\nRedDescending,",
        "#[field(min_length = 1, pattern = r#\"^\\w+$\"#)]\npub(crate) r#type: String,",
        "#[field(default = Color::RedDescending)]\npub(crate) color: Color,",
        "#[field(gt = \"0\")]\npub(crate) weight: Given<Option<Decimal>>,",
        "#[field(max_length = 3)]\npub(crate) sizes: Given<Vec<Whole>>,",
        "// The original: a union: the document does not say which member is tried first.\npub(crate) extra: Given<Value>,",
    ] {
        assert!(request.contains(line), "{line}\n{request}");
    }
    assert!(draft.open.iter().any(|open| open.starts_with("`BoxUpdate.extra`: a union")), "{:?}", draft.open);
}

#[test]
fn columns_have_the_types_of_the_table() {
    let column = |name: &str, kind: &str| Column {
        table: "boxes".to_owned(),
        name: name.to_owned(),
        kind: kind.to_owned(),
    };
    let columns = [
        column("id", "uuid"),
        column("type", "text"),
        column("weight", "numeric"),
        column("packedAt", "timestamp"),
    ];
    let draft = drafted("GET", Some(&columns), &empty()).expect("nothing is wrong");
    let model = &draft.files["boxes/model.rs"];
    for line in [
        "weight: Option<Decimal>,",
        "#[field(alias = \"packedAt\")]\npacked_at: NaiveDateTime,",
        "const SHOWN: &str = \"id, type, weight, \\\"packedAt\\\"\";",
        "async fn find(unit: &impl Reading, id: Uuid) -> Result<Option<BoxPublic>, DatabaseFailure> {",
        "r#type: read(row, \"type\")?,",
    ] {
        assert!(model.contains(line), "{line}\n{model}");
    }
    assert_eq!(draft.open, Vec::<String>::new());
    let elsewhere = drafted("GET", Some(&[]), &empty()).expect("nothing is wrong");
    assert_eq!(elsewhere.open, ["the database has no table `boxes`: no statement was written"]);
}

#[test]
fn a_second_route_adds_and_a_route_that_is_there_is_refused() {
    let mut files = empty();
    let first = drafted("GET", None, &files).expect("nothing is wrong");
    files.extend(first.files);
    let second = drafted("PATCH", None, &files).expect("nothing is wrong");
    for (path, text) in &second.files {
        let before = files.get(path).map_or("", String::as_str);
        let kept = before.lines().filter(|line| !line.starts_with("use "));
        assert!(kept.clone().all(|line| text.lines().any(|other| other == line)), "{path}\n{text}");
    }
    assert!(second.files["boxes/model.rs"].contains("\npub(super) mod request;\n"));
    files.extend(second.files);
    let refused = drafted("GET", None, &files).expect_err("it is there");
    assert_eq!(refused.len(), 3, "{refused:?}");
    assert_eq!(refused[0], Refusal::Registered { file: "native.rs" });
}

/// Names and patterns come from whoever wrote the document: nothing of them is code.
#[test]
fn what_a_document_says_stays_inside_of_texts_and_comments() {
    let evil = r##"{"paths": {"/api/user/{user_id}": {"put": {"tags": ["user"], "operationId": "put",
        "parameters": [{"name": "user_id", "in": "path", "required": true, "schema": {"type": "integer"}}],
        "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/In\nmod evil"}}}},
        "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Out\nmod evil"}}}}}}}},
      "components": {"schemas": {
        "In\nmod evil": {"properties": {"a": {"type": "string", "pattern": "\"#)] evil"}}},
        "Out\nmod evil": {"properties": {"id": {"type": "integer"}, "order": {"type": "integer"},
            "x\"; evil(); \"": {"type": "string"}}}}}}"##;
    let document = Document::parse(evil).expect("the document is one");
    let route = RouteKey::new("PUT", "/api/user/{user_id}");
    let known = Known {
        route: &route,
        document: &document,
        protection: Protection::Open,
        resource: None,
        handler: None,
        columns: None,
    };
    let draft = draft(&known, &empty()).expect("nothing is wrong");
    for (path, line) in [
        ("user/model/request.rs", "/// The original's `In\\nmod evil`.\n"),
        ("user/model/request.rs", "#[field(pattern = \"\\\"#)] evil\")]\n"),
        ("user/model.rs", "/// The original's `Out\\nmod evil`, members in its order.\n"),
        ("user/model.rs", r#"= "id, \"order\", \"x\"\"; evil(); \"\"\"";"#),
        ("user/model.rs", r#" FROM \"user\" WHERE id = $1""#),
    ] {
        assert!(draft.files[path].contains(line), "{line}\n{}", draft.files[path]);
    }
    let route = RouteKey::new("PUT", "/a\"b");
    assert!(
        matches!(super::draft(&Known { route: &route, ..known }, &empty()), Err(refused) if refused == [Refusal::Path])
    );
}

/// A model that many others hold is written once, whatever it is called.
#[test]
fn a_chain_of_models_takes_no_time() {
    let schema = |next: usize| {
        format!(
            r##""m_{}": {{"properties": {{"a": {{"$ref": "#/components/schemas/m_{next}"}}, "b": {{"$ref": "#/components/schemas/m_{next}"}}}}}}"##,
            next - 1
        )
    };
    let schemas: Vec<_> = (1..40).map(schema).collect();
    let text = format!(
        r##"{{"paths": {{"/boxes": {{"post": {{"requestBody": {{"content": {{"application/json": {{"schema": {{"$ref": "#/components/schemas/m_0"}}}}}}}}, "responses": {{}}}}}}}}, "components": {{"schemas": {{{}}}}}}}"##,
        schemas.join(",")
    );
    let document = Document::parse(&text).expect("the document is one");
    let route = RouteKey::new("POST", "/boxes");
    let known = Known {
        route: &route,
        document: &document,
        protection: Protection::Open,
        resource: None,
        handler: None,
        columns: None,
    };
    let draft = draft(&known, &empty()).expect("nothing is wrong");
    assert_eq!(draft.files["boxes/model/request.rs"].matches("pub(crate) struct ").count(), 39);
}

#[test]
fn a_type_that_holds_itself_is_told_and_not_followed() {
    let text = r##"{"paths": {"/boxes": {"post": {"requestBody": {"content": {"application/json":
        {"schema": {"$ref": "#/components/schemas/Tree"}}}}, "responses": {"200": {"content": {"application/json":
        {"schema": {"$ref": "#/components/schemas/Wood"}}}}}}}}, "components": {"schemas": {
        "Tree": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        "Wood": {"additionalProperties": {"$ref": "#/components/schemas/Forest"}, "type": "object"},
        "Forest": {"type": "array", "items": {"$ref": "#/components/schemas/Wood"}}}}}"##;
    let document = Document::parse(text).expect("the document is one");
    let route = RouteKey::new("POST", "/boxes");
    let (protection, columns) = (Protection::Open, None);
    let known =
        Known { route: &route, document: &document, protection, resource: None, handler: None, columns };
    let draft = draft(&known, &empty()).expect("nothing is wrong");
    assert_eq!(
        draft.open.iter().filter(|open| open.contains("it refers to itself")).count(),
        2,
        "{:?}",
        draft.open
    );
}
