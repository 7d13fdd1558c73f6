//! Sessions over HTTP.

use uuid::Uuid;

use super::{model::request::RefreshAsked, service};
use crate::{
    auth::{Client, Issuer, Principal},
    contract::{
        Failure,
        answer::Reply,
        request::{Path, Posted},
    },
};

/// `POST /auth/refresh`
pub(crate) async fn refresh(
    issuer: Issuer,
    client: Client,
    Posted(asked): Posted<RefreshAsked>,
) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::refresh(&issuer, &client, &asked.refresh_token).await?).never_stored())
}

/// `POST /auth/logout`
pub(crate) async fn logout(issuer: Issuer, client: Client, principal: Principal) -> Result<Reply, Failure> {
    service::logout(&issuer, &client, &principal).await?;
    Ok(Reply::no_content())
}

/// `POST /auth/logout-all`
pub(crate) async fn logout_all(
    issuer: Issuer,
    client: Client,
    principal: Principal,
) -> Result<Reply, Failure> {
    service::logout_all(&issuer, &client, &principal).await?;
    Ok(Reply::no_content())
}

/// `GET /auth/sessions`
pub(crate) async fn list(issuer: Issuer, principal: Principal) -> Result<Reply, Failure> {
    Ok(Reply::ok(service::list(&issuer, &principal).await?).never_stored())
}

/// `DELETE /auth/sessions/{session_id}`
pub(crate) async fn end(
    issuer: Issuer,
    client: Client,
    principal: Principal,
    Path(session): Path<Uuid>,
) -> Result<Reply, Failure> {
    service::end(&issuer, &client, &principal, session).await?;
    Ok(Reply::no_content())
}
