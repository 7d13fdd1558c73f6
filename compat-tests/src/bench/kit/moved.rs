//! The same route with the kit: a model and an answer that are derived, run as a native route is, in a unit of work
//! that is never begun.

use std::time::Duration;

use anyhow::Context;
use axum::body::Body as RequestBody;
use chrono::{NaiveDateTime, Utc};
use gateway::contract::answer::Reply;
use gateway::contract::field::DateTime;
use gateway::contract::json::Framework;
use gateway::contract::request::Body;
use gateway::contract::{Failure, column};
use gateway::db::url::DatabaseUrl;
use gateway::db::{Database, Mode, PoolSettings, Terms, UnitOfWork};
use gateway::native::NativeHandler;
use gateway_macros::{Answer, Model};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;
use tokio::time::Instant;

use super::{Answering, CREATED};

#[derive(Clone, Copy, Debug, Model)]
enum Status {
    #[field(value = "todo")]
    Todo,
    #[field(value = "doing")]
    Doing,
    #[field(value = "done")]
    Done,
}

#[derive(Debug, Model)]
struct TaskCreate {
    #[field(min_length = 1, max_length = 255)]
    title: String,
    description: Option<String>,
    #[field(default = Status::Todo)]
    status: Status,
    #[field(ge = -2_147_483_647, le = 2_147_483_647, default = 0)]
    priority: i32,
    #[field(ge = 0.0, allow_inf_nan = false)]
    estimate_hours: Option<f64>,
    due_at: Option<DateTime>,
    #[field(ge = 1, le = 2_147_483_647)]
    project_id: Option<i32>,
}

#[derive(Debug, Answer)]
struct TaskPublic {
    id: i32,
    title: String,
    description: Option<String>,
    status: String,
    priority: i32,
    estimate_hours: Option<f64>,
    created_at: NaiveDateTime,
    updated_at: Option<NaiveDateTime>,
    due_at: Option<chrono::DateTime<Utc>>,
    owner_id: i32,
    project_id: Option<i32>,
}

/// Longer than any request here.
const DEADLINE: Duration = Duration::from_secs(30);

pub(super) fn service() -> anyhow::Result<impl Fn(Request<RequestBody>) -> Answering + Clone + Send> {
    let url = DatabaseUrl::parse("postgresql://nobody@127.0.0.1:1/nothing").context("name no database")?;
    let settings = PoolSettings { most: 1, replicas: 1, cancels: false };
    let (database, _) = Database::new(&url, settings)?;
    let handler = NativeHandler::new(create, database, Framework::of_fastapi("0.165.0"));
    Ok(move |request| {
        let terms = Terms { mode: Mode::Real, until: Instant::now() + DEADLINE };
        let answer = handler.answer(request, terms);
        Box::pin(async move {
            match answer.await {
                Ok(answer) => answer.map(Full::new),
                Err(failure) => told(&failure),
            }
        }) as Answering
    })
}

async fn create(_unit: UnitOfWork, Body(new): Body<TaskCreate>) -> Result<Reply, Failure> {
    let status = match new.status {
        Status::Todo => "todo",
        Status::Doing => "doing",
        Status::Done => "done",
    };
    Ok(Reply::created(TaskPublic {
        id: 1001,
        title: column::text(&new.title)?.to_owned(),
        description: new.description,
        status: status.to_owned(),
        priority: new.priority,
        estimate_hours: new.estimate_hours,
        created_at: CREATED.parse().map_err(|_| Failure::Internal)?,
        updated_at: None,
        due_at: new.due_at.map(column::instant).transpose()?,
        owner_id: 1,
        project_id: new.project_id,
    }))
}

/// Whoever stands around a native route writes its failures; here only the status is looked at.
fn told(failure: &Failure) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::default());
    let is_refused = matches!(failure, Failure::Unprocessable(_));
    *answer.status_mut() =
        if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::INTERNAL_SERVER_ERROR };
    answer
}
