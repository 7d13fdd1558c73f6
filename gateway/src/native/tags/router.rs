//! Tags over HTTP.

use super::{
    model::request::{TagCreate, TagQuery, TagUpdate},
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

/// `GET /api/tags`
pub(crate) async fn list(
    read_only: ReadOnly,
    user: CurrentUser,
    Query(wanted): Query<TagQuery>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::list(&read_only, user, &wanted).await?))
}

/// `POST /api/tags`
pub(crate) async fn create(
    unit: UnitOfWork,
    user: CurrentUser,
    Body(new): Body<TagCreate>,
) -> Result<Reply, Failure> {
    Ok(Reply::created(service::create(&unit, user, &new).await?))
}

/// `PATCH /api/tags/{tag_id:int}`
pub(crate) async fn update(
    unit: UnitOfWork,
    user: CurrentUser,
    Path(id): Path<Whole>,
    Body(change): Body<TagUpdate>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::update(&unit, user, &id, &change).await?))
}

/// `DELETE /api/tags/{tag_id:int}`
pub(crate) async fn delete(
    unit: UnitOfWork,
    user: CurrentUser,
    Path(id): Path<Whole>,
) -> Result<Reply, Failure> {
    service::delete(&unit, user, &id).await?;
    Ok(Reply::no_content())
}

/// `GET /api/tasks/{task_id}/tags`
pub(crate) async fn list_of_task(
    read_only: ReadOnly,
    user: CurrentUser,
    Path(task_id): Path<Whole>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::list_of_task(&read_only, user, &task_id).await?))
}

/// `PUT /api/tasks/{task_id}/tags/{tag_id}`
pub(crate) async fn tie(
    unit: UnitOfWork,
    user: CurrentUser,
    Path((task_id, tag_id)): Path<(Whole, Whole)>,
) -> Result<Reply, Failure> {
    service::tie(&unit, user, &task_id, &tag_id).await?;
    Ok(Reply::no_content())
}

/// `DELETE /api/tasks/{task_id}/tags/{tag_id}`
pub(crate) async fn untie(
    unit: UnitOfWork,
    user: CurrentUser,
    Path((task_id, tag_id)): Path<(Whole, Whole)>,
) -> Result<Reply, Failure> {
    service::untie(&unit, user, &task_id, &tag_id).await?;
    Ok(Reply::no_content())
}
