//! The three rooms of a resource: what one more route writes into each.

mod model;
mod router;
mod service;

use super::{
    Files, Known, Protection, Refusal,
    answers::{Answers, Whole},
    naming,
    operation::Operation,
    requests::Requests,
    room::{Addition, Name, declares},
    table::Table,
};

pub(super) struct Written {
    pub(super) files: Files,
    pub(super) open: Vec<String>,
}

/// What a handler takes, in the order of its arguments.
pub(super) struct Arguments {
    pub(super) list: Vec<Argument>,
}

pub(super) struct Argument {
    /// What the service calls it.
    pub(super) name: String,
    /// The type that the service takes by reference.
    pub(super) kind: String,
    pub(super) from: From,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Path,
    Query,
    Header,
    Cookie,
    Form,
    Body,
}

const REQUEST_NAMES: &[Name] = &[
    ("Model", "gateway_macros::Model"),
    ("IndexMap", "indexmap::IndexMap"),
    ("Uuid", "crate::contract::field::Uuid"),
    ("Date", "crate::contract::field::Date"),
    ("DateTime", "crate::contract::field::DateTime"),
    ("Decimal", "crate::contract::field::Decimal"),
    ("Email", "crate::contract::field::Email"),
    ("Given", "crate::contract::field::Given"),
    ("Time", "crate::contract::field::Time"),
    ("TimeDelta", "crate::contract::field::TimeDelta"),
    ("UploadFile", "crate::contract::request::UploadFile"),
    ("Url", "crate::contract::field::Url"),
    ("Value", "crate::contract::python::Value"),
    ("Whole", "crate::contract::field::Whole"),
];

pub(super) fn write(
    known: &Known<'_>,
    operation: &Operation,
    present: &Files,
) -> Result<Written, Vec<Refusal>> {
    let resource = &operation.resource;
    let paths = Paths::of(resource);
    let file = |path: &str| present.get(path).map_or("", String::as_str);
    let taken = [&paths.router, &paths.service].map(|path| {
        let name = operation.handler.clone();
        declares(file(path), "fn", &name).then(|| Refusal::Handler { file: path.clone(), name })
    });
    let taken: Vec<_> = taken.into_iter().flatten().collect();
    if !taken.is_empty() {
        return Err(taken);
    }
    let table = Table::of(resource, known.columns);
    let mut requests = Requests::new(known.document, known.route.as_str(), operation.is_partial());
    let arguments = arguments(operation, &mut requests);
    let mut answers = Answers::new(known.document, table.as_ref());
    let whole =
        answers.whole(operation.answer.as_ref().filter(|_| operation.status != 204), &operation.handler);
    let model = model::write(
        operation,
        &arguments,
        &answers,
        &whole,
        (table.as_ref(), &requests.fields),
        file(&paths.model),
    );
    if let Some(read) = &model.reads {
        requests.is_read(read);
    }
    let mut open = unsaid(known, operation, table.as_ref());
    open.append(&mut requests.open);
    open.append(&mut answers.open);
    open.extend(model.open);
    let mut files = Files::new();
    let mut put = |path: &str, addition: &Addition, names: &[Name], own: &[String]| {
        let text = addition.to(present.get(path).map(String::as_str), names, own);
        files.insert(path.to_owned(), text);
    };
    let title = naming::pascal(resource);
    let head = format!("//! {title} over the API.\n\nmod model;\npub(super) mod router;\nmod service;\n");
    if !present.contains_key(&paths.resource) {
        put(&paths.resource, &Addition { head, ..Addition::default() }, &[], &[]);
    }
    let own = |kinds: &[String], within: &str| imported(kinds, &requests, &answers, within);
    let router = router::write(known, operation, &arguments, &whole);
    let kinds: Vec<_> = arguments.list.iter().map(|argument| argument.kind.clone()).collect();
    put(&paths.router, &router, router::NAMES, &own(&kinds, ""));
    let service = service::write(known, operation, &arguments, &whole, model.call.as_ref());
    let kinds: Vec<_> = kinds.into_iter().chain(whole.kind).collect();
    put(&paths.service, &service, service::NAMES, &own(&kinds, ""));
    let mut addition = model.addition;
    if !requests.models.is_empty() {
        addition.modules.push("pub(super) mod request;".to_owned());
        let items = requests.models.iter().filter(|(name, _)| !is_there(file(&paths.request), name));
        let items: Vec<_> = items.map(|(_, text)| text.clone()).collect();
        let head = format!("//! What clients send about {resource}.\n");
        put(&paths.request, &Addition { head, items, ..Addition::default() }, REQUEST_NAMES, &[]);
    }
    put(&paths.model, &addition, model::NAMES, &[]);
    Ok(Written { files, open })
}

