//! A place among those who are hashed next: whoever has none has cost the database nothing yet.

use std::future::Future;

use tokio::sync::OwnedSemaphorePermit;

use super::Passwords;
use crate::contract::Failure;

/// Until it is dropped.
pub struct Place {
    passwords: Passwords,
    /// Nothing only while somebody else may have it.
    permit: Option<OwnedSemaphorePermit>,
}

impl Place {
    pub(super) fn new(passwords: Passwords, permit: OwnedSemaphorePermit) -> Self {
        Self { passwords, permit: Some(permit) }
    }

    /// Whoever waits for something else than to be hashed keeps nobody from it: afterwards they queue again.
    pub async fn given_up_for<T>(&mut self, other: impl Future<Output = T>) -> Result<T, Failure> {
        self.permit = None;
        let done = other.await;
        self.permit = self.passwords.place().await?.permit;
        Ok(done)
    }
}
