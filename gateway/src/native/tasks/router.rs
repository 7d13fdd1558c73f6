//! Tasks over HTTP.

use axum::{extract::State, response::Response};

use super::service;
use crate::{
    auth::{self, Principal},
    contract::{Failure, path::PathParams},
    native::Building,
};

/// `GET /api/tasks/{task_id}`
pub(in crate::native) async fn read(
    State(building): State<Building>,
    principal: Principal,
    path: PathParams,
) -> Result<Response, Failure> {
    let task = building
        .database
        .unit_of_work(async |unit| {
            let user = auth::user::current(unit, &principal).await?;
            service::read(unit, user, path.integer("task_id")?).await
        })
        .await?;
    building.json.answer(&task)
}
