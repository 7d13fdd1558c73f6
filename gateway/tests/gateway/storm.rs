//! `routes.toml` is written again and again, well and badly, while clients of every kind ask: nobody notices, and every
//! answer is of one file.

use std::time::Duration;

use compat_tests::{client::Answer, gateway_process::GatewayProcess};
use tokio::time::Instant;

use crate::{
    crowd::{Asked, Crowd, Pace, is_long, swift},
    house::{House, Setting, binary, environment, routes, show},
};

const ROUTE: &str = "GET /files/{path:path}";
const TAKEN: &str = "routes file taken";
const REFUSED: &str = "routes file refused";

/// Files in turn, and how the route is answered then: by the legacy, or by either of two refusals.
const OWNERS: [(&str, u16); 3] = [
    ("{ owner = \"deny\", status = 403 }", 403),
    ("\"legacy\"", 200),
    ("{ owner = \"deny\", status = 410 }", 410),
];

struct Storm {
    flips: usize,
    /// One bad file for so many good ones.
    bad_every: usize,
    pace: Pace,
}

const SHORT: Storm = Storm {
    flips: 50,
    bad_every: 3,
    pace: Pace { keep_alive: 4, fresh: 1, sockets: 2, uploads: 1, every: Duration::from_millis(25) },
};

/// 2,000 requests in a second.
const LONG: Storm = Storm {
    flips: 1_000,
    bad_every: 5,
    pace: Pace { keep_alive: 64, fresh: 16, sockets: 20, uploads: 10, every: Duration::from_millis(40) },
};

/// Whole, and of one of the files.
fn fits(answer: &Answer) -> bool {
    match answer.status {
        200 => answer.text() == "0",
        403 | 410 => answer.text().starts_with("{\"detail\":"),
        _ => false,
    }
}

/// Keeps the lines of requests only where they can be looked at.
async fn open(setting: &Setting, is_long: bool) -> House {
    if !is_long {
        return House::open(setting).await;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let environment = environment(setting);
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let gateway = GatewayProcess::start_forgetful(binary(), folder.path(), &environment).await.unwrap();
    House { gateway, folder }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_notices_a_storm_of_files() {
    let is_long = is_long();
    let Storm { flips, bad_every, pace } = if is_long { LONG } else { SHORT };
    let legacy = swift().await;
    let setting = Setting::in_front_of(legacy.address()).without_database();
    let house = open(&setting, is_long).await;
    let target = "/files/swift";
    let crowd = Crowd::gather(Asked { address: house.gateway.public(), target, headers: &[], fits }, pace);
    let (began, mut bad) = (Instant::now(), 0);
    for flip in 0..flips {
        let (owner, status) = OWNERS[flip % OWNERS.len()];
        house.write_routes(&routes(&[(ROUTE, owner)]), TAKEN).await;
        assert_eq!(
            house.get(target, &[]).await.status,
            status,
            "from the moment on in which the log says so"
        );
        if flip % bad_every == bad_every - 1 {
            house.write_routes(&routes(&[(ROUTE, &format!("\"nobody {flip}\""))]), REFUSED).await;
            assert_eq!(house.get(target, &[]).await.status, status, "the last good one stays in force");
            bad += 1;
        }
    }
    let took = began.elapsed();
    let (told, rate) = crowd.leave().await;
    show(&format!(
        "storm: {flips} owners and {bad} bad files in {took:.1?} under {rate:.0} requests a second of {:.0} wanted: \
         {} answers, {} echoes, {} uploads, {} sockets closed, {} failures",
        pace.rate(),
        told.answers,
        told.echoes,
        told.uploads,
        told.restarts,
        told.failures.len()
    ));
    assert!(told.failures.is_empty(), "{:#?}", told.failures);
    assert_eq!((told.restarts, told.reconnects), (0, 0), "no connection was closed");
    assert!(told.answers > 0 && told.echoes > 0 && told.uploads > 0, "{told:?}");
    let of_one_file = |line: &&serde_json::Value| {
        let (owner, status) = (line["owner"].as_str().unwrap(), line["status"].as_u64().unwrap());
        matches!((owner, status), ("legacy", 200) | ("deny", 403 | 410))
    };
    let requests: Vec<_> = house
        .gateway
        .log()
        .into_iter()
        .filter(|line| line["message"] == "request" && line["route"] == ROUTE)
        .collect();
    assert_eq!(requests.iter().find(|line| !of_one_file(line)), None);
    assert!(is_long || requests.len() >= told.answers, "{} lines", requests.len());
    house.close_expecting(&[REFUSED, "database"]);
}
