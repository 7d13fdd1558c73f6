//! The rules of tasks: who may see which.

use super::model::{self, Task};
use crate::{auth::user::User, contract::Failure, db::UnitOfWork};

const NOT_FOUND: Failure = Failure::NotFound("Task not found");

/// Somebody else's task does not exist, as far as a user can tell.
pub(super) async fn read(unit: &UnitOfWork, user: User, id: i32) -> Result<Task, Failure> {
    let task = model::find(unit, id).await?;
    task.filter(|task| task.owner_id == user.id).ok_or(NOT_FOUND)
}
