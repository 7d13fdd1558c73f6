//! How fast, how many at once, which of them, and until when.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use gateway::parity::{
    exchange::Exchange,
    recording::Recording,
    replay::{
        graph::{Graph, Order},
        play::{Options, Pace},
    },
};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::{Barrier, mpsc};

use super::{
    LIVE, RECORDED,
    backend::Backend,
    commands::{command, compat, said, write},
    options, played, scene,
    sketch::{get, told},
};
use crate::fake_legacy::FakeLegacy;

fn at_once(count: u64) -> Vec<Exchange> {
    let asked = (1..=count).map(|id| get(id, &format!("/{id}"), told("fine")));
    asked.map(|exchange| Exchange { after: Vec::new(), ..exchange }).collect()
}

async fn fine() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        loop {
            connection.request().await?;
            connection.answer("fine").await?;
        }
    })
    .await
}

#[tokio::test]
async fn as_many_are_under_way_as_jobs_say() {
    for jobs in [1, 3] {
        let barrier = Arc::new(Barrier::new(jobs));
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counted, seen) = (Arc::clone(&now), Arc::clone(&most));
        // Nobody is answered before as many are there as may be.
        let live = FakeLegacy::play(move |mut connection| {
            let (barrier, now, most) = (Arc::clone(&barrier), Arc::clone(&counted), Arc::clone(&seen));
            async move {
                loop {
                    connection.request().await?;
                    most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                    barrier.wait().await;
                    now.fetch_sub(1, SeqCst);
                    connection.answer("fine").await?;
                }
            }
        })
        .await;
        let recording = at_once(3 * jobs as u64);
        let graph = Graph::of(&recording, Order::Recorded, &|_| true);
        let options = Options { jobs, ..options(&format!("http://{}", live.address())) };
        let (heard, ended) = played(&recording, &graph, &options).await;
        ended.unwrap();
        assert!(heard.iter().all(|exchange| exchange.answered().is_some()), "{heard:?}");
        assert_eq!((most.load(SeqCst), now.load(SeqCst)), (jobs, 0));
    }
}

#[tokio::test]
async fn nothing_begins_earlier_than_its_pace_says() {
    let live = fine().await;
    let mut recording = at_once(4);
    for (exchange, millis) in recording.iter_mut().zip([0, 40, 45, 200]) {
        exchange.began = super::sketch::BEGAN + millis * 1_000;
    }
    let graph = Graph::of(&recording, Order::Recorded, &|_| true);
    for (pace, expected) in [(Pace::Recorded, [0, 40, 45, 200]), (Pace::Rate(20.0), [0, 50, 100, 150])] {
        let options = Options { pace, ..options(&format!("http://{}", live.address())) };
        let start = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let (heard, ended) = played(&recording, &graph, &options).await;
        ended.unwrap();
        for (exchange, millis) in heard.iter().zip(expected) {
            let due = start + Duration::from_millis(millis);
            let began = Duration::from_micros(exchange.began);
            // Two clocks that are asked one after the other.
            assert!(began + Duration::from_millis(5) >= due, "{pace:?} {}: {began:?} < {due:?}", exchange.id);
        }
    }
}

#[tokio::test]
async fn a_session_is_asked_with_what_others_give_it_and_judged_alone() {
    let before = Backend::start(RECORDED).await;
    let mut recording = scene::record(&before).await;
    // The third reads the project that the second made, as the first let it.
    assert_eq!(recording[2].route, "GET /projects/{project_id}");
    recording[2].session = "s2".to_owned();
    let folder = tempfile::tempdir().unwrap();
    write(&recording, &folder.path().join("rec"));
    let live = Backend::start(LIVE).await;
    let arguments = ["replay", "rec", "--target", &live.address, "--out", "run", "--session", "s2", "--json"];
    let output = compat(&arguments, folder.path()).await;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["counts"]["exchanges"], 1, "{report}");
    assert_eq!(report["routes"].as_array().unwrap().len(), 1, "{report}");
    let run = Recording::open(&folder.path().join("run")).unwrap().0;
    let asked: Vec<_> = run.exchanges.iter().map(|exchange| exchange.route.as_str()).collect();
    assert_eq!(asked, ["POST /login", "POST /projects", "GET /projects/{project_id}"]);
    assert_eq!(live.shared.lock().strange, Vec::<String>::new());
}

#[tokio::test]
async fn an_interrupted_run_can_be_read() {
    let (asked, mut second) = mpsc::unbounded_channel();
    let live = FakeLegacy::play(move |mut connection| {
        let asked = asked.clone();
        async move {
            loop {
                let (head, _) = connection.request().await?;
                if head.starts_with("GET /2 ") {
                    asked.send(()).unwrap();
                    return connection.read().await.map(drop);
                }
                connection.answer("fine").await?;
            }
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let recording: Vec<_> = (1..=3).map(|id| get(id, &format!("/{id}"), told("fine"))).collect();
    write(&recording, &folder.path().join("rec"));
    let target = format!("http://{}", live.address());
    let mut command = command(&["replay", "rec", "--target", &target, "--out", "run"], folder.path());
    let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let child = child.spawn().unwrap();
    second.recv().await.unwrap();
    let id = i32::try_from(child.id().unwrap()).unwrap();
    kill_process(Pid::from_raw(id).unwrap(), Signal::INT).unwrap();
    let (code, text) = said(&child.wait_with_output().await.unwrap());
    assert_eq!(code, Some(3), "{text}");
    // Nobody looks at a file for a bar.
    assert_eq!(text, "run: what was heard until then\ninterrupted after 1 of 3 exchanges\n");
    let (run, damage) = Recording::open(&folder.path().join("run")).unwrap();
    assert!(damage.is_empty(), "{damage:?}");
    let heard: Vec<_> = run.exchanges.iter().map(|exchange| exchange.id).collect();
    assert_eq!(heard, [1]);
}
