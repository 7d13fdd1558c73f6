//! Clients that never pause: each asks again as soon as it has its answer, and compares every answer.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail, ensure};
use tokio::task::JoinSet;

use super::ledger::Ledger;
use crate::client::{Answer, Client};

/// What the legacy itself answers for a target.
pub(super) type Expected = Arc<BTreeMap<String, Answer>>;

/// What may differ between two answers to the same request.
const OF_THE_MOMENT: [&str; 4] = ["date", "server", "connection", "x-request-id"];

#[derive(Debug)]
pub(super) struct Traffic {
    clients: JoinSet<anyhow::Result<u64>>,
    plan: Arc<Plan>,
}

#[derive(Debug)]
struct Plan {
    address: SocketAddr,
    authorization: String,
    expected: Expected,
    ledger: Arc<Ledger>,
    stopping: AtomicBool,
}

impl Traffic {
    pub(super) fn start(
        clients: usize,
        address: SocketAddr,
        authorization: &str,
        expected: Expected,
        ledger: Arc<Ledger>,
    ) -> Self {
        let plan = Arc::new(Plan {
            address,
            authorization: authorization.to_owned(),
            expected,
            ledger,
            stopping: AtomicBool::new(false),
        });
        let clients = (0..clients).map(|number| ask_on(Arc::clone(&plan), number)).collect();
        Self { clients, plan }
    }

    /// Ends only when a client has failed.
    pub(super) async fn failure(&mut self) -> anyhow::Error {
        match self.clients.join_next().await {
            Some(Ok(Err(error))) => error,
            Some(Err(panic)) => panic.into(),
            Some(Ok(Ok(_))) | None => anyhow::anyhow!("a client stopped asking"),
        }
    }

    /// How many requests there were, all of them answered as expected.
    pub(super) async fn stop(mut self) -> anyhow::Result<u64> {
        self.plan.stopping.store(true, Ordering::SeqCst);
        let mut requests = 0;
        while let Some(client) = self.clients.join_next().await {
            requests += client??;
        }
        Ok(requests)
    }
}

async fn ask_on(plan: Arc<Plan>, number: usize) -> anyhow::Result<u64> {
    let mut client = Client::connect(plan.address).await.context("connect")?;
    let mut requests = 0;
    // Each begins elsewhere in the list, so that they do not walk in step.
    for (target, expected) in plan.expected.iter().cycle().skip(number * 3) {
        if plan.stopping.load(Ordering::SeqCst) {
            break;
        }
        let generation = plan.ledger.generation();
        let headers = [("authorization", plan.authorization.as_str())];
        let request = client.request("GET", target, &headers, b"").await;
        let answer =
            request.with_context(|| format!("request {requests} of client {number}: GET {target}"))?;
        requests += 1;
        same(&answer, expected).with_context(|| format!("GET {target}"))?;
        plan.ledger.answered(request_id(&answer)?, generation);
        if answer.closes() {
            client = Client::connect(plan.address).await.context("connect again")?;
        }
    }
    Ok(requests)
}

pub(super) fn request_id(answer: &Answer) -> anyhow::Result<&str> {
    answer.headers.one("x-request-id").context("the answer has no x-request-id")
}

/// Status, body and headers, but for what is of the moment.
pub(super) fn same(answer: &Answer, expected: &Answer) -> anyhow::Result<()> {
    ensure!(answer.status == expected.status, "status {} instead of {}", answer.status, expected.status);
    if answer.body != expected.body {
        bail!("body {:?} instead of {:?}", answer.text(), expected.text());
    }
    let (headers, others) = (comparable(answer), comparable(expected));
    ensure!(headers == others, "headers {headers:?} instead of {others:?}");
    Ok(())
}

/// Names in one case and in one order: a client may rely on neither.
fn comparable(answer: &Answer) -> Vec<(String, String)> {
    let mut headers = answer.headers.without(&OF_THE_MOMENT).0;
    for (name, _) in &mut headers {
        name.make_ascii_lowercase();
    }
    headers.sort();
    headers
}
