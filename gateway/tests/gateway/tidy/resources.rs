//! What the rooms of a native resource are built of: the building blocks and each other, and nothing else.
//!
//! A list of what may be named, not of what may not: who reaches around the blocks does it in a way that nobody foresaw.

mod paths;

use super::sources;
use paths::Paths;

/// A room by the end of its file's name, and all that it may name: a path, or anything below it.
struct Room {
    file: &'static str,
    may_name: &'static [&'static str],
}

const ROUTER: Room = Room {
    file: "/router.rs",
    may_name: &[
        "super::model::request",
        "super::service",
        "crate::auth::Client",
        "crate::auth::Issuer",
        "crate::auth::Principal",
        "crate::auth::user::CurrentUser",
        "crate::contract::Failure",
        "crate::contract::answer::Reply",
        "crate::contract::field",
        "crate::contract::request",
        "crate::db::ReadOnly",
        "crate::db::UnitOfWork",
        "uuid::Uuid",
    ],
};

const SERVICE: Room = Room {
    file: "/service.rs",
    may_name: &[
        "super::model",
        "crate::auth::Client",
        "crate::auth::Issuer",
        "crate::auth::Principal",
        "crate::auth::access",
        "crate::auth::audit",
        "crate::auth::keys::Jwks",
        "crate::auth::sessions",
        "crate::auth::user::CurrentUser",
        "crate::contract::Failure",
        "crate::contract::column",
        "crate::contract::field",
        "crate::db::DatabaseFailure",
        "crate::db::Reading",
        "crate::db::UnitOfWork",
        "chrono",
        "clippy",
        "std::borrow",
        "std::cmp",
        "std::collections",
        "std::time",
        "serde_json",
        "tokio::try_join",
        "uuid::Uuid",
    ],
};

const MODEL: Room = Room {
    file: "/model.rs",
    may_name: &[
        "request",
        "crate::contract::field",
        "crate::db::DatabaseFailure",
        "crate::db::Reading",
        "crate::db::UnitOfWork",
        "crate::db::row::read",
        "chrono",
        "gateway_macros",
        "std::borrow",
        "std::cmp",
        "std::collections",
        "std::slice",
        "tokio::try_join",
        "tokio_postgres::Row",
        "tokio_postgres::types",
        "uuid::Uuid",
    ],
};

const REQUEST: Room = Room {
    file: "/model/request.rs",
    may_name: &[
        "crate::contract::field",
        "chrono",
        "gateway_macros",
        "std::collections",
        "std::fmt",
        "uuid::Uuid",
    ],
};

const ROOMS: [Room; 4] = [ROUTER, SERVICE, MODEL, REQUEST];

/// The modules of a resource's own file.
const RESOURCE: Room = Room { file: ".rs", may_name: &[] };

impl Room {
    fn of(path: &str) -> &'static Self {
        ROOMS.iter().find(|room| path.ends_with(room.file)).unwrap_or(&RESOURCE)
    }

    /// Everything in a file of this room that does not belong there.
    fn offences(&self, text: &str) -> Vec<String> {
        let paths = Paths::of(text);
        let allowed = |path: &str| {
            self.may_name.iter().any(|may| path == *may || path.starts_with(&format!("{may}::")))
        };
        let mut offences: Vec<_> =
            paths.named.iter().filter(|path| !allowed(path)).map(|path| format!("names {path}")).collect();
        offences.extend(hidden(text));
        if self.file == ROUTER.file {
            offences.extend(answers(text));
        }
        if [ROUTER.file, SERVICE.file].contains(&self.file) {
            let asks = [".query(", ".change(", "::query(", "::change("];
            offences.extend(
                asks.iter()
                    .filter(|ask| text.contains(**ask))
                    .map(|ask| format!("asks the database itself: {ask}")),
            );
        }
        offences
    }
}

