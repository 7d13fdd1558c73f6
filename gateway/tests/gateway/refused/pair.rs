//! The same bytes through the gateway to uvicorn with either parser: both handle what the gateway judged, and nothing else.

use std::sync::Arc;

use compat_tests::client::Client;
use fastrand::Rng;
use gateway::edge::Class;
use serde_json::Value;
use tokio::task::JoinSet;

use super::{
    answers::{self, Answer},
    generator,
    judged::{End, Judged, judged, websocket},
    streams,
    uvicorn::Uvicorn,
};
use crate::house::{House, Setting, show};

const ROUNDS: usize = 1_000;
const ROUNDS_LONG: usize = 50_000;

/// Connections at a time, of each of the two.
const ABREAST: usize = 16;

const LAST: &[u8] = b"GET /last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

/// uvicorn with one parser, behind a gateway.
struct Leg {
    house: House,
    uvicorn: Uvicorn,
}

impl Leg {
    async fn open(parser: &str) -> Self {
        let uvicorn = Uvicorn::start(parser).await;
        let mut setting = Setting::in_front_of(uvicorn.address).without_database();
        setting.routes = setting.routes.replace("[routes]", "[defaults]\nunlisted = \"legacy\"\n[routes]");
        Self { house: House::open(&setting).await, uvicorn }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_parsers_handle_what_the_gateway_judged() {
    let (httptools, h11) = tokio::join!(Leg::open("httptools"), Leg::open("h11"));
    let legs = Arc::new([httptools, h11]);
    let written = streams::written();
    assert!(written.len() >= 100, "{}", written.len());
    let seed = fastrand::u64(..);
    show(&format!("refused: seed {seed}"));
    let mut random = Rng::with_seed(seed);
    let mut generated = (0..rounds()).map(|_| generator::stream(&mut random));
    let mut all = written.iter().cloned().chain(&mut generated).map(|mut stream| {
        stream.extend(LAST);
        stream
    });
    let (mut running, mut counts, mut differences) = (JoinSet::new(), Counts::default(), Vec::new());
    loop {
        while running.len() < ABREAST
            && let Some(stream) = all.next()
        {
            let legs = Arc::clone(&legs);
            running.spawn(async move { compare(&legs, &stream).await });
        }
        let Some(compared) = running.join_next().await else { break };
        let (judged, difference) = compared.unwrap();
        counts.add(&judged);
        differences.extend(difference);
    }
    show(&format!("refused: {counts:?}, {} disagreements, seed {seed}", differences.len()));
    assert!(differences.is_empty(), "seed {seed}\n{}", differences[..differences.len().min(5)].join("\n\n"));
    assert!(counts.requests > counts.streams / 2 && counts.refused > counts.streams / 4, "{counts:?}");
    drop(all);
    for leg in Arc::into_inner(legs).unwrap() {
        leg.house.close_expecting(&["degraded", "database"]);
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a test runs is not a setting of the gateway")]
fn rounds() -> usize {
    if std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1") { ROUNDS_LONG } else { ROUNDS }
}

#[derive(Debug, Default)]
struct Counts {
    streams: usize,
    requests: usize,
    refused: usize,
    missing: usize,
}

impl Counts {
    fn add(&mut self, judged: &Judged) {
        self.streams += 1;
        self.requests += judged.requests.len();
        match judged.end {
            End::Closed => {}
            End::Refused(_) => self.refused += 1,
            End::Missing => self.missing += 1,
        }
    }
}

async fn compare(legs: &[Leg; 2], stream: &[u8]) -> (Judged, Option<String>) {
    let judged = judged(stream);
    let (first, second) = tokio::join!(ask(&legs[0], stream, &judged), ask(&legs[1], stream, &judged));
    let bare = |seen: &[Value]| -> Vec<Value> {
        let without_headers = |value: &Value| {
            let mut value = value.clone();
            value.as_object_mut().map(|value| value.remove("headers"));
            value
        };
        seen.iter().map(without_headers).collect()
    };
    let agree = first == second && bare(&first.0) == judged.requests && first.1 == refusal(&judged);
    let shown = || {
        let bytes = stream.strip_suffix(LAST).unwrap().escape_ascii();
        format!("{bytes}\njudged    {judged:?}\nhttptools {first:?}\nh11       {second:?}")
    };
    let difference = (!agree).then(shown);
    (judged, difference)
}

/// The status with which the gateway itself ends the connection.
fn refusal(judged: &Judged) -> Option<u16> {
    match judged.end {
        End::Refused(Class::TargetTooLong) => Some(414),
        End::Refused(Class::HeadTooLarge | Class::HeadersTooMany) => Some(431),
        End::Refused(_) => Some(400),
        End::Closed | End::Missing => None,
    }
}

/// What the application behind this parser saw, and with which status of its own the gateway ended the connection.
async fn ask(leg: &Leg, stream: &[u8], judged: &Judged) -> (Vec<Value>, Option<u16>) {
    let mut client = Client::connect(leg.house.gateway.public()).await.unwrap();
    // The gateway may have closed it already.
    let _ = client.send(stream).await;
    let mut stream = client.into_stream();
    let (mut seen, mut refused) = (Vec::new(), None);
    let answers = judged.requests.len() + usize::from(refusal(judged).is_some());
    for at in 0..answers {
        let is_head =
            judged.requests.get(at).map_or(judged.refuses_head, |request| request["method"] == "HEAD");
        let Some(Answer { status, saw }) = answers::next(&mut stream, is_head).await else { break };
        match (status, saw) {
            // For the legacy's own address, where the client names none.
            (200, Some(saw)) => {
                let saw = saw.replace(&leg.uvicorn.address.to_string(), "legacy");
                seen.push(serde_json::from_str(&saw).unwrap());
            }
            // Turned down by the application, or by uvicorn for what its handshake lacks.
            (400 | 403, None) if judged.requests.get(at) == Some(&websocket()) => seen.push(websocket()),
            (status, _) => refused = Some(status),
        }
    }
    // Nothing comes that was not judged: a connection that was to end has ended.
    if judged.end != End::Missing && answers::next(&mut stream, false).await.is_some() {
        seen.push(Value::Null);
    }
    (seen, refused)
}