struct Paths {
    resource: String,
    router: String,
    service: String,
    model: String,
    request: String,
}

impl Paths {
    fn of(resource: &str) -> Self {
        Self {
            resource: format!("{resource}.rs"),
            router: format!("{resource}/router.rs"),
            service: format!("{resource}/service.rs"),
            model: format!("{resource}/model.rs"),
            request: format!("{resource}/model/request.rs"),
        }
    }
}

fn is_there(text: &str, name: &str) -> bool {
    declares(text, "struct", name) || declares(text, "enum", name)
}

/// The imports of those types that the model declares.
fn imported(
    kinds: &[String],
    requests: &Requests<'_>,
    answers: &Answers<'_, '_>,
    within: &str,
) -> Vec<String> {
    let words = |kind: &String| -> Vec<String> {
        kind.split(|one: char| !one.is_alphanumeric() && one != '_').map(str::to_owned).collect()
    };
    let words = kinds.iter().flat_map(words);
    let paths = words.filter_map(|word| {
        let place = match (requests.models.contains_key(&word), answers.structs.contains_key(&word)) {
            (true, _) => "super::model::request",
            (false, true) => "super::model",
            (false, false) => return None,
        };
        Some(format!("{within}{place}::{word}"))
    });
    paths.collect()
}

fn arguments<'d>(operation: &'d Operation, requests: &mut Requests<'d>) -> Arguments {
    let mut list = Vec::new();
    let route = operation.route.as_str();
    let called = naming::pascal(&operation.handler);
    let path = operation.path();
    if path.len() > 2 || path.iter().any(|one| requests.is_ruled(&one.schema)) {
        let kind = format!("{called}Path");
        requests.parameters(&kind, &path, &format!("The parameters in the path of `{route}`."));
        list.push(Argument { name: "place".to_owned(), kind, from: From::Path });
    } else {
        list.extend(path.iter().map(|one| {
            let kind = requests.alone(&one.schema, &naming::pascal(&one.name));
            Argument { name: naming::identifier(&one.name), kind, from: From::Path }
        }));
    }
    for (place, from, name) in [
        ("query", From::Query, "wanted"),
        ("header", From::Header, "headers"),
        ("cookie", From::Cookie, "cookies"),
    ] {
        let own: Vec<_> = operation.placed(place).collect();
        if !own.is_empty() {
            let kind = format!("{called}{from:?}");
            requests.parameters(&kind, &own, &format!("What `{route}` takes from the {place}."));
            list.push(Argument { name: name.to_owned(), kind, from });
        }
    }
    if let Some(body) = &operation.body {
        let from = match body.media_type.as_str() {
            "application/x-www-form-urlencoded" | "multipart/form-data" => From::Form,
            _ => From::Body,
        };
        let kind = match from {
            From::Form => requests.form(&body.schema, &format!("{called}Form")),
            _ => requests.body(&body.schema, &format!("{called}Body")),
        };
        let kind =
            if body.required || kind.starts_with("Option<") { kind } else { format!("Option<{kind}>") };
        let name = if operation.is_partial() { "change" } else { "new" }.to_owned();
        list.push(Argument { name, kind, from });
    }
    Arguments { list }
}

/// What the document leaves out for every route of this kind.
fn unsaid(known: &Known<'_>, operation: &Operation, table: Option<&Table<'_>>) -> Vec<String> {
    let mut open = Vec::new();
    if let Protection::Other(schemes) = &known.protection {
        let schemes = schemes.join(", ");
        open.push(format!(
            "{schemes} protects the original: the gateway verifies nothing of it, the handler has to"
        ));
    }
    let bodies = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"];
    if let Some(body) = operation.body.as_ref().filter(|body| !bodies.contains(&body.media_type.as_str())) {
        open.push(format!("the body is `{}`: `Body` reads JSON", body.media_type));
    }
    if let Some(kind) = operation.media_type.as_deref().filter(|kind| *kind != "application/json") {
        open.push(format!("the answer is `{kind}`, and no JSON"));
    }
    if ![200, 201, 204].contains(&operation.status) {
        open.push(format!("the answer has the status {}", operation.status));
    }
    if table.is_none() {
        open.push(format!("the database has no table `{}`: no statement was written", operation.resource));
    }
    open
}
