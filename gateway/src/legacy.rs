//! The proxied leg: everything between the gateway and the existing backend.
//!
//! Requests and answers stream both ways; only what HTTP says belongs to one hop is dropped.

pub mod address;
mod body;
mod connect;
mod failure;
mod figures;
pub mod headers;
pub mod import;
pub mod probe;
mod pool;
mod problem;
mod send;
mod socket;
pub mod tunnel;

use std::{pin::pin, sync::Arc, time::Duration};

use http::{Request, Response};
use tokio::{task::JoinSet, time::timeout};

use crate::front::request_body::RequestBody;
use address::LegacyAddress;

pub use body::LegacyBody;
pub use failure::LegacyFailure;
pub use figures::Figures;
pub use pool::Sweep;
pub use problem::ConnectProblem;

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
        request: Box<Request<RequestBody>>,
        first_byte: Option<Duration>,
    ) -> Result<Response<LegacyBody>, LegacyFailure> {
        let received = request.body().received();
        let answer = pin!(send::send(&self.pool, addresses, request));
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

    /// Whether a connection to any of the addresses can be opened now; why not, of the last one that failed.
    pub async fn reach(&self, addresses: Vec<LegacyAddress>, limit: Duration) -> Result<(), ConnectProblem> {
        // All at once: behind one that is silent the others would never be asked.
        let mut dials = JoinSet::new();
        for address in addresses {
            dials.spawn(async move { connect::dial(&address).await });
        }
        let any = async {
            let mut problem = ConnectProblem::Other;
            while let Some(dialled) = dials.join_next().await {
                match dialled {
                    Ok(Ok(_)) => return Ok(()),
                    Ok(Err(error)) => problem = ConnectProblem::of(&error),
                    Err(_) => problem = ConnectProblem::Other,
                }
            }
            Err(problem)
        };
        timeout(limit, any).await.unwrap_or(Err(ConnectProblem::TimedOut))
    }

    pub fn figures(&self) -> Figures {
        self.pool.figures()
    }

    /// The background service that closes idle connections in time.
    pub fn sweep(&self) -> Sweep {
        Sweep::new(Arc::clone(&self.pool))
    }
}
