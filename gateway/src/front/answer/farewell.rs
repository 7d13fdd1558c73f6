//! When a socket ends that its two sides would keep open: with its token, or with the process.

use std::{pin::Pin, sync::Arc, time::SystemTime};

use tokio::time::sleep;

use crate::{
    auth::{Principal, revocation::Revocations},
    front::Parts,
    legacy::tunnel::Goodbye,
};

/// Pending until then.
pub(super) type Farewell = Pin<Box<dyn Future<Output = Goodbye> + Send>>;

/// With the first of them, or with the process.
pub(super) fn of(parts: &Parts, users: Vec<Principal>) -> Farewell {
    let expires = users.iter().filter_map(|user| user.token().expires_at).min();
    let expires = expires.filter(|_| parts.bridge.closes_at_expiry);
    let is_followed = parts.bridge.websocket.close_at_logout && !users.is_empty();
    let revoked = is_followed.then(|| parts.revoked.clone());
    let drain = Arc::clone(&parts.drain);
    Box::pin(async move {
        tokio::select! {
            () = expired(expires) => Goodbye::Policy,
            () = taken_back(revoked, &users) => Goodbye::Policy,
            () = drain.parting() => Goodbye::Restart,
        }
    })
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
