//! The proxied leg: everything between the gateway and the existing backend.
//!
//! Requests and answers stream both ways; only what HTTP says belongs to one hop is dropped.

pub mod address;
mod body;
mod connect;
mod failure;
pub mod headers;
pub mod import;
mod pool;
mod send;
mod socket;
pub mod tunnel;

use std::{sync::Arc, time::Duration};

use http::{Request, Response};

use crate::front::request_body::RequestBody;
use address::LegacyAddress;

pub use body::LegacyBody;
pub use failure::LegacyFailure;
pub use pool::Sweep;

/// A handle to the legacy; clones share its pool of connections.
#[derive(Clone, Default)]
pub struct Legacy {
    pool: Arc<pool::Pool>,
}

impl Legacy {
    /// Forwards one request to one of `addresses` and returns the answer as soon as its head is here.
    pub async fn forward(
        &self,
        addresses: &[LegacyAddress],
        request: Request<RequestBody>,
        first_byte: Option<Duration>,
    ) -> Result<Response<LegacyBody>, LegacyFailure> {
        let received = request.body().received();
        let answer = send::send(&self.pool, addresses, request);
        let Some(limit) = first_byte else { return answer.await };
        // An upload takes as long as the client needs: the legacy's time begins when it has everything.
        let late = async {
            received.ended().await;
            tokio::time::sleep(limit).await;
        };
        tokio::select! {
            answer = answer => answer,
            () = late => Err(LegacyFailure::Late),
        }
    }

    /// Whether a connection to any of the addresses can be opened now.
    pub async fn is_reachable(&self, addresses: &[LegacyAddress]) -> bool {
        for address in addresses {
            if connect::connect(address).await.is_ok() {
                return true;
            }
        }
        false
    }

    /// The background service that closes idle connections in time.
    pub fn sweep(&self) -> Sweep {
        Sweep::new(Arc::clone(&self.pool))
    }
}
