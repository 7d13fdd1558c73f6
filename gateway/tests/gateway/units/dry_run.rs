//! A thousand writes through the real handlers that leave every table as it was, to the byte.

use std::{collections::BTreeMap, sync::Arc};

use axum::body::Body;
use compat_tests::repository;
use gateway::{
    auth::{IssuedBy, Principal, Subject, Verified, users::Users},
    contract::{Failure, json::Framework, profile::Profile, request::PathParams},
    db::{Database, Mode},
    native::Handlers,
    routes::key::RouteKey,
};
use http::{Request, header::CONTENT_TYPE};

use super::{
    handler::{open, terms},
    session::Session,
};
use crate::house::{database, show};

const WRITES: usize = 1_000;

struct Write {
    kind: &'static str,
    method: &'static str,
    id: Option<u32>,
    body: String,
}

fn user(id: i64) -> Verified {
    Verified {
        subject: Subject::Int(id),
        issued_by: IssuedBy::Legacy(0),
        session: None,
        digest: None,
        generation: None,
        issued_at: None,
        expires_at: None,
        scopes: Vec::new(),
        roles: Vec::new(),
    }
}

/// Every kind of write and of failure, over and over, each time of another row.
fn write(number: usize, own: &[u32]) -> Write {
    let id = own[number / 9 % own.len()];
    let (kind, method, id, body) = match number % 9 {
        0 => ("created", "POST", None, format!("{{\"title\":\"dry {number}\",\"project_id\":1}}")),
        1 => (
            "created with all",
            "POST",
            None,
            format!("{{\"title\":\"t\",\"priority\":{number},\"due_at\":\"2026-01-01T00:00:00Z\"}}"),
        ),
        2 => ("invalid", "POST", None, "{\"title\":7}".to_owned()),
        3 => ("in no project", "POST", None, "{\"title\":\"t\",\"project_id\":999999}".to_owned()),
        4 => (
            "changed",
            "PATCH",
            Some(id),
            format!("{{\"description\":\"dry {number}\",\"priority\":{number}}}"),
        ),
        5 => ("changed by nothing", "PATCH", Some(id), "{}".to_owned()),
        6 => ("not there", "PATCH", Some(900_000 + id), "{\"priority\":1}".to_owned()),
        7 => ("gone", "DELETE", Some(id), String::new()),
        _ => ("never was", "DELETE", Some(900_000 + id), String::new()),
    };
    Write { kind, method, id, body }
}

/// Status and members of the answer; what is in them differs from one row to the next.
async fn carry_out(handlers: &Handlers, write: &Write, mode: Mode) -> (u16, Vec<String>) {
    let template = if write.id.is_some() { "/api/tasks/{task_id}" } else { "/api/tasks" };
    let handler = handlers.find(&RouteKey::new(write.method, template)).unwrap();
    let mut request = Request::new(Body::from(write.body.clone()));
    request.headers_mut().insert(CONTENT_TYPE, "application/json".parse().unwrap());
    let params = write.id.map(|id| ("task_id".to_owned(), id.to_string()));
    request.extensions_mut().insert(PathParams::new(params.into_iter().collect()));
    request.extensions_mut().insert(Principal::of(Arc::new(user(1))));
    match handler.answer(request, terms(mode)).await {
        Ok(answer) => {
            let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap_or_default();
            let members = body.as_object().map(|members| members.keys().cloned().collect());
            (answer.status().as_u16(), members.unwrap_or_default())
        }
        Err(failure @ Failure::Raised(_)) => (404, vec![format!("{failure:?}")]),
        Err(Failure::Unprocessable(_)) => (422, Vec::new()),
        Err(other) => panic!("{}: {other:?}", write.kind),
    }
}

/// The users of the sample, as the repository's own profile finds them.
fn users(database: &Database) -> Option<Users> {
    let path = repository().join("legacy.toml");
    let profile = Profile::parse(&path, &std::fs::read_to_string(&path).unwrap()).unwrap();
    Users::new(&profile, database.statements())
}

/// Every row of every table, where it lies and who wrote it.
async fn dump(session: &Session) -> BTreeMap<String, String> {
    let tables = session.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").await;
    let mut dump = BTreeMap::new();
    for table in tables.lines() {
        let rows = format!("SELECT ctid, xmin, row.* FROM public.\"{table}\" AS row ORDER BY ctid");
        dump.insert(table.to_owned(), session.text(&rows).await);
    }
    dump
}

#[tokio::test]
async fn a_thousand_dry_writes_leave_nothing() {
    let url = database();
    let (database, session) = (open(&url), Session::open(&url).await);
    session
        .execute(
            "CREATE SEQUENCE tries; CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
               IF nextval('tries') % 20 = 0 THEN RAISE EXCEPTION 'met' USING ERRCODE = '40001'; END IF; \
               RETURN NULL; END $$; \
             CREATE CONSTRAINT TRIGGER meet AFTER INSERT OR UPDATE OR DELETE ON tasks \
               DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION meet()",
        )
        .await;
    let handlers = Handlers::new(&database, Framework::of_fastapi(""), users(&database).as_ref());
    let own = session.text("SELECT id FROM tasks WHERE owner_id = 1 ORDER BY id").await;
    let own: Vec<u32> = own.lines().map(|id| id.parse().unwrap()).collect();
    assert!(own.len() > 2);
    let before = dump(&session).await;
    assert!(before["tasks"].lines().count() > 10 && before.len() > 5, "{:?}", before.keys());
    let mut answers = BTreeMap::<&str, (u16, Vec<String>)>::new();
    let mut counts = BTreeMap::<u16, usize>::new();
    for write in (0..WRITES).map(|number| write(number, &own)) {
        let answer = carry_out(&handlers, &write, Mode::DryRun).await;
        *counts.entry(answer.0).or_default() += 1;
        assert_eq!(answers.entry(write.kind).or_insert_with(|| answer.clone()), &answer, "{}", write.kind);
    }
    assert!(dump(&session).await == before, "a table is not what it was");
    let retried: u64 = database.retries().iter().map(|(_, count)| count).sum();
    assert!(retried > 20, "only {retried} were run again");
    // The connections are as good as ever, and what is answered to a real write is the same.
    for write in (0..9).map(|number| write(number, &own)) {
        let real = carry_out(&handlers, &write, Mode::Real).await;
        assert_eq!(real, answers[write.kind], "{}", write.kind);
    }
    assert!(dump(&session).await != before);
    show(&format!(
        "dry run: {WRITES} writes ({counts:?}), {retried} of them run again: {} tables with {} bytes as before",
        before.len(),
        before.values().map(String::len).sum::<usize>()
    ));
}
