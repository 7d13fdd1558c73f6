//! Tasks over HTTP.

use super::{
    model::request::{TaskCreate, TaskPageQuery, TaskQuery, TaskUpdate},
    service,
};
use crate::{
    auth::user::CurrentUser,
    contract::{
        Failure,
        answer::Reply,
        field::Whole,
        request::{Body, Path, Query},
    },
    db::{ReadOnly, UnitOfWork},
};

/// `GET /api/tasks`
pub(crate) async fn list(
    read_only: ReadOnly,
    user: CurrentUser,
    Query(wanted): Query<TaskQuery>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::list(&read_only, user, &wanted).await?))
}

/// `GET /api/projects/{project_id}/tasks`
pub(crate) async fn list_of_project(
    read_only: ReadOnly,
    user: CurrentUser,
    Path(project_id): Path<Whole>,
    Query(wanted): Query<TaskPageQuery>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::list_of_project(&read_only, user, &project_id, &wanted).await?))
}

/// `POST /api/tasks`
pub(crate) async fn create(
    unit: UnitOfWork,
    user: CurrentUser,
    Body(new): Body<TaskCreate>,
) -> Result<Reply, Failure> {
    Ok(Reply::created(service::create(&unit, user, &new).await?))
}

/// `GET /api/tasks/summary`
pub(crate) async fn summarise(read_only: ReadOnly, user: CurrentUser) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::summarise(&read_only, user).await?))
}

/// `GET /api/tasks/{task_id}`
pub(crate) async fn read(
    read_only: ReadOnly,
    user: CurrentUser,
    Path(id): Path<Whole>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::read(&read_only, user, &id).await?))
}

/// `PATCH /api/tasks/{task_id}`
pub(crate) async fn update(
    unit: UnitOfWork,
    user: CurrentUser,
    Path(id): Path<Whole>,
    Body(change): Body<TaskUpdate>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::update(&unit, user, &id, &change).await?))
}

/// `DELETE /api/tasks/{task_id}`
pub(crate) async fn delete(
    unit: UnitOfWork,
    user: CurrentUser,
    Path(id): Path<Whole>,
) -> Result<Reply, Failure> {
    service::delete(&unit, user, &id).await?;
    Ok(Reply::no_content())
}
