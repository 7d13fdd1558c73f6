//! Keys over HTTP.

use super::{model::request::Held, service};
use crate::{
    auth::Issuer,
    contract::{Failure, answer::Reply, request::Header},
};

/// `GET /.well-known/jwks.json`
pub(crate) async fn jwks(issuer: Issuer, Header(held): Header<Held>) -> Result<Reply, Failure> {
    let (jwks, is_known) = service::jwks(&issuer, held.if_none_match.as_deref());
    let reply =
        if is_known { Reply::not_modified() } else { Reply::bytes("application/json", jwks.body.clone()) };
    Ok(reply.validated(&jwks.etag, "max-age=300"))
}
