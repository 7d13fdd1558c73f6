//! Takes the tour and asserts every step of it; then 200 flips under traffic that never pauses.
#![expect(clippy::print_stdout, reason = "the demo speaks to the person who started it")]

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use tokio::time::timeout;

use super::ledger::Ledger;
use super::stage::Stage;
use super::tour::flip_command;
use super::traffic::{Traffic, request_id, same};
use super::{PASSWORD, ROUTE, USER};
use crate::client::{Answer, Client};
use crate::gateway_process::GatewayProcess;

const FLIPS: u64 = 200;
const CLIENTS: usize = 4;
const FLIPPED_WITHIN: Duration = Duration::from_secs(10);

/// Tasks of the sample user, the odd ones among them.
const TASKS: std::ops::RangeInclusive<u32> = 1..=40;

pub async fn take_the_tour(stage: &Stage) -> anyhow::Result<()> {
    println!("\nThe tour:");
    let mut client = Client::connect(stage.gateway.public()).await.context("connect to the gateway")?;
    let token = log_in(&mut client).await.context("log in")?;
    said("logged in");

    let authorization = format!("Bearer {token}");
    let expected = ask_the_legacy(stage, &authorization).await.context("ask the backend itself")?;
    let tour = Tour { stage, authorization, expected: Arc::new(expected) };
    for (step, owner) in ["legacy", "native", "legacy"].into_iter().enumerate() {
        if step > 0 {
            tour.paste_flip(if owner == "native" { "legacy" } else { "native" }, owner)?;
        }
        tour.wait_for_owner(&mut client, owner)
            .await
            .with_context(|| format!("a task answered by {owner}"))?;
        said(&format!("read a task: owner={owner}, same bytes as the backend's own answer"));
    }
    tour.flip_under_traffic().await.with_context(|| format!("{FLIPS} flips under traffic"))?;

    let unexpected = stage.gateway.unexpected();
    ensure!(unexpected.is_empty(), "unexpected in the gateway's log:\n{}", unexpected.join("\n"));
    said("no warning and no error in the gateway's log");
    Ok(())
}

struct Tour<'a> {
    stage: &'a Stage,
    authorization: String,
    expected: Arc<BTreeMap<String, Answer>>,
}

impl Tour<'_> {
    /// The very command that the tour tells to paste.
    fn paste_flip(&self, from: &str, to: &str) -> anyhow::Result<()> {
        let command = flip_command(&self.stage.folder.routes(), from, to);
        let done = Command::new("/bin/sh").args(["-c", &command]).status().context("start sed")?;
        ensure!(done.success(), "`{command}` ended with {done}");
        said(&command);
        Ok(())
    }

    /// Asks until the log names the owner; every answer on the way must be the right one.
    async fn wait_for_owner(&self, client: &mut Client, owner: &str) -> anyhow::Result<()> {
        let (target, expected) = self.expected.first_key_value().context("no task")?;
        let headers = [("authorization", self.authorization.as_str())];
        let deadline = Instant::now() + FLIPPED_WITHIN;
        loop {
            let answer = client.request("GET", target, &headers, b"").await?;
            same(&answer, expected)?;
            let line = self.stage.gateway.logged_request(request_id(&answer)?).await?;
            ensure!(line["route"] == ROUTE, "the log names another route: {line}");
            if line["owner"] == owner {
                return Ok(());
            }
            ensure!(
                Instant::now() < deadline,
                "the owner is still {} after {FLIPPED_WITHIN:?}",
                line["owner"]
            );
        }
    }

    async fn flip_under_traffic(&self) -> anyhow::Result<()> {
        let started = Instant::now();
        let ledger = Arc::new(Ledger::default());
        let flipping = async {
            let (public, expected) = (self.stage.gateway.public(), Arc::clone(&self.expected));
            let mut traffic =
                Traffic::start(CLIENTS, public, &self.authorization, expected, Arc::clone(&ledger));
            tokio::select! {
                flipped = self.flip_all(&ledger) => flipped?,
                failure = traffic.failure() => return Err(failure.context("a request failed")),
            }
            let requests = traffic.stop().await.context("a request failed")?;
            let mut owners = ledger.watch();
            let all_are_explained = owners.wait_for(|_| ledger.unexplained() == 0);
            timeout(FLIPPED_WITHIN, all_are_explained)
                .await
                .context("answers without a line in the log")??;
            Ok(requests)
        };
        let requests = tokio::select! {
            flipped = flipping => flipped?,
            () = read_log(&self.stage.gateway, &ledger) => bail!("the gateway ended"),
        };
        let owners = ledger.watch().borrow().clone();
        let answers: u64 = owners.values().map(|tally| tally.answers).sum();
        ensure!(answers == requests, "{requests} requests, but {answers} answers in the log");
        said(&format!(
            "{FLIPS} flips in {:.1} s under {CLIENTS} clients that never pause: {requests} requests, 0 failed, \
             bytes equal",
            started.elapsed().as_secs_f64()
        ));
        for (owner, tally) in owners {
            said(&format!("answered by {owner}: {}", tally.answers));
        }
        Ok(())
    }

    /// A flip is done when a client has an answer to a request that it began after the flip, and whose log line names
    /// the new owner.
    async fn flip_all(&self, ledger: &Ledger) -> anyhow::Result<()> {
        let mut owners = ledger.watch();
        for flip in 1..=FLIPS {
            let owner = if flip % 2 == 1 { "native" } else { "legacy" };
            let generation = ledger.advance();
            self.stage.folder.set_owner(owner)?;
            let arrived = owners
                .wait_for(|owners| owners.get(owner).is_some_and(|tally| tally.generation >= generation));
            timeout(FLIPPED_WITHIN, arrived)
                .await
                .with_context(|| format!("flip {flip}: no answer by {owner} in {FLIPPED_WITHIN:?}"))??;
        }
        Ok(())
    }
}

async fn read_log(gateway: &GatewayProcess, ledger: &Ledger) {
    let enter = |entry: &Value| {
        if let (Some(id), Some(owner)) = (entry["request_id"].as_str(), entry["owner"].as_str()) {
            ledger.logged(id, owner);
        }
        false
    };
    // No line is ever accepted: this ends when the log does.
    let _ = gateway.logged(Duration::MAX, enter).await;
}

async fn log_in(client: &mut Client) -> anyhow::Result<String> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    let form = form.append_pair("username", USER).append_pair("password", PASSWORD).finish();
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let answer = client.request("POST", "/auth/login", &headers, form.as_bytes()).await?;
    ensure!(answer.status == 200, "status {}: {}", answer.status, answer.text());
    let body: Value = serde_json::from_slice(&answer.body)?;
    body["access_token"].as_str().map(str::to_owned).context("no access_token in the answer")
}

/// The tasks that exist, straight from the backend.
async fn ask_the_legacy(stage: &Stage, authorization: &str) -> anyhow::Result<BTreeMap<String, Answer>> {
    let mut client = Client::connect(stage.legacy()).await?;
    let mut expected = BTreeMap::new();
    for id in TASKS {
        let target = format!("/api/tasks/{id}");
        let answer = client.request("GET", &target, &[("authorization", authorization)], b"").await?;
        expected.insert(target, answer);
    }
    let read = expected.values().filter(|answer| answer.status == 200).count();
    ensure!(read > 1, "the sample user can read only {read} tasks");
    Ok(expected)
}

fn said(what: &str) {
    println!("  ok  {what}");
}
