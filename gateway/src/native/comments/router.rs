//! Comments over HTTP.

use super::{
    model::request::{CommentQuery, CommentWrite},
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

/// `GET /api/tasks/{task_id}/comments`
pub(crate) async fn list(
    read_only: ReadOnly,
    user: CurrentUser,
    Path(task_id): Path<Whole>,
    Query(wanted): Query<CommentQuery>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::list(&read_only, user, &task_id, &wanted).await?))
}

/// `POST /api/tasks/{task_id}/comments`
pub(crate) async fn create(
    unit: UnitOfWork,
    user: CurrentUser,
    Path(task_id): Path<Whole>,
    Body(new): Body<CommentWrite>,
) -> Result<Reply, Failure> {
    Ok(Reply::created(service::create(&unit, user, &task_id, &new).await?))
}

/// `PATCH /api/comments/{comment_id:int}`
pub(crate) async fn edit(
    unit: UnitOfWork,
    user: CurrentUser,
    Path(id): Path<Whole>,
    Body(change): Body<CommentWrite>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::edit(&unit, user, &id, &change).await?))
}

/// `DELETE /api/comments/{comment_id:int}`
pub(crate) async fn delete(
    unit: UnitOfWork,
    user: CurrentUser,
    Path(id): Path<Whole>,
) -> Result<Reply, Failure> {
    service::delete(&unit, user, &id).await?;
    Ok(Reply::no_content())
}
