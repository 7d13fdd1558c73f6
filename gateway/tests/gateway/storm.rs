//! `routes.toml` and the certificate are written again and again, well and badly, while clients of every kind ask: nobody
//! notices, and every request is of one file from its first byte to its log line.

mod files;
mod witness;

use std::{
    fs, mem,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use compat_tests::gateway_process::GatewayProcess;
use tempfile::TempDir;
use tokio::time::Instant;

use crate::{
    crowd::{Asked, Crowd, Door, Pace, is_long_and_shipped, swift_as},
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE, Setting, binary, environment, show},
    tls::certificate::Shown,
};
use files::{FRESH, File, KEPT};
use witness::Witness;

const TAKEN: &str = "routes file taken";
const REFUSED: &str = "routes file refused";
const SHOWN: &str = "certificate taken";

struct Storm {
    flips: usize,
    /// One bad file for so many good ones.
    bad_every: usize,
    certificates: usize,
    pace: Pace,
}

const SHORT: Storm = Storm {
    flips: 24,
    bad_every: 4,
    certificates: 3,
    pace: Pace {
        keep_alive: 3,
        streams: 1,
        fresh: 1,
        sockets: 2,
        uploads: 2,
        every: Duration::from_millis(40),
    },
};

/// 2,000 requests in a second.
const LONG: Storm = Storm {
    flips: 1_000,
    bad_every: 5,
    certificates: 50,
    pace: Pace {
        keep_alive: 48,
        streams: 14,
        fresh: 4,
        sockets: 20,
        uploads: 10,
        every: Duration::from_millis(40),
    },
};

/// Where it all happens, and what has been done so far.
struct Scene {
    house: House,
    door: Door,
    witness: Arc<Witness>,
    legacies: [FakeLegacy; 2],
    certificates: Vec<Shown>,
    secrets: TempDir,
    taken: usize,
    refused: usize,
    shown: usize,
}

impl Scene {
    async fn open(certificates: usize) -> Self {
        let legacies = [swift_as("a").await, swift_as("b").await];
        let certificates: Vec<_> = (0..=certificates).map(|number| Shown::new(&number.to_string())).collect();
        let secrets = tempfile::tempdir().unwrap();
        certificates[0].write(secrets.path());
        let pem = |name: &str| secrets.path().join(name).to_str().unwrap().to_owned();
        let setting = Setting::in_front_of(legacies[0].address())
            .without_database()
            .with_environment("GATEWAY_TLS_CERT", &pem("cert.pem"))
            .with_environment("GATEWAY_TLS_KEY", &pem("key.pem"));
        let first = File::number(0, &legacies);
        let witness = Arc::new(Witness::new(first.clone()));
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("routes.toml"), first.text()).unwrap();
        fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
        let environment = environment(&setting);
        let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let watching = Arc::clone(&witness);
        let is_kept = move |line: &str| !watching.sees(line);
        let gateway = GatewayProcess::start_seen(binary(), &[], folder.path(), &environment, is_kept).await;
        let house = House { gateway: gateway.unwrap(), folder };
        let door = Door::secured(house.gateway.public(), &certificates);
        Self { house, door, witness, legacies, certificates, secrets, taken: 0, refused: 0, shown: 0 }
    }

    fn write(&self, text: &str) {
        let draft = self.house.folder.path().join("routes.toml.new");
        fs::write(&draft, text).unwrap();
        fs::rename(draft, self.house.folder.path().join("routes.toml")).unwrap();
    }

    /// A good file, which holds from the moment on in which the log says so.
    async fn flip(&mut self) {
        self.taken += 1;
        let file = File::number(self.taken, &self.legacies);
        let revision = self.witness.expect(file.clone());
        self.write(&file.text());
        let mut seen = 0;
        let line = self.house.gateway.logged(PATIENCE, |line| {
            seen += usize::from(line["message"] == TAKEN);
            seen == self.taken
        });
        assert_eq!(line.await.unwrap()["revision"], revision);
        self.witness.since.store(revision, Ordering::Relaxed);
        self.ask(&file).await;
    }

    async fn ask(&self, file: &File) {
        let id = format!("kept-{}", self.witness.since.load(Ordering::Relaxed));
        let mut client = self.door.client().await.unwrap();
        let answer = client.request("GET", KEPT, &[("x-request-id", &id)], b"").await.unwrap();
        assert_eq!(u64::from(answer.status), file.kept().status);
    }

    /// A bad one, which changes nothing.
    async fn spoil(&mut self) {
        self.refused += 1;
        self.write(&File::bad(self.refused));
        self.house.wait_told(REFUSED, self.refused).await;
        self.ask(&File::number(self.taken, &self.legacies)).await;
    }

    /// A new certificate, which whoever comes from then on is shown.
    async fn certify(&mut self) {
        let before = self.shown;
        self.shown += 1;
        self.certificates[self.shown].write(self.secrets.path());
        self.house.wait_told(SHOWN, self.shown).await;
        self.certificates[self.shown].connect(self.door.address, &["h2"]).await.unwrap();
        let old = self.certificates[before].connect(self.door.address, &["http/1.1"]).await;
        assert!(old.is_err(), "certificate {before} is shown still");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_notices_a_storm_of_files() {
    let is_long = is_long_and_shipped();
    let Storm { flips, bad_every, certificates, pace } = if is_long { LONG } else { SHORT };
    let mut scene = Scene::open(certificates).await;
    let asked = Asked {
        door: scene.door.clone(),
        fresh: FRESH,
        fits: files::fits,
        since: Arc::clone(&scene.witness.since),
        ..Asked::at(scene.door.address, KEPT)
    };
    let crowd = Crowd::gather(&asked, pace);
    let began = Instant::now();
    for flip in 1..=flips {
        scene.flip().await;
        if flip % bad_every == 0 {
            scene.spoil().await;
        }
        if flip * certificates / flips > scene.shown {
            scene.certify().await;
        }
    }
    let took = began.elapsed();
    let told = crowd.leave().await;
    let figures = told.shown(&pace);
    show(&format!(
        "storm: {flips} good files, {} bad ones and {certificates} certificates in {took:.1?} under {figures}",
        scene.refused
    ));
    assert!(told.failures.is_empty(), "{:#?}", told.failures);
    assert_eq!((told.restarts, told.reconnects), (0, 0), "no connection was closed");
    assert!(told.streams > 0 && told.echoes > 0 && told.uploads > 0, "{told:?}");
    let Scene { house, witness, refused, .. } = scene;
    house.close_expecting(&[REFUSED, "database"]);
    let requests = told.answers + told.uploads + told.sockets + flips + refused;
    let judged = mem::take(&mut *witness.judged());
    assert!(judged.misfits.is_empty(), "{:#?}", judged.misfits);
    assert_eq!(judged.lines, requests, "each request has its line");
    let kinds: Vec<_> = judged.kinds.iter().map(String::as_str).collect();
    assert_eq!(kinds, ["fresh", "kept", "socket", "upload"]);
    assert!(judged.across > 0, "bodies were under way while the file changed");
    assert!(!is_long || told.kept_up(&pace), "{figures}");
}
