//! The rules of users: everybody sees themselves.

use super::model::{self, User};
use crate::{auth::user::CurrentUser, contract::Failure, db::Reading};

/// Who was deleted a moment ago is nobody, as they would have been a moment later.
pub(super) async fn read_me(unit: &impl Reading, user: CurrentUser) -> Result<User, Failure> {
    model::find(unit, user.id).await?.ok_or(Failure::BadToken)
}
