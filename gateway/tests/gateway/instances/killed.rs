//! One of three instances is killed under load: who notices, and what is executed twice.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

use compat_tests::{client::Client, repository, sample::Version};
use parking_lot::Mutex;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::Notify,
    task::JoinSet,
    time::timeout,
};

use super::setting;
use crate::house::{House, PATIENCE, show};

const CLIENTS: usize = 24;
/// Answers before one is killed, and after it.
const EACH: usize = 1_500;

/// A legacy in a process of its own, killed when it is dropped.
struct Process {
    child: Child,
    address: SocketAddr,
    ledger: PathBuf,
}

impl Process {
    async fn start(ledger: &Path) -> Self {
        let script = repository().join("gateway/tests/gateway/instances/counting.py");
        let mut child = Command::new(Version::Newest.python().unwrap())
            .arg(script)
            .arg(ledger)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        timeout(PATIENCE, output.read_line(&mut line)).await.expect("a port").unwrap();
        let address = ([127, 0, 0, 1], line.trim().parse().unwrap()).into();
        Self { child, address, ledger: ledger.to_owned() }
    }

    /// How often each request was executed, by its method and number.
    fn executed(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for line in std::fs::read_to_string(&self.ledger).unwrap().lines() {
            *counts.entry(line.to_owned()).or_default() += 1;
        }
        counts
    }
}

#[derive(Default)]
struct Progress {
    number: AtomicUsize,
    answered: AtomicUsize,
    /// What became of each: how often, and what the client was told.
    gets_failed: Mutex<Vec<String>>,
    posts_failed: Mutex<Vec<String>>,
    over: AtomicBool,
    told: Notify,
}

/// GETs and POSTs in turn, each with its number, over one connection after the other.
async fn load(gateway: SocketAddr, progress: Arc<Progress>) {
    let mut client = Client::connect(gateway).await.unwrap();
    while !progress.over.load(SeqCst) {
        let number = progress.number.fetch_add(1, SeqCst);
        let (method, body, failed) = match number % 2 {
            0 => ("GET", &b""[..], &progress.gets_failed),
            _ => ("POST", &b"a body"[..], &progress.posts_failed),
        };
        let text = number.to_string();
        let answer = client.request(method, "/api/echo", &[("x-number", &text)], body).await;
        if !answer.as_ref().is_ok_and(|answer| answer.status == 200) {
            failed.lock().push(match &answer {
                Ok(answer) => format!("{} {}", answer.status, answer.text()),
                Err(error) => error.to_string(),
            });
        }
        if answer.is_err() {
            client = Client::connect(gateway).await.unwrap();
        }
        progress.answered.fetch_add(1, SeqCst);
        progress.told.notify_one();
    }
}

async fn reach(progress: &Progress, answers: usize) {
    let reached = async {
        while progress.answered.load(SeqCst) < answers {
            progress.told.notified().await;
        }
    };
    timeout(PATIENCE, reached).await.expect("answers keep coming");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_one_that_is_killed_at_most_one_harmless_request_is_lost_and_nothing_else_is_done_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut processes = Vec::new();
    for number in 0..3 {
        processes.push(Process::start(&folder.path().join(number.to_string())).await);
    }
    let addresses: Vec<_> = processes.iter().map(|process| process.address).collect();
    let house = House::open(&setting(&addresses, "")).await;
    let progress = Arc::new(Progress::default());
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(load(house.gateway.public(), Arc::clone(&progress)));
    }
    reach(&progress, EACH).await;
    for failed in [&progress.gets_failed, &progress.posts_failed] {
        assert_eq!(*failed.lock(), Vec::<String>::new(), "before anybody is killed");
    }
    // SIGKILL.
    processes[1].child.kill().await.unwrap();
    reach(&progress, 2 * EACH).await;
    progress.over.store(true, SeqCst);
    clients.join_all().await;

    let (gets, posts) = (progress.gets_failed.lock().clone(), progress.posts_failed.lock().clone());
    let mut executed: BTreeMap<String, usize> = BTreeMap::new();
    for process in &processes {
        let own = process.executed();
        assert!(own.len() > EACH / 10, "{} of {} requests at one of three", own.len(), EACH);
        own.into_iter().for_each(|(request, count)| *executed.entry(request).or_default() += count);
    }
    let twice: Vec<_> =
        executed.iter().filter(|(_, count)| **count > 1).map(|(request, _)| request).collect();
    show(&format!(
        "one of three killed under {CLIENTS} clients: {} answered, {} GETs and {} POSTs failed, executed twice: {} GETs",
        progress.answered.load(SeqCst),
        gets.len(),
        posts.len(),
        twice.len()
    ));
    assert!(gets.len() <= 1, "GETs failed: {gets:?}");
    // Those that it was busy with, of which nobody knows whether they were executed.
    assert!(posts.len() <= CLIENTS, "POSTs failed: {posts:?}");
    assert!(twice.iter().all(|request| request.starts_with("GET ")), "{twice:?}");
    house.close_expecting(&[
        "legacy instance ejected",
        "legacy instance unhealthy",
        "legacy closed the connection without an answer",
    ]);
}
