//! The rules of tags: unique for their owner, tied to tasks of the same owner as often as one likes.

use super::model::{
    self, Columns, Filter, Tag, TagExists, Tags, TaskTag,
    request::{TagCreate, TagQuery, TagUpdate},
};
use crate::{
    auth::user::CurrentUser,
    contract::{Failure, column, field::Whole},
    db::{DatabaseFailure, Reading, UnitOfWork},
};

fn not_found() -> Failure {
    Failure::not_found("Tag not found")
}

fn task_not_found() -> Failure {
    Failure::not_found("Task not found")
}

pub(super) async fn list(unit: &impl Reading, user: CurrentUser, wanted: &TagQuery) -> Result<Tags, Failure> {
    let name = wanted.q.as_deref().map(column::text).transpose()?;
    let filter = Filter { owner_id: user.id, name };
    Ok(model::page(unit, &filter, wanted.sort, wanted.skip, wanted.limit).await?)
}

pub(super) async fn create(unit: &UnitOfWork, user: CurrentUser, new: &TagCreate) -> Result<Tag, Failure> {
    let name = column::text(&new.name)?;
    let weight = new.weight.as_ref().map(|weight| column::decimal(weight, 6, 2)).transpose()?;
    let created = model::insert(unit, user.id, name, new.color, weight).await;
    created.map_err(|failure| taken(failure, name))
}

/// What is not given stays, and what is the same already is not written.
pub(super) async fn update(
    unit: &UnitOfWork,
    user: CurrentUser,
    id: &Whole,
    change: &TagUpdate,
) -> Result<Tag, Failure> {
    let tag = model::find(unit, column::integer(id)?).await?;
    let tag = tag.filter(|tag| tag.owner_id == user.id).ok_or_else(not_found)?;
    let name = change.name.as_ref().set().filter(|name| **name != tag.name);
    let weight = change.weight.as_ref().set().filter(|weight| **weight != tag.weight);
    let columns = Columns {
        name: name.map(|name| column::text(name)).transpose()?,
        color: change.color.set().filter(|color| color.name() != tag.color),
        weight: weight
            .map(|weight| weight.as_ref().map(|weight| column::decimal(weight, 6, 2)).transpose())
            .transpose()?,
    };
    if columns.are_none() {
        return Ok(tag);
    }
    let updated = model::update(unit, tag.id, &columns).await;
    let updated = updated.map_err(|failure| taken(failure, columns.name.unwrap_or(&tag.name)))?;
    // Deleted meanwhile by another request of the same user.
    updated.ok_or_else(not_found)
}

/// Tasks that carry it lose it.
pub(super) async fn delete(unit: &UnitOfWork, user: CurrentUser, id: &Whole) -> Result<(), Failure> {
    let deleted = model::delete(unit, column::integer(id)?, user.id).await?;
    if deleted { Ok(()) } else { Err(not_found()) }
}

/// The task and its tags are asked for together: nobody hears of the tags who does not own the task.
pub(super) async fn list_of_task(
    unit: &impl Reading,
    user: CurrentUser,
    task_id: &Whole,
) -> Result<Vec<Tag>, Failure> {
    let task_id = column::integer(task_id)?;
    let (owner, tags) = tokio::try_join!(model::task_owner(unit, task_id), model::of_task(unit, task_id))?;
    if owner == Some(user.id) { Ok(tags) } else { Err(task_not_found()) }
}

/// Whether it was tied before makes no difference.
pub(super) async fn tie(
    unit: &UnitOfWork,
    user: CurrentUser,
    task_id: &Whole,
    tag_id: &Whole,
) -> Result<(), Failure> {
    let pair = require_both(unit, user, task_id, tag_id).await?;
    Ok(model::tie(unit, pair).await?)
}

/// Whether it was tied at all makes no difference.
pub(super) async fn untie(
    unit: &UnitOfWork,
    user: CurrentUser,
    task_id: &Whole,
    tag_id: &Whole,
) -> Result<(), Failure> {
    let pair = require_both(unit, user, task_id, tag_id).await?;
    Ok(model::untie(unit, pair).await?)
}

/// Both are the user's own. The task is judged first: without it nobody looks at the tag.
async fn require_both(
    unit: &UnitOfWork,
    user: CurrentUser,
    task_id: &Whole,
    tag_id: &Whole,
) -> Result<TaskTag, Failure> {
    let task_id = column::integer(task_id)?;
    let tag_id = column::integer(tag_id);
    let owners = model::owners(unit, task_id, tag_id.as_ref().ok().copied()).await?;
    if owners.task != Some(user.id) {
        return Err(task_not_found());
    }
    let tag_id = tag_id?;
    if owners.tag != Some(user.id) {
        return Err(not_found());
    }
    Ok(TaskTag { task_id, tag_id })
}

/// A name is taken once by each owner, also when two requests want it at the same moment.
fn taken(failure: DatabaseFailure, name: &str) -> Failure {
    match failure {
        DatabaseFailure::Unique { .. } => Failure::conflict(TagExists::named(name)),
        failure => failure.into(),
    }
}
