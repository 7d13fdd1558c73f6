//! Before anything is served that lets users in: whether the legacy can be shown the tokens that they are given.

use crate::{
    auth::bridge::Bridge,
    config::mistakes::{Mistake, Mistakes},
    routes::key::RouteKey,
};

/// `route` hands out tokens of the gateway's own.
pub(super) fn examine(bridge: &Bridge, route: &RouteKey) -> Result<(), Mistakes> {
    let Some(misfit) = bridge.misfit() else { return Ok(()) };
    let what = format!("`{route}` is native, and its tokens cannot be shown to the backend: {misfit}");
    let remedy = "or write `bridge = \"header\"` or `\"none\"` in `[auth]`";
    Err(Mistake::in_variable("legacy.toml", what, remedy).into())
}
