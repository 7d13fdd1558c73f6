//! Logging in and its neighbours over HTTP; where and in which shape the profile says.

use std::sync::Arc;

use gateway_macros::Model;

use super::service;
use crate::{
    auth::{Client, Issuer, Principal},
    contract::{
        Failure,
        answer::Reply,
        login::{Login, Me, PasswordChange, Register},
        request::{Header, Sent},
    },
};

/// What a token came with.
#[derive(Model)]
pub(crate) struct Presented {
    authorization: Option<String>,
}

/// `[[auth.login]]`
pub(crate) async fn log_in(
    login: Arc<Login>,
    issuer: Issuer,
    client: Client,
    sent: Sent,
) -> Result<Reply, Failure> {
    let admitted = service::log_in(&login, &issuer, &client, &sent).await?;
    let user = &admitted.user;
    Ok(login.answer.fill(&|column| user.shown.find(column).cloned(), admitted.tokens.as_ref()))
}

/// `[[auth.register]]`
pub(crate) async fn register(
    register: Arc<Register>,
    issuer: Issuer,
    client: Client,
    sent: Sent,
) -> Result<Reply, Failure> {
    let admitted = service::register(&register, &issuer, &client, &sent).await?;
    let user = &admitted.user;
    Ok(register.answer.fill(&|column| user.shown.find(column).cloned(), admitted.tokens.as_ref()))
}

/// `[[auth.me]]`
pub(crate) async fn read_me(
    me: Arc<Me>,
    issuer: Issuer,
    principal: Principal,
    Header(presented): Header<Presented>,
) -> Result<Reply, Failure> {
    let user = service::caller(&issuer, &principal).await?;
    let authorization = presented.authorization.unwrap_or_default();
    let token = authorization.split_once(' ').map_or("", |(_, token)| token.trim());
    Ok(me.answer.show(&|column| user.shown.find(column).cloned(), token))
}

/// `[[auth.password]]`
pub(crate) async fn change_password(
    change: Arc<PasswordChange>,
    issuer: Issuer,
    client: Client,
    principal: Principal,
    sent: Sent,
) -> Result<Reply, Failure> {
    let admitted = service::change_password(&change, &issuer, &client, &principal, &sent).await?;
    let user = &admitted.user;
    Ok(change.fill(&|column| user.shown.find(column).cloned(), admitted.tokens.as_ref()))
}
