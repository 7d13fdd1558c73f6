//! When a socket ends that its two sides would keep open: with its token.

use std::{pin::Pin, time::SystemTime};

use tokio::time::sleep;

use crate::{
    auth::{Principal, revocation::Revocations},
    front::Parts,
};

/// Pending until then; none where nothing ends it.
pub(super) type Farewell = Pin<Box<dyn Future<Output = ()> + Send>>;

/// With the first of them.
pub(super) fn of(parts: &Parts, users: Vec<Principal>) -> Option<Farewell> {
    let expires = users.iter().filter_map(|user| user.token().expires_at).min();
    let expires = expires.filter(|_| parts.bridge.closes_at_expiry);
    let is_followed = parts.bridge.websocket.close_at_logout && !users.is_empty();
    let revoked = is_followed.then(|| parts.revoked.clone());
    if expires.is_none() && revoked.is_none() {
        return None;
    }
    Some(Box::pin(async move {
        tokio::select! {
            () = expired(expires) => {}
            () = taken_back(revoked, &users) => {}
        }
    }))
}

async fn expired(at: Option<SystemTime>) {
    match at {
        Some(at) => sleep(at.duration_since(SystemTime::now()).unwrap_or_default()).await,
        None => std::future::pending().await,
    }
}

async fn taken_back(revoked: Option<Revocations>, users: &[Principal]) {
    match revoked {
        Some(revoked) => revoked.taken_back(users).await,
        None => std::future::pending().await,
    }
}
