//! One process takes the place of another: the port is never closed, and nobody is sent away.

mod background;
mod by_hand;
mod crowded;
mod recording;
mod refused;
mod schema;
mod too_early;
mod unit;

use std::process::ExitStatus;

use compat_tests::{
    client::{Client, websocket::Frame},
    gateway_process::GatewayProcess,
};

use crate::{
    crowd::swift,
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE, Setting, binary, environment},
};

const RUN_DIR: (&str, &str) = ("GATEWAY_RUN_DIR", "run");

/// A gateway that can be replaced, in front of a legacy that costs nothing.
struct Stage {
    setting: Setting,
    house: House,
    _legacy: FakeLegacy,
}

impl Stage {
    async fn open() -> Self {
        let legacy = swift().await;
        let setting = Setting::in_front_of(legacy.address()).without_database();
        let setting = setting.with_environment(RUN_DIR.0, RUN_DIR.1);
        Self::with(setting, legacy).await
    }

    async fn with(setting: Setting, legacy: FakeLegacy) -> Self {
        let house = House::open(&setting).await;
        house.wait_told("a successor would be heard", 1).await;
        Self { setting, house, _legacy: legacy }
    }

    /// The next process; what is returned is the one before, which is about to end.
    async fn upgrade(&mut self) -> GatewayProcess {
        let next = self.start(&["--upgrade"], &[]).await;
        assert_eq!(
            (next.public(), next.admin()),
            (self.house.gateway.public(), self.house.gateway.admin()),
            "the sockets are the same"
        );
        taken_over(&next).await;
        std::mem::replace(&mut self.house.gateway, next)
    }

    async fn start(&self, arguments: &[&str], changes: &[(&'static str, &str)]) -> GatewayProcess {
        let environment = self.environment(changes);
        let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        GatewayProcess::start_with(binary(), arguments, self.house.folder.path(), &environment).await.unwrap()
    }

    fn environment(&self, changes: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
        let mut environment = environment(&self.setting);
        environment.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        environment.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
        environment
    }
}

async fn taken_over(gateway: &GatewayProcess) {
    gateway.logged(PATIENCE, |line| line["message"] == "taken over").await.unwrap();
}

/// Of a process that was replaced: it ended by itself, and had nothing to complain about but this.
async fn ended(mut gateway: GatewayProcess, complaints: &[&str]) -> ExitStatus {
    let status = gateway.ended(PATIENCE).await.unwrap();
    let is_expected = |line: &String| complaints.iter().any(|complaint| line.contains(complaint));
    let unexpected: Vec<_> = gateway.unexpected().into_iter().filter(|line| !is_expected(line)).collect();
    // The database of these tests is nowhere.
    let unexpected: Vec<_> = unexpected.into_iter().filter(|line| !line.contains("database")).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    status
}

/// When the process that answers here began, by its own metrics.
async fn began(house: &House) -> String {
    let page = house.admin("/metrics").await.text();
    let line = page.lines().find(|line| line.starts_with("process_start_time_seconds ")).unwrap();
    line.to_owned()
}

#[tokio::test]
async fn what_has_begun_is_finished_by_the_process_it_began_with() {
    let mut stage = Stage::open().await;
    let (mut kept, mut slow) = (stage.house.client().await, stage.house.client().await);
    assert!(!kept.request("GET", "/kept", &[], b"").await.unwrap().closes());
    slow.begin("POST", "/upload", &[("content-length", "10")]).await.unwrap();
    slow.send(b"first").await.unwrap();
    let mut socket = stage.house.client().await;
    assert_eq!(socket.handshake("/live", &[]).await.unwrap().status, 101);
    let mut socket = socket.into_websocket();
    let began_before = began(&stage.house).await;

    let before = stage.upgrade().await;
    before.logged(PATIENCE, |line| line["message"] == "handed over: finishing what has begun").await.unwrap();
    assert_ne!(began(&stage.house).await, began_before, "operators ask the process that serves");
    assert_eq!(stage.house.admin("/readyz").await.status, 200);
    let fresh = stage.house.client().await.request("GET", "/fresh", &[], b"").await.unwrap();
    assert_eq!((fresh.status, fresh.closes()), (200, false));
    stage.house.gateway.logged_request(fresh.headers.one("x-request-id").unwrap()).await.unwrap();

    let last = kept.request("GET", "/kept", &[], b"").await.unwrap();
    assert_eq!((last.status, last.closes()), (200, true), "a kept connection ends with an answer");
    before.logged_request(last.headers.one("x-request-id").unwrap()).await.unwrap();
    slow.send(b"other").await.unwrap();
    assert_eq!(slow.head().await.unwrap().status, 200);
    assert_eq!(slow.rest().await.unwrap(), "10");
    socket.say(&Frame::text("still there")).await.unwrap();
    assert_eq!(socket.hear().await.unwrap(), Some(Frame::text("still there")));
    socket.say(&Frame::close(1000, "")).await.unwrap();
    drop(socket);
    assert_eq!(ended(before, &[]).await.code(), Some(0));
    stage.house.close_expecting(&["database"]);
}

#[tokio::test]
async fn a_socket_that_outlives_its_process_is_told_to_come_back() {
    let mut stage = Stage::open().await;
    let mut socket = stage.house.client().await;
    assert_eq!(socket.handshake("/live", &[]).await.unwrap().status, 101);
    let mut socket = socket.into_websocket();
    let before = stage.upgrade().await;
    // Asked to end in the middle of it, the process does not wait for its deadline.
    terminate(&before);
    assert_eq!(socket.hear().await.unwrap().unwrap().close_code(), Some(1012));
    assert_eq!(socket.hear().await.unwrap(), None);
    assert_eq!(ended(before, &[]).await.code(), Some(0));
    stage.house.close_expecting(&["database"]);
}

#[tokio::test]
async fn a_socket_may_outlive_its_process_for_as_long_as_a_drain_may_take() {
    let legacy = swift().await;
    let setting = Setting::in_front_of(legacy.address()).without_database();
    let mut setting = setting.with_environment(RUN_DIR.0, RUN_DIR.1);
    setting.routes.push_str("[limits]\ndrain = \"1s\"\n");
    let mut stage = Stage::with(setting, legacy).await;
    let mut socket = stage.house.client().await;
    assert_eq!(socket.handshake("/live", &[]).await.unwrap().status, 101);
    let mut socket = socket.into_websocket();
    let before = stage.upgrade().await;
    assert_eq!(socket.hear().await.unwrap().unwrap().close_code(), Some(1012));
    assert_eq!(socket.hear().await.unwrap(), None);
    assert_eq!(ended(before, &[]).await.code(), Some(0));
    stage.house.close_expecting(&["database"]);
}

#[tokio::test]
async fn an_address_that_is_given_up_is_closed_and_a_new_one_opened() {
    let stage = Stage::open().await;
    let old = stage.house.gateway.public();
    let next = stage.start(&["--upgrade"], &[("GATEWAY_LISTEN", "127.0.0.2:0")]).await;
    taken_over(&next).await;
    assert_eq!(next.admin(), stage.house.gateway.admin());
    let answer = Client::connect(next.public()).await.unwrap().request("GET", "/x", &[], b"").await.unwrap();
    assert_eq!(answer.status, 200);
    let House { gateway: before, folder } = stage.house;
    assert_eq!(ended(before, &[]).await.code(), Some(0));
    let refused = Client::connect(old).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    House { gateway: next, folder }.close_expecting(&["database"]);
}

pub(crate) fn terminate(gateway: &GatewayProcess) {
    let id = rustix::process::Pid::from_raw(gateway.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
}
