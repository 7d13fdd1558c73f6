//! Users over HTTP.

use super::service;
use crate::{
    auth::user::CurrentUser,
    contract::{Failure, answer::Reply},
    db::ReadOnly,
};

/// `GET /users/me`
pub(crate) async fn read_me(read_only: ReadOnly, user: CurrentUser) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::read_me(&read_only, user).await?))
}