/// What no list of names would see: code that is written elsewhere, and texts that are not read as such here.
fn hidden(text: &str) -> Vec<String> {
    let words = ["include!", "#[path", "macro_rules!", " r\"", "(r\"", "r#\""];
    words
        .iter()
        .filter(|word| text.contains(**word))
        .map(|word| format!("hides what it names: {word}"))
        .collect()
}

/// A handler says what a client gets by a `Reply` or a `Failure`; nothing else in a router is a function.
fn answers(text: &str) -> Option<String> {
    let functions = text.matches("fn ").count();
    let handlers = text.matches(") -> Result<Reply, Failure> {").count();
    (functions != handlers).then(|| format!("{functions} functions, {handlers} of which answer with a Reply"))
}

#[test]
fn a_resource_is_built_of_the_building_blocks() {
    let mut seen = 0;
    for source in sources() {
        let Some(file) = source.path.strip_prefix("gateway/src/native/") else { continue };
        if AROUND.contains(&file) {
            continue;
        }
        seen += 1;
        let mut offences = Room::of(&source.path).offences(&source.text);
        if !file.contains('/') {
            offences.extend(more_than_modules(&source.text));
        }
        assert!(offences.is_empty(), "{}: {}", source.path, offences.join("; "));
    }
    assert!(seen >= 18, "only {seen} files of resources were found");
}

/// What stands around every handler. Beside it `native/` has a file for each resource, and no handler.
const AROUND: [&str; 3] = ["arguments.rs", "attempt.rs", "reception.rs"];

/// A resource's own file is the list of its rooms.
fn more_than_modules(text: &str) -> Option<String> {
    let is_listed = |line: &&str| {
        let line = line.strip_prefix("pub(super) ").unwrap_or(line);
        line.is_empty() || line.starts_with("//") || line.starts_with("mod ") && line.ends_with(';')
    };
    text.lines().find(|line| !is_listed(line)).map(|line| format!("is more than its rooms: {line}"))
}

/// The list of handlers names those of routers and makes none of its own.
#[test]
fn every_handler_stands_in_a_router() {
    let listed = |text: &str| {
        let named =
            regex::Regex::new(r"house\s*\.handler\(\s*[a-z0-9_]+::router::[a-z0-9_]+,?\s*\)").unwrap();
        (text.matches(".handler(").count(), named.find_iter(text).count())
    };
    let sources = sources();
    let list = sources.iter().find(|source| source.path == "gateway/src/native.rs").unwrap();
    let (all, of_routers) = listed(&list.text);
    assert_eq!(all, of_routers, "a handler is listed that stands in no router");
    assert!(all >= 24, "only {all} routes are native");
    assert_eq!(listed("house.handler(tasks::router::list), house.handler(sneaky::read)"), (2, 1));
    assert_eq!(listed("|house| house.handler(|unit: UnitOfWork| async move { own(unit) })"), (1, 0));
}

#[test]
fn a_resource_that_is_more_than_its_rooms_is_found() {
    assert_eq!(more_than_modules("//! Things.\n\nmod model;\npub(super) mod router;\n"), None);
    let said = more_than_modules("//! Things.\n\nmod model;\n\npub(super) async fn read() {\n");
    assert_eq!(said.as_deref(), Some("is more than its rooms: pub(super) async fn read() {"));
}

const HANDLER: &str = "//! Things over HTTP.

use super::{model::request::ThingCreate, service};
use crate::{
    auth::user::CurrentUser,
    contract::{Failure, answer::Reply, request::Body},
    db::UnitOfWork,
};

/// `POST /api/things`
pub(crate) async fn create(
    unit: UnitOfWork,
    user: CurrentUser,
    Body(new): Body<ThingCreate>,
) -> Result<Reply, Failure> {
    Ok(Reply::created(service::create(&unit, user, &new).await?))
}
";

