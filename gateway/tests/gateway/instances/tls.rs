//! A legacy at `https://`: verified as a browser would, against the authorities that the setting names.

pub(crate) mod server;

use std::time::Duration;

use compat_tests::client::Answer;
use serde_json::Value;
use tokio::time::{interval, timeout};

use super::metric;
use crate::{
    fake_legacy::{FakeLegacy, header},
    house::{House, PATIENCE, Setting},
    tls::authority::Authority,
};
use server::Terminator;

/// A gateway in front of `https://HOST:PORT` that trusts one authority alone.
async fn in_front_of(host: &str, terminator: &Terminator, trusted: &Authority, more: &str) -> House {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, trusted.pem()).unwrap();
    let url = format!("https://{host}:{}", terminator.address().port());
    let routes = format!("schema = 1\n[legacy]\nurls = [\"{url}\"]\n{more}\n");
    let setting = Setting { routes, ..Setting::in_front_of(terminator.address()) };
    // Read before anything is served.
    House::open(&setting.with_environment("LEGACY_CA_FILE", file.to_str().unwrap())).await
}

async fn echoing() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, body) = connection.request().await?;
            connection.answer(&format!("{head}{}", String::from_utf8_lossy(&body))).await?;
        }
    })
    .await
}

async fn ask(house: &House) -> Answer {
    house.client().await.request("POST", "/api/echo", &[], b"a body").await.unwrap()
}

#[tokio::test]
async fn a_certificate_that_proves_the_legacy_serves_and_its_connection_is_used_again() {
    let authority = Authority::new("the one that is trusted");
    let legacy = echoing().await;
    for host in ["127.0.0.1", "localhost"] {
        let terminator = Terminator::start(&authority.certify(host, 4000), legacy.address()).await;
        let more = "health = { path = \"/health\", interval = \"100ms\" }";
        let house = in_front_of(host, &terminator, &authority, more).await;
        let opened = "gateway_legacy_connections_opened_total";
        let mut asked = 0;
        // A client may have its answer a moment before the connection is free again.
        while asked < 3 || metric(&house, opened).await == Some(asked) {
            assert!(asked < 20, "each had a connection of its own");
            asked += 1;
            let answer = ask(&house).await;
            assert_eq!(answer.status, 200, "{answer:?} {:#?}", house.gateway.log());
            let text = answer.text();
            assert!(text.ends_with("\r\n\r\na body"), "{text}");
            // What the client speaks, not what the gateway does.
            assert_eq!(header(&text, "x-forwarded-proto"), Some("http"));
        }
        let checks = format!(
            "gateway_legacy_instance_checks_total{{instance=\"{host}:{}\"",
            terminator.address().port()
        );
        while metric(&house, &format!("{checks},result=\"good\"}}")).await.unwrap() == 0 {}
        assert_eq!(metric(&house, &format!("{checks},result=\"bad\"}}")).await, Some(0));
        assert_eq!(terminator.protocol(), Some("http/1.1".to_owned()));
        house.close();
    }
}

#[tokio::test]
async fn a_legacy_that_proves_nothing_is_not_asked_and_the_reason_is_told() {
    let (authority, stranger) = (Authority::new("the one that is trusted"), Authority::new("a stranger"));
    let good = |name: &str| authority.certify(name, 4000);
    for (certificate, kind, why) in [
        (good("localhost"), "certificate_name", "its certificate is for another name"),
        (
            authority.certify("127.0.0.1", 2001),
            "certificate_expired",
            "its certificate has expired, or is not valid yet",
        ),
        (
            stranger.certify("127.0.0.1", 4000),
            "certificate_issuer",
            "no trusted authority has signed its certificate",
        ),
    ] {
        let legacy = echoing().await;
        let terminator = Terminator::start(&certificate, legacy.address()).await;
        let more = "health = { interval = \"100ms\", unhealthy = 2 }";
        let house = in_front_of("127.0.0.1", &terminator, &authority, more).await;
        assert_eq!(ask(&house).await.status, 502, "{kind}");
        assert_eq!(legacy.executed(), 0, "{kind}");
        let failed = format!("gateway_legacy_connect_failures_total{{kind=\"{kind}\"}}");
        assert_eq!(metric(&house, &failed).await, Some(1));
        let expected = format!("\"part\":\"legacy\",\"why\":\"{why}\"");
        let mut looks = interval(Duration::from_millis(50));
        let told = async {
            while !house.admin("/readyz").await.text().contains(&expected) {
                looks.tick().await;
            }
        };
        timeout(PATIENCE, told).await.expect(why);
        let warned =
            |line: &Value| line["level"] == "WARN" && line["missing"] == "legacy" && line["why"] == why;
        house.gateway.logged(PATIENCE, warned).await.unwrap();
        // The checks see what requests see.
        house.wait_told("legacy instance unhealthy", 1).await;
        house.close_expecting(&[
            "degraded",
            "legacy instance unhealthy",
            "no legacy instance",
            "legacy cannot be reached",
        ]);
    }
}

#[tokio::test]
async fn a_legacy_without_tls_is_not_asked_in_clear() {
    let authority = Authority::new("the one that is trusted");
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.send("HTTP/1.1 400 Bad Request\r\n\r\n").await?;
        connection.head().await?;
        connection.execute();
        Ok(())
    })
    .await;
    let url = format!("https://{}", legacy.address());
    let routes = format!("schema = 1\n[legacy]\nurls = [\"{url}\"]\n");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let setting = Setting { routes, ..Setting::in_front_of(legacy.address()) };
    let setting = setting.with_environment("LEGACY_CA_FILE", file.to_str().unwrap());
    let house = House::open(&setting).await;
    assert_eq!(ask(&house).await.status, 502);
    assert_eq!(legacy.executed(), 0);
    assert_eq!(metric(&house, "gateway_legacy_connect_failures_total{kind=\"tls\"}").await, Some(1));
    house.close_expecting(&["degraded", "legacy cannot be reached"]);
}
