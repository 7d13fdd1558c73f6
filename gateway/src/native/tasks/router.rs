//! Tasks over HTTP.

use axum::{extract::State, response::Response};

use super::{
    model::request::{TaskCreate, TaskQuery, TaskUpdate},
    service,
};
use crate::{
    auth::{Principal, user},
    contract::{
        Errors, Failure,
        json::{Framework, no_content},
        lax::Integer,
        path::PathParams,
        request::{JsonBody, QueryParams},
    },
    db::{ReadOnly, UnitOfWork},
    native::body::model,
};

/// `GET /api/tasks`
pub(in crate::native) async fn list(
    read_only: ReadOnly,
    principal: Principal,
    query: QueryParams,
    State(json): State<Framework>,
) -> Result<Response, Failure> {
    let mut errors = Errors::default();
    let wanted = TaskQuery::read(&query, &mut errors);
    let wanted = errors.finish(wanted);
    let user = user::current(&read_only, &principal).await?;
    json.answer(&service::list(&read_only, user, &wanted?).await?)
}

/// `POST /api/tasks`
pub(in crate::native) async fn create(
    unit: UnitOfWork,
    principal: Principal,
    State(json): State<Framework>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let new = model(body, TaskCreate::read).await;
    let user = user::current(&unit, &principal).await?;
    json.created(&service::create(&unit, user, &new?).await?)
}

/// `GET /api/tasks/summary`
pub(in crate::native) async fn summarise(
    read_only: ReadOnly,
    principal: Principal,
    State(json): State<Framework>,
) -> Result<Response, Failure> {
    let user = user::current(&read_only, &principal).await?;
    json.answer(&service::summarise(&read_only, user).await?)
}

/// `GET /api/tasks/{task_id}`
pub(in crate::native) async fn read(
    read_only: ReadOnly,
    principal: Principal,
    path: PathParams,
    State(json): State<Framework>,
) -> Result<Response, Failure> {
    let mut errors = Errors::default();
    let id = path.required("task_id", &Integer, &mut errors);
    let id = errors.finish(id);
    let user = user::current(&read_only, &principal).await?;
    json.answer(&service::read(&read_only, user, &id?).await?)
}

/// `PATCH /api/tasks/{task_id}`
pub(in crate::native) async fn update(
    unit: UnitOfWork,
    principal: Principal,
    path: PathParams,
    State(json): State<Framework>,
    body: JsonBody,
) -> Result<Response, Failure> {
    let asked = model(body, move |body, errors| {
        let id = path.required("task_id", &Integer, errors);
        let change = TaskUpdate::read(body, errors);
        id.zip(change)
    })
    .await;
    let user = user::current(&unit, &principal).await?;
    let (id, change) = asked?;
    json.answer(&service::update(&unit, user, &id, &change).await?)
}

/// `DELETE /api/tasks/{task_id}`
pub(in crate::native) async fn delete(
    unit: UnitOfWork,
    principal: Principal,
    path: PathParams,
) -> Result<Response, Failure> {
    let mut errors = Errors::default();
    let id = path.required("task_id", &Integer, &mut errors);
    let id = errors.finish(id);
    let user = user::current(&unit, &principal).await?;
    service::delete(&unit, user, &id?).await?;
    Ok(no_content())
}
