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
pub mod instances;
mod lease;
mod link;
mod plain;
pub mod probe;
mod problem;
mod send;
mod socket;
pub mod trust;
pub mod tunnel;

use std::{pin::pin, sync::Arc, time::Duration};

use http::{Request, Response};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout, timeout_at},
};

use crate::{front::request_body::RequestBody, limits::Limit};
use address::LegacyAddress;
use instances::{HealthWatch, Instances, Sweep, Targets};
use lease::Asked;
use trust::LegacyTrust;

pub use body::{LegacyBody, LegacyBodyError};
pub use failure::LegacyFailure;
pub use figures::Figures;
pub use problem::ConnectProblem;

/// A handle to the legacy; clones share its instances and their connections.
#[derive(Clone)]
pub struct Legacy {
    instances: Arc<Instances>,
}

impl Legacy {
    pub fn new(trust: LegacyTrust) -> Self {
        Self { instances: Arc::new(Instances::new(trust)) }
    }

    /// From now on these are the instances; those that are named no more finish what they have.
    pub fn take(&self, targets: &Targets) {
        self.instances.take(targets);
    }

    /// Forwards one request to one of the targets and returns the answer as soon as its head is here.
    pub async fn forward(
        &self,
        targets: &Targets,
        request: Box<Request<RequestBody>>,
        first_byte: Option<Duration>,
        deadline: Option<Duration>,
    ) -> Result<Response<LegacyBody>, LegacyFailure> {
        let now = Instant::now();
        let (total, deadline) =
            (targets.rules.limits.total.map(|total| now + total), deadline.map(|limit| now + limit));
        let is_timed = first_byte.is_some() || total.is_some() || deadline.is_some();
        let (received, asked) = (request.body().received(), Asked::new(is_timed));
        let forwarding = self.forward_for(targets, request, first_byte, &asked);
        let (end, limit) = match (total, deadline) {
            (Some(total), Some(deadline)) if deadline < total => (deadline, None),
            (Some(total), _) => (total, Some(Limit::LegacyTotal)),
            (None, Some(deadline)) => (deadline, None),
            (None, None) => return forwarding.await,
        };
        let Ok(answer) = timeout_at(end, forwarding).await else {
            // Else it was the client who took that long.
            if received.is_over() {
                asked.late();
            }
            return Err(LegacyFailure::Late(limit));
        };
        let mut answer = answer?;
        if let Some(total) = total {
            answer.body_mut().end_by(total);
        }
        Ok(answer)
    }

    async fn forward_for(
        &self,
        targets: &Targets,
        request: Box<Request<RequestBody>>,
        first_byte: Option<Duration>,
        asked: &Asked,
    ) -> Result<Response<LegacyBody>, LegacyFailure> {
        let received = request.body().received();
        let fleet = self.instances.fleet(targets);
        let answer = pin!(send::send(&self.instances, &fleet, request, asked));
        let Some(limit) = first_byte else { return answer.await };
        // A route that says something else met what it says itself.
        let of_all = (first_byte == targets.rules.limits.first_byte).then_some(Limit::LegacyFirstByte);
        // An upload takes as long as the client needs: the legacy's time begins when it has everything.
        let late = async {
            received.ended().await;
            tokio::time::sleep(limit).await;
        };
        tokio::select! {
            answer = answer => answer,
            () = late => {
                asked.late();
                Err(LegacyFailure::Late(of_all))
            }
        }
    }

    /// Whether a connection to any of the addresses can be opened now; why not, of the last one that failed.
    pub async fn reach(&self, addresses: Vec<LegacyAddress>, limit: Duration) -> Result<(), ConnectProblem> {
        // All at once: behind one that is silent the others would never be asked.
        let mut dials = JoinSet::new();
        for address in addresses {
            let trust = self.instances.trust.clone();
            dials.spawn(async move { connect::dial(&address, &trust, limit).await });
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
        self.instances.figures()
    }

    /// The background service that closes idle connections in time.
    pub fn sweep(&self) -> Sweep {
        Sweep(Arc::clone(&self.instances))
    }

    /// The background service that asks instances how they are.
    pub fn health_watch(&self) -> HealthWatch {
        HealthWatch(Arc::clone(&self.instances))
    }
}
