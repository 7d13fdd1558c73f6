//! What passes through a gateway that records stands in the recording afterwards, or is counted as missing.

mod canaries;
mod disk;
mod heads;
mod keys;
mod killed;
mod kinds;
mod long;
mod rules;

use std::path::Path;

use gateway::parity::{
    exchange::{Exchange, Outcome},
    recording::{Damage, Recording},
};

use compat_tests::gateway_process::GatewayProcess;

use crate::house::{House, Setting, binary, environment};

/// So that a test can read what it sent.
const TEST_DATA: &str = "[record]\ndir = \"rec\"\nredact = \"secrets\"\n";

/// A gateway whose routes file says this too.
async fn open(mut setting: Setting, record: &str) -> House {
    setting.routes = format!("{}\n{record}", setting.routes);
    let house = House::open(&setting).await;
    if !record.is_empty() {
        house.wait_told("recording", 1).await;
    }
    house
}

/// The same with the switch of the command line.
async fn start(setting: &Setting, folder: &Path, arguments: &[&str]) -> GatewayProcess {
    std::fs::write(folder.join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.join("legacy.toml"), &setting.profile).unwrap();
    let environment = environment(setting);
    let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    GatewayProcess::start_with(binary(), arguments, folder, &pairs).await.unwrap()
}

/// The sum of a metric over all its labels.
async fn metric(house: &House, name: &str) -> u64 {
    let text = house.admin("/metrics").await.text();
    sum(&text, name)
}

fn sum(text: &str, name: &str) -> u64 {
    let lines =
        text.lines().filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' '])));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}

fn read(folder: &Path) -> (Recording, Vec<Damage>) {
    Recording::open(folder).unwrap()
}

/// One that was ended, without damage.
pub(crate) fn whole(folder: &Path) -> Recording {
    let (recording, damage) = read(folder);
    assert!(damage.is_empty(), "{damage:?}");
    let end = recording.end.unwrap_or_else(|| panic!("{} was not ended", folder.display()));
    assert_eq!((end.exchanges, end.gaps), (recording.exchanges.len() as u64, gaps(&recording)));
    assert_eq!(end.requests, end.exchanges + end.gaps);
    recording
}

fn gaps(recording: &Recording) -> u64 {
    recording.gaps.iter().map(|gap| gap.count).sum()
}

/// Ends the gateway that made it: everything that it counted is an exchange or a part of a gap.
async fn closed(house: House, asked: usize, complaints: &[&str]) -> Recording {
    house.wait_told("request", asked).await;
    let counted = metric(&house, "gateway_requests_total").await;
    let folder = house.folder.path().join("rec");
    let House { mut gateway, folder: home } = house;
    assert!(gateway.stop().unwrap().success(), "{}", gateway.errors());
    let loud = gateway.unexpected();
    let expected = |line: &String| complaints.iter().any(|complaint| line.contains(complaint));
    assert!(loud.iter().all(expected), "{loud:#?}");
    let recording = whole(&folder);
    assert_eq!(recording.exchanges.len() as u64 + gaps(&recording), counted, "{:?}", recording.gaps);
    drop(home);
    recording
}

fn find<'r>(recording: &'r Recording, target: &str) -> &'r Exchange {
    let found = recording.exchanges.iter().find(|exchange| exchange.request.target == target);
    found.unwrap_or_else(|| panic!("{target} is not in {:#?}", recording.exchanges))
}

fn reason(exchange: &Exchange) -> &str {
    match &exchange.outcome {
        Outcome::Broken(broken) => &broken.reason,
        Outcome::Answered(_) | Outcome::Blocked(_) => panic!("{exchange:?}"),
    }
}
