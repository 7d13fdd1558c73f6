//! The rules of comments: written by those who own the task, changed by their author.

use super::model::{
    self, Comment, Page,
    request::{CommentQuery, CommentWrite},
};
use crate::{
    auth::user::CurrentUser,
    contract::{Failure, column, field::Whole},
    db::{Reading, UnitOfWork},
};

fn not_found() -> Failure {
    Failure::not_found("Comment not found")
}

fn task_not_found() -> Failure {
    Failure::not_found("Task not found")
}

/// The task and its comments are asked for together: nobody hears of the comments who does not own the task.
pub(super) async fn list(
    unit: &impl Reading,
    user: CurrentUser,
    task_id: &Whole,
    wanted: &CommentQuery,
) -> Result<Page, Failure> {
    let (task_id, limit) = (column::integer(task_id)?, wanted.limit);
    // One more than asked for tells whether there is a next page.
    let (owner, mut items) = tokio::try_join!(
        model::task_owner(unit, task_id),
        model::following(unit, task_id, wanted.after, limit + 1)
    )?;
    if owner != Some(user.id) {
        return Err(task_not_found());
    }
    let is_last = i64::try_from(items.len()).is_ok_and(|found| found <= i64::from(limit));
    if !is_last {
        items.pop();
    }
    let next = items.last().filter(|_| !is_last).map(|comment| comment.id);
    Ok(Page { items, next })
}

pub(super) async fn create(
    unit: &UnitOfWork,
    user: CurrentUser,
    task_id: &Whole,
    new: &CommentWrite,
) -> Result<Comment, Failure> {
    let task_id = column::integer(task_id)?;
    if model::task_owner(unit, task_id).await? != Some(user.id) {
        return Err(task_not_found());
    }
    Ok(model::insert(unit, task_id, user.id, column::text(&new.body)?).await?)
}

pub(super) async fn edit(
    unit: &UnitOfWork,
    user: CurrentUser,
    id: &Whole,
    change: &CommentWrite,
) -> Result<Comment, Failure> {
    let id = column::integer(id)?;
    if model::author(unit, id).await? != Some(user.id) {
        return Err(not_found());
    }
    // Deleted meanwhile by another request of the same user.
    model::update(unit, id, column::text(&change.body)?).await?.ok_or_else(not_found)
}

pub(super) async fn delete(unit: &UnitOfWork, user: CurrentUser, id: &Whole) -> Result<(), Failure> {
    let deleted = model::delete(unit, column::integer(id)?, user.id).await?;
    if deleted { Ok(()) } else { Err(not_found()) }
}
