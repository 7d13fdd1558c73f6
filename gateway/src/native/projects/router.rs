//! Projects over HTTP.

use super::{
    model::request::{ProjectCreate, ProjectQuery, ProjectUpdate},
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

/// `GET /api/projects`
pub(crate) async fn list(
    read_only: ReadOnly,
    user: CurrentUser,
    Query(wanted): Query<ProjectQuery>,
) -> Result<Reply, Failure> {
    let page = service::list(&read_only, user, &wanted).await?;
    Ok(Reply::ok(page.projects).header("x-total-count", page.count))
}

/// `POST /api/projects`
pub(crate) async fn create(
    unit: UnitOfWork,
    user: CurrentUser,
    Body(new): Body<ProjectCreate>,
) -> Result<Reply, Failure> {
    Ok(Reply::created(service::create(&unit, user, &new).await?))
}

/// `GET /api/projects/{project_id}`
pub(crate) async fn read(
    read_only: ReadOnly,
    user: CurrentUser,
    Path(id): Path<Whole>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::read(&read_only, user, &id).await?))
}

/// `PATCH /api/projects/{project_id}`
pub(crate) async fn update(
    unit: UnitOfWork,
    user: CurrentUser,
    Path(id): Path<Whole>,
    Body(change): Body<ProjectUpdate>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::update(&unit, user, &id, &change).await?))
}

/// `DELETE /api/projects/{project_id}`
pub(crate) async fn delete(
    unit: UnitOfWork,
    user: CurrentUser,
    Path(id): Path<Whole>,
) -> Result<Reply, Failure> {
    service::delete(&unit, user, &id).await?;
    Ok(Reply::no_content())
}

/// `GET /api/projects/{project_id}/stats`
pub(crate) async fn summarise(
    read_only: ReadOnly,
    user: CurrentUser,
    Path(id): Path<Whole>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::summarise(&read_only, user, &id).await?))
}
