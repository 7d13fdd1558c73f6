//! Tasks over HTTP.

use axum::{extract::State, response::Response};

use super::{
    model::request::{TaskCreate, TaskQuery, TaskUpdate},
    service,
};
use crate::{
    auth::Principal,
    contract::{
        Errors, Failure,
        json::no_content,
        lax::Integer,
        path::PathParams,
        request::{JsonBody, QueryParams},
    },
    native::{Building, body::model},
};

/// `GET /api/tasks`
pub(in crate::native) async fn list(
    State(building): State<Building>,
    principal: Principal,
    query: QueryParams,
) -> Result<Response, Failure> {
    let mut errors = Errors::default();
    let wanted = TaskQuery::read(&query, &mut errors);
    let wanted = errors.finish(wanted);
    let work = async |unit: &_, user| service::list(unit, user, &wanted?).await;
    building.json.answer(&building.unit_for(&principal, work).await?)
}

/// `POST /api/tasks`
pub(in crate::native) async fn create(
    State(building): State<Building>,
    principal: Principal,
    body: JsonBody,
) -> Result<Response, Failure> {
    let new = model(body, TaskCreate::read).await;
    let work = async |unit: &_, user| service::create(unit, user, &new?).await;
    building.json.created(&building.unit_for(&principal, work).await?)
}

/// `GET /api/tasks/summary`
pub(in crate::native) async fn summarise(
    State(building): State<Building>,
    principal: Principal,
) -> Result<Response, Failure> {
    building.json.answer(&building.unit_for(&principal, service::summarise).await?)
}

/// `GET /api/tasks/{task_id}`
pub(in crate::native) async fn read(
    State(building): State<Building>,
    principal: Principal,
    path: PathParams,
) -> Result<Response, Failure> {
    let mut errors = Errors::default();
    let id = path.required("task_id", &Integer, &mut errors);
    let id = errors.finish(id);
    let work = async |unit: &_, user| service::read(unit, user, &id?).await;
    building.json.answer(&building.unit_for(&principal, work).await?)
}

/// `PATCH /api/tasks/{task_id}`
pub(in crate::native) async fn update(
    State(building): State<Building>,
    principal: Principal,
    path: PathParams,
    body: JsonBody,
) -> Result<Response, Failure> {
    let asked = model(body, move |body, errors| {
        let id = path.required("task_id", &Integer, errors);
        let change = TaskUpdate::read(body, errors);
        id.zip(change)
    })
    .await;
    let work = async |unit: &_, user| {
        let (id, change) = asked?;
        service::update(unit, user, &id, &change).await
    };
    building.json.answer(&building.unit_for(&principal, work).await?)
}

/// `DELETE /api/tasks/{task_id}`
pub(in crate::native) async fn delete(
    State(building): State<Building>,
    principal: Principal,
    path: PathParams,
) -> Result<Response, Failure> {
    let mut errors = Errors::default();
    let id = path.required("task_id", &Integer, &mut errors);
    let id = errors.finish(id);
    let work = async |unit: &_, user| service::delete(unit, user, &id?).await;
    building.unit_for(&principal, work).await?;
    Ok(no_content())
}
