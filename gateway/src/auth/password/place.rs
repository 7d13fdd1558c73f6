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

    /// Whoever waits for something else than to be hashed keeps nobody from it: afterwards, if it came to anything, they
    /// queue again.
    pub async fn given_up_for<T>(
        &mut self,
        other: impl Future<Output = Option<T>>,
    ) -> Result<Option<T>, Failure> {
        self.permit = None;
        let done = other.await;
        if done.is_some() {
            self.permit = self.passwords.place().await?.permit;
        }
        Ok(done)
    }
}