/// What was changed in the handler above, and what is said of it.
#[test]
fn a_handler_that_reaches_around_the_blocks_is_found() {
    assert_eq!(ROUTER.offences(HANDLER), [""; 0]);
    let pool = "    db::{UnitOfWork, pool::PoolSettings},\n";
    let around: [(&str, &str, &str); 15] = [
        ("    db::UnitOfWork,\n", pool, "names crate::db::pool::PoolSettings"),
        ("    db::UnitOfWork,\n", "    db::{Database, UnitOfWork},\n", "names crate::db::Database"),
        (
            "    db::UnitOfWork,\n",
            "    db::UnitOfWork,\n    legacy::Legacy,\n",
            "names crate::legacy::Legacy",
        ),
        ("use super::{", "use axum::extract::State;\nuse super::{", "names axum::extract::State"),
        ("    user: CurrentUser,\n", "    user: axum::Json<u8>,\n", "names axum::Json"),
        ("    user: CurrentUser,\n", "    user: crate::front::Visit,\n", "names crate::front::Visit"),
        ("service::create(", "super::model::insert(", "names super::model::insert"),
        (
            "use super::{model::request::ThingCreate, ",
            "use super::{super::tasks::model, ",
            "names super::super::tasks::model",
        ),
        ("    Ok(", "    tokio::fs::read(\"x\").await;\n    Ok(", "names tokio::fs::read"),
        ("    Ok(", "    std::env::var(\"X\");\n    Ok(", "names std::env::var"),
        (
            "    Ok(",
            "    unit.change(\"update things set name = name\", &[]).await?;\n    Ok(",
            "asks the database itself: .change(",
        ),
        ("/// `POST", "include!(\"around.inc\");\n\n/// `POST", "hides what it names: include!"),
        // Neither is the begin of a text, nor is what stands between them one.
        (
            "    Ok(",
            "    let (a, b) = ('\"', std::process::id());\n    let c = '\"';\n    Ok(",
            "names std::process::id",
        ),
        (
            "    Ok(",
            "    let a = 1; // as \" stands here\n    std::process::id();\n    Ok(",
            "names std::process::id",
        ),
        ("-> Result<Reply, Failure>", "-> Response<Body>", "1 functions, 0 of which answer with a Reply"),
    ];
    for (block, instead, said) in around {
        let changed = HANDLER.replacen(block, instead, 1);
        assert_ne!(changed, HANDLER, "{block}");
        assert_eq!(ROUTER.offences(&changed), [said], "{instead}");
    }
}

/// The other rooms, by one line each that stands for what it leaves to the others.
#[test]
fn a_room_that_does_anothers_work_is_found() {
    for (room, line, said) in [
        (&SERVICE, "use axum::http::StatusCode;", "names axum::http::StatusCode"),
        (&SERVICE, "use crate::contract::answer::Reply;", "names crate::contract::answer::Reply"),
        (&SERVICE, "use tokio_postgres::types::Type;", "names tokio_postgres::types::Type"),
        (&SERVICE, "use crate::{db::direct, native::tasks};", "names crate::db::direct"),
        (&SERVICE, "fn now() { tokio::spawn(work()); }", "names tokio::spawn"),
        (
            &SERVICE,
            "async fn all(unit: &impl Reading) { unit.query(\"table tasks\", &[]).await; }",
            "asks the database itself: .query(",
        ),
        (&MODEL, "#[path = \"../../around.rs\"]\nmod request;", "hides what it names: #[path"),
        (&MODEL, "use crate::auth::user::CurrentUser;", "names crate::auth::user::CurrentUser"),
        (&MODEL, "use crate::contract::Failure;", "names crate::contract::Failure"),
        (&MODEL, "use tokio_postgres::Client;", "names tokio_postgres::Client"),
        (
            &MODEL,
            "use crate::contract::request::{Body, Path as Place};",
            "names crate::contract::request::Body",
        ),
        (&REQUEST, "use crate::db::UnitOfWork;", "names crate::db::UnitOfWork"),
        (&RESOURCE, "use crate::db::Database;", "names crate::db::Database"),
    ] {
        let offences = room.offences(&format!("//! A room.\n\n{line}\n"));
        assert_eq!(offences.first().map(String::as_str), Some(said), "{} {line}", room.file);
    }
}
