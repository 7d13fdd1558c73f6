//! What happens to the gateways meanwhile, and when.
#![expect(clippy::print_stderr, reason = "a run of ten minutes says where it is")]

use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::task::block_in_place;
use tokio::time::{Instant, sleep, sleep_until};

use super::scene::Scene;
use super::stand::Stand;
use crate::postgres::Stop;

#[derive(Debug, Clone, Copy)]
enum Event {
    /// A key that is published before it signs, and another secret under refresh tokens.
    NewKeys,
    Restart(Stop),
    NewKeysSign,
    /// A route that users are asked for on changes its owner.
    Reload,
}

/// At which hundredth of the whole run.
const TIMETABLE: [(u32, Event); 5] = [
    (15, Event::NewKeys),
    (30, Event::Restart(Stop::Fast)),
    (45, Event::NewKeysSign),
    (60, Event::Reload),
    (75, Event::Restart(Stop::Immediate)),
];

/// Between the end of a server and the start of the next.
const AWAY: Duration = Duration::from_secs(2);
const TAKEN_WITHIN: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(50);

pub(super) async fn play(stand: &mut Stand, scene: &Scene, lasting: Duration) -> anyhow::Result<()> {
    let mut upcoming = Vec::new();
    for (hundredth, event) in TIMETABLE {
        sleep_until(scene.began + lasting * hundredth / 100).await;
        let began = Instant::now();
        match event {
            Event::NewKeys => {
                for arguments in [&["keygen", "--json"][..], &["keygen", "--refresh", "--json"]] {
                    upcoming.push(name(&stand.keys(arguments)?).context("read the name of a new key")?);
                }
            }
            Event::NewKeysSign => {
                ensure!(upcoming.len() == 2, "there are no keys to activate");
                for name in upcoming.drain(..) {
                    stand.keys(&["keys", "activate", &name])?;
                }
            }
            Event::Reload => {
                let told = stand.told(ROUTES_TAKEN);
                stand.write_routes("legacy")?;
                taken(stand, ROUTES_TAKEN, told + 2).await?;
            }
            Event::Restart(stop) => restart(stand, scene, stop).await?,
        }
        eprintln!("{:>4.0?}  {event:?}, {:.1?}", scene.began.elapsed(), began.elapsed());
    }
    Ok(())
}

const ROUTES_TAKEN: &str = "routes file taken";

async fn restart(stand: &mut Stand, scene: &Scene, stop: Stop) -> anyhow::Result<()> {
    scene.calendar.begin_outage();
    block_in_place(|| stand.postgres.stop(stop))?;
    sleep(AWAY).await;
    stand.postgres.start().await?;
    scene.calendar.end_outage();
    Ok(())
}

async fn taken(stand: &Stand, message: &str, times: usize) -> anyhow::Result<()> {
    let deadline = Instant::now() + TAKEN_WITHIN;
    while stand.told(message) < times {
        ensure!(Instant::now() < deadline, "no \"{message}\" in {TAKEN_WITHIN:?}");
        sleep(LOOK).await;
    }
    Ok(())
}

fn name(told: &str) -> Option<String> {
    let told: Value = serde_json::from_str(told).ok()?;
    told["keys"][0]["name"].as_str().map(str::to_owned)
}
