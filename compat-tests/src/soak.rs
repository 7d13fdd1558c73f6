//! A long time under mixed authenticated traffic, with the database restarted, the routes reloaded and the keys rotated.
//!
//! Two gateways share a database, as replicas do. Every client judges its answers: what must be good is good, and for
//! the right user; what must be refused is refused. The figures are those of the clients, not of the gateway.

mod asking;
mod browser;
mod calendar;
mod guesser;
mod held;
mod legacy;
mod pacer;
mod report;
mod resident;
mod scene;
mod stand;
mod tally;
mod timetable;
mod visitor;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use self::guesser::Guesser;
use self::resident::Resident;
use self::scene::Scene;
use self::stand::Stand;
use self::visitor::Visitor;

pub use self::report::Report;

/// Users who stay: whoever of them is logged out was logged out by a fault.
const RESIDENTS: usize = 40;
/// Users who come and go.
const VISITORS: usize = 36;
/// Accounts of which somebody guesses the password.
const GUESSED: usize = 20;

/// A client that still waits after the end is at its last retry.
const LAST_ANSWERS: Duration = Duration::from_secs(40);

/// Everything that is started ends with this, also when it is dropped half-way.
pub async fn run(
    gateway: &Path,
    lasting: Duration,
    interrupted: impl Future<Output = ()>,
) -> anyhow::Result<Report> {
    tokio::pin!(interrupted);
    let mut stand = tokio::select! {
        stand = Stand::start(gateway) => stand?,
        () = &mut interrupted => anyhow::bail!("interrupted before it began"),
    };
    let scene = Arc::new(Scene::new(stand.addresses(), Instant::now() + lasting));
    let mut actors = actors(&stand, &scene);
    let played = async {
        timetable::play(&mut stand, &scene, lasting).await.context("what happens to the gateways")?;
        let rest = lasting.saturating_sub(scene.began.elapsed()) + LAST_ANSWERS;
        let all = async {
            while let Some(ended) = actors.join_next().await {
                ended?;
            }
            anyhow::Ok(())
        };
        timeout(rest, all).await.context("some clients do not come to an end")?
    };
    let is_whole = tokio::select! {
        played = played => { played?; true },
        () = &mut interrupted => false,
    };
    actors.shutdown().await;
    let lasted = scene.began.elapsed();
    let log = stand.stop().await?;
    Ok(Report::new(scene.tally.figures(), log, lasted, is_whole))
}

fn actors(stand: &Stand, scene: &Arc<Scene>) -> JoinSet<()> {
    let mut actors = JoinSet::new();
    let mut users = stand.users().iter().cloned();
    for user in users.by_ref().take(RESIDENTS) {
        actors.spawn(Resident::new(&user, Arc::clone(scene)).live());
    }
    for user in users.by_ref().take(VISITORS) {
        actors.spawn(Visitor::new(user, Arc::clone(scene)).come_and_go());
    }
    actors.spawn(Guesser::new(users.collect(), Arc::clone(scene)).guess());
    actors
}
