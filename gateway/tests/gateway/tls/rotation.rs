//! A certificate changes while connections are open and others begin: none fails, and a bad pair changes nothing.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::task::JoinSet;

use super::{
    certificate::{Shown, replace},
    setting,
};
use crate::{
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE},
    http2::client::Client,
};

const TAKEN: &str = "certificate taken";
const REFUSED: &str = "certificate refused";
const ENDS: &str = "certificate expires in";

/// One connection of HTTP/1 that is kept.
struct Kept {
    sender: http1::SendRequest<Empty<Bytes>>,
    _connection: JoinSet<()>,
}

impl Kept {
    async fn over(house: &House, shown: &Shown) -> Self {
        let tls = shown.connect(house.gateway.public(), &["http/1.1"]).await.unwrap();
        assert_eq!(tls.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        let (sender, connection) = http1::handshake(TokioIo::new(tls)).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let _ = connection.await;
        });
        Self { sender, _connection: tasks }
    }

    async fn ask(&mut self) -> (u16, Bytes) {
        let request = Request::get("/kept").header("host", "localhost").body(Empty::new()).unwrap();
        let answer = self.sender.send_request(request).await.unwrap();
        (answer.status().as_u16(), answer.into_body().collect().await.unwrap().to_bytes())
    }
}

#[tokio::test]
async fn a_new_pair_is_for_new_handshakes_and_a_bad_one_for_none() {
    let legacy = FakeLegacy::reached().await;
    let folder = tempfile::tempdir().unwrap();
    let shown = ["first", "second", "third"].map(Shown::new);
    let [first, second, third] = &shown;
    first.write(folder.path());
    let mut setting = setting(folder.path());
    setting.legacy_url = format!("http://{}", legacy.address());
    let house = House::open(&setting).await;
    let mut kept = Kept::over(&house, first).await;
    let tls = first.connect(house.gateway.public(), &["h2"]).await.unwrap();
    let mut streams = Client::over(tls).await;
    let answer = (200, Bytes::from_static(b"reached"));
    assert_eq!(kept.ask().await, answer);

    second.write(folder.path());
    house.wait_told(TAKEN, 1).await;
    assert!(first.connect(house.gateway.public(), &[]).await.is_err(), "the first is shown still");
    Kept::over(&house, second).await.ask().await;
    assert_eq!(kept.ask().await, answer, "on the connection from before");
    assert_eq!(streams.get("/kept").await.text().await, "reached");

    // A key of another certificate, half a certificate, nothing at all.
    replace(folder.path(), "key.pem", &third.key);
    house.wait_told(REFUSED, 1).await;
    replace(folder.path(), "cert.pem", &second.pem[..second.pem.len() / 2]);
    house.wait_told(REFUSED, 2).await;
    fs::remove_file(folder.path().join("cert.pem")).unwrap();
    house.wait_told(REFUSED, 3).await;
    Kept::over(&house, second).await.ask().await;

    replace(folder.path(), "cert.pem", &third.pem);
    house.wait_told(TAKEN, 2).await;
    Kept::over(&house, third).await.ask().await;
    assert_eq!(kept.ask().await, answer);

    let metrics = house.admin("/metrics").await.text();
    for line in [
        "gateway_tls_reloads_total{result=\"good\"} 2",
        "gateway_tls_reloads_total{result=\"bad\"} 3",
        // What rcgen gives a certificate that is told nothing else: the year 4096.
        "gateway_tls_certificate_expires_timestamp_seconds 67090118400",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    let told = house.gateway.logged(PATIENCE, |line| super::says(line, "is not the key of the first")).await;
    assert!(!told.unwrap().to_string().contains("BEGIN"));
    drop((kept, streams));
    house.close_expecting(&[REFUSED]);
}

/// Taken, it would be what the next start refuses.
#[tokio::test]
async fn a_key_that_everybody_may_read_is_refused_until_nobody_may() {
    let legacy = FakeLegacy::reached().await;
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (Shown::new("first"), Shown::new("second"));
    first.write(folder.path());
    let mut setting = setting(folder.path()).with_environment("ENVIRONMENT", "production");
    setting.legacy_url = format!("http://{}", legacy.address());
    let house = House::open(&setting).await;
    let key = folder.path().join("key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    house.wait_told(REFUSED, 1).await;
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    house.wait_told(TAKEN, 1).await;
    let draft = folder.path().join("draft");
    fs::write(&draft, &second.key).unwrap();
    fs::set_permissions(&draft, fs::Permissions::from_mode(0o604)).unwrap();
    fs::write(folder.path().join("cert.pem"), &second.pem).unwrap();
    fs::rename(draft, &key).unwrap();
    house.gateway.logged(PATIENCE, |line| super::says(line, "may open it (mode 0604)")).await.unwrap();
    Kept::over(&house, &first).await.ask().await;
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    house.wait_told(TAKEN, 2).await;
    Kept::over(&house, &second).await.ask().await;
    house.close_expecting(&[REFUSED]);
}

#[tokio::test]
async fn a_pair_that_clients_refuse_waits_for_its_day() {
    let legacy = FakeLegacy::reached().await;
    let folder = tempfile::tempdir().unwrap();
    let good = Shown::new("good");
    good.write(folder.path());
    let mut setting = setting(folder.path());
    setting.legacy_url = format!("http://{}", legacy.address());
    let house = House::open(&setting).await;
    let hour = Duration::from_hours(1);
    let expired = Shown::valid("expired", |params| params.not_after = (SystemTime::now() - hour).into());
    expired.write(folder.path());
    house.wait_told(REFUSED, 1).await;
    Kept::over(&house, &good).await.ask().await;

    let day = SystemTime::now() + Duration::from_secs(10);
    let soon = Shown::valid("soon", |params| {
        params.not_before = day.into();
        params.not_after = (day + 100 * hour).into();
    });
    soon.write(folder.path());
    house.wait_told(REFUSED, 2).await;
    Kept::over(&house, &good).await.ask().await;
    house.wait_told(TAKEN, 1).await;
    Kept::over(&house, &soon).await.ask().await;
    house.wait_told(ENDS, 1).await;
    house.close_expecting(&[REFUSED, ENDS]);
}
