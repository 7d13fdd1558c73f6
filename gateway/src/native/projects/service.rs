//! The rules of projects: who may see and change which.

use super::model::{
    self, Columns, Page, Project, Stats, Tally,
    request::{ProjectCreate, ProjectQuery, ProjectUpdate},
};
use crate::{
    auth::user::CurrentUser,
    contract::{Failure, column, field::Whole},
    db::{Reading, UnitOfWork},
};

/// In hours. A longer estimate is a slip of the finger, and would make the sum overflow.
const LONGEST_ESTIMATE: f64 = 10_000.0;

fn not_found() -> Failure {
    Failure::not_found("Project not found")
}

pub(super) async fn list(
    unit: &impl Reading,
    user: CurrentUser,
    wanted: &ProjectQuery,
) -> Result<Page, Failure> {
    Ok(model::page(unit, user.id, wanted).await?)
}

pub(super) async fn create(
    unit: &UnitOfWork,
    user: CurrentUser,
    new: &ProjectCreate,
) -> Result<Project, Failure> {
    let name = column::text(&new.name)?;
    let description = new.description.as_deref().map(column::text).transpose()?;
    Ok(model::insert(unit, user.id, name, description).await?)
}

/// Somebody else's project does not exist, as far as a user can tell.
pub(super) async fn read(unit: &impl Reading, user: CurrentUser, id: &Whole) -> Result<Project, Failure> {
    let project = model::find(unit, column::integer(id)?).await?;
    project.filter(|project| project.owner_id == user.id).ok_or_else(not_found)
}

/// What is not given stays, and what is the same already is not written.
pub(super) async fn update(
    unit: &UnitOfWork,
    user: CurrentUser,
    id: &Whole,
    change: &ProjectUpdate,
) -> Result<Project, Failure> {
    let project = read(unit, user, id).await?;
    let name = change.name.as_ref().set().filter(|name| **name != project.name);
    let description = change.description.as_ref().set().filter(|text| **text != project.description);
    if name.is_none() && description.is_none() {
        return Ok(project);
    }
    let columns = Columns {
        name: name.map(|name| column::text(name)).transpose()?,
        description: description.map(|text| text.as_deref().map(column::text).transpose()).transpose()?,
    };
    // Deleted meanwhile by another request of the same user.
    model::update(unit, project.id, &columns).await?.ok_or_else(not_found)
}

/// Its tasks stay, without a project.
pub(super) async fn delete(unit: &UnitOfWork, user: CurrentUser, id: &Whole) -> Result<(), Failure> {
    let deleted = model::delete(unit, column::integer(id)?, user.id).await?;
    if deleted { Ok(()) } else { Err(not_found()) }
}

/// The project and the sums are asked for together: nobody hears of the sums who does not own the project.
pub(super) async fn summarise(unit: &impl Reading, user: CurrentUser, id: &Whole) -> Result<Stats, Failure> {
    let id = column::integer(id)?;
    let (owner, sums) = tokio::try_join!(model::owner(unit, id), model::sums(unit, id, LONGEST_ESTIMATE))?;
    if owner != Some(user.id) {
        return Err(not_found());
    }
    let (total, done) = (sums.total, sums.done);
    Ok(Stats {
        project_id: id,
        tasks: Tally { total, done, open: total - done },
        hours: sums.hours,
        done_share: (total > 0).then(|| share(done, total)),
        last_change_at: sums.last_change_at,
        first_due_at: sums.first_due_at,
        budget: None,
    })
}

#[expect(clippy::cast_precision_loss, reason = "Python divides two integers as well, into a float")]
fn share(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}
