//! The rules of tasks: who may see and change which.

use chrono::{NaiveDateTime, Utc};

use super::model::{
    self, Columns, Summary, Task, Tasks,
    request::{TaskCreate, TaskQuery, TaskUpdate},
};
use crate::{
    auth::user::CurrentUser,
    contract::{Failure, column, field::Whole},
    db::{Reading, UnitOfWork},
};

fn not_found() -> Failure {
    Failure::not_found("Task not found")
}

pub(super) async fn list(
    unit: &impl Reading,
    user: CurrentUser,
    wanted: &TaskQuery,
) -> Result<Tasks, Failure> {
    let filter = model::Filter {
        owner_id: user.id,
        status: wanted.status,
        project_id: wanted.project_id.as_ref().map(column::integer).transpose()?,
        title: text(wanted.q.as_deref())?,
    };
    Ok(model::page(unit, &filter, wanted.sort, wanted.skip, wanted.limit).await?)
}

pub(super) async fn create(unit: &UnitOfWork, user: CurrentUser, new: &TaskCreate) -> Result<Task, Failure> {
    require_project(unit, user, new.project_id).await?;
    let columns = Columns {
        title: Some(column::text(&new.title)?.to_owned()),
        description: Some(text(new.description.as_deref())?),
        status: Some(new.status),
        priority: Some(new.priority),
        estimate_hours: Some(new.estimate_hours),
        due_at: Some(new.due_at.map(column::instant).transpose()?),
        project_id: Some(new.project_id),
    };
    Ok(model::insert(unit, user.id, now(), &columns).await?)
}

pub(super) async fn summarise(unit: &impl Reading, user: CurrentUser) -> Result<Summary, Failure> {
    Ok(model::summary(unit, user.id).await?)
}

/// Somebody else's task does not exist, as far as a user can tell.
pub(super) async fn read(unit: &impl Reading, user: CurrentUser, id: &Whole) -> Result<Task, Failure> {
    let task = model::find(unit, column::integer(id)?).await?;
    task.filter(|task| task.owner_id == user.id).ok_or_else(not_found)
}

/// What is not given stays; that the task was changed is noted even where nothing is given.
pub(super) async fn update(
    unit: &UnitOfWork,
    user: CurrentUser,
    id: &Whole,
    change: &TaskUpdate,
) -> Result<Task, Failure> {
    let task = read(unit, user, id).await?;
    require_project(unit, user, change.project_id.set().flatten()).await?;
    let title = change.title.as_ref().set().map(|title| column::text(title)).transpose()?;
    let description =
        change.description.as_ref().set().map(|text| self::text(text.as_deref())).transpose()?;
    let columns = Columns {
        title: title.map(str::to_owned),
        description,
        status: change.status.set(),
        priority: change.priority.set(),
        // SQLAlchemy writes no column whose value compares equal: 0.0 stays when -0.0 comes.
        estimate_hours: change.estimate_hours.set().filter(|hours| *hours != task.estimate_hours()),
        due_at: change.due_at.set().map(|due| due.map(column::instant).transpose()).transpose()?,
        project_id: change.project_id.set(),
    };
    // Deleted meanwhile by another request of the same user.
    model::update(unit, task.id, now(), &columns).await?.ok_or_else(not_found)
}

pub(super) async fn delete(unit: &UnitOfWork, user: CurrentUser, id: &Whole) -> Result<(), Failure> {
    let deleted = model::delete(unit, column::integer(id)?, user.id).await?;
    if deleted { Ok(()) } else { Err(not_found()) }
}

/// A task goes into no project of somebody else's.
async fn require_project(unit: &impl Reading, user: CurrentUser, id: Option<i32>) -> Result<(), Failure> {
    let Some(id) = id else { return Ok(()) };
    let owner = model::project_owner(unit, id).await?;
    if owner == Some(user.id) { Ok(()) } else { Err(Failure::not_found("Project not found")) }
}

fn text(text: Option<&str>) -> Result<Option<String>, Failure> {
    Ok(text.map(column::text).transpose()?.map(str::to_owned))
}

/// As `created_at` and `updated_at` hold it: UTC that does not say so.
fn now() -> NaiveDateTime {
    Utc::now().naive_utc()
}
