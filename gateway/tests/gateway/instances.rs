//! Several instances of the legacy: who gets a request, who is left alone, and what becomes of requests that fail.

mod budget;
mod choice;
mod drain;
mod health;
mod killed;
mod limits;
pub(crate) mod tls;

use std::net::SocketAddr;

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting},
};

/// In front of these, with what else stands in `[legacy]`.
fn setting(instances: &[SocketAddr], more: &str) -> Setting {
    Setting { routes: routes(instances, more), ..Setting::in_front_of(instances[0]) }
}

fn routes(instances: &[SocketAddr], more: &str) -> String {
    let urls: Vec<_> = instances.iter().map(|address| format!("\"http://{address}\"")).collect();
    format!("schema = 1\n[legacy]\nurls = [{}]\n{more}\n", urls.join(", "))
}

/// Answers every request with its name.
async fn named(name: &'static str) -> FakeLegacy {
    FakeLegacy::play(move |mut connection| async move {
        loop {
            connection.request().await?;
            connection.answer(name).await?;
        }
    })
    .await
}

/// The sample with this name and these labels; nothing where there is none.
async fn metric(house: &House, sample: &str) -> Option<u64> {
    let scraped = house.admin("/metrics").await.text();
    let value = scraped.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    value.map(|value| value.parse().unwrap())
}

fn of(name: &str, instance: SocketAddr) -> String {
    format!("gateway_legacy_instance_{name}{{instance=\"{instance}\"}}")
}
