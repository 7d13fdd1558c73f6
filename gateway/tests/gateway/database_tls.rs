//! TLS to PostgreSQL in production: a certificate is verified whatever the URL asks for, or the database is not used.

mod server;

use std::time::Duration;

use compat_tests::{client::Answer, gateway_process::GatewayProcess, sample::Version};
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::{interval, timeout};

use self::server::TlsServer;
use crate::{
    house::{House, PATIENCE, Setting, TASK, admin_database, bearer, command, environment, token},
    tls::authority::Authority,
};

/// A gateway in production that trusts one authority alone.
async fn production(database_url: &str, trusted: &Authority) -> House {
    let mut setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    setting.database_url = database_url.to_owned();
    let folder = installed(&setting);
    let roots = folder.path().join("roots.pem");
    std::fs::write(&roots, trusted.pem()).unwrap();
    let mut environment = environment(&setting);
    environment.retain(|(name, _)| *name != "ENVIRONMENT");
    environment.push(("SSL_CERT_FILE", roots.to_str().unwrap().to_owned()));
    let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let binary = env!("CARGO_BIN_EXE_gateway").as_ref();
    let gateway = GatewayProcess::start(binary, folder.path(), &pairs).await.unwrap();
    House { gateway, folder }
}

fn installed(setting: &Setting) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    folder
}

async fn read_task(house: &House) -> Answer {
    house.get("/api/tasks/1", &[("authorization", &bearer(&token(1)))]).await
}

#[tokio::test]
async fn a_certificate_that_proves_the_server_serves() {
    let authority = Authority::new("the one that is trusted");
    let server = TlsServer::with_sample(&authority.certify("127.0.0.1", 4000));
    for asked in
        ["sslmode=require", "sslmode=verify-full", "ssl=require", "sslmode=require&channel_binding=require"]
    {
        let house = production(&server.url("127.0.0.1", asked), &authority).await;
        let answer = read_task(&house).await;
        assert_eq!(answer.status, 200, "{asked}: {answer:?} {:#?}", house.gateway.log());
        assert_eq!(server.encrypted().await, Some(true), "{asked}");
        house.close();
    }
}

/// 503 in time, the reason in the log and on the page for operators.
async fn refused(house: House, why: &str) {
    let answer = read_task(&house).await;
    assert_eq!((answer.status, answer.text().as_str()), (503, "{\"detail\":\"Service Unavailable\"}"));
    assert!(answer.headers.one("retry-after").is_some(), "{answer:?}");
    // On a busy machine a look at the server may be late first, which is then what is told.
    let expected = format!("\"part\":\"database\",\"why\":\"{why}\"");
    let mut looks = interval(Duration::from_millis(50));
    let told = async {
        while !house.admin("/readyz").await.text().contains(&expected) {
            looks.tick().await;
        }
    };
    timeout(PATIENCE, told).await.expect(why);
    let warned = |line: &Value| line["level"] == "WARN" && line["missing"] == "database";
    house.gateway.logged(PATIENCE, warned).await.unwrap();
    house.close_expecting(&["database", "degraded"]);
}

#[tokio::test]
async fn a_server_that_proves_nothing_is_refused() {
    let (authority, stranger) = (Authority::new("the one that is trusted"), Authority::new("a stranger"));
    let server = TlsServer::start(&authority.certify("localhost", 4000));
    for mode in ["sslmode=require", "sslmode=verify-full&channel_binding=require"] {
        // What libpq would accept of `require`.
        refused(
            production(&server.url("localhost", mode), &stranger).await,
            "its certificate is from nobody who is trusted",
        )
        .await;
        refused(
            production(&server.url("127.0.0.1", mode), &authority).await,
            "its certificate is for another name",
        )
        .await;
    }
    drop(server);

    let expired = TlsServer::start(&authority.certify("127.0.0.1", 2001));
    refused(
        production(&expired.url("127.0.0.1", "sslmode=require"), &authority).await,
        "its certificate has expired",
    )
    .await;
    drop(expired);

    let plain = format!("{}?sslmode=require", admin_database());
    refused(production(&plain, &authority).await, "it does not offer the TLS that is asked for").await;
}

#[tokio::test]
async fn who_names_an_authority_trusts_no_other() {
    let (authority, other) = (Authority::new("the one that is named"), Authority::new("the system's"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("named.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let asked = format!("sslmode=verify-full&sslrootcert={}", file.display());

    let server = TlsServer::with_sample(&authority.certify("127.0.0.1", 4000));
    let house = production(&server.url("127.0.0.1", &asked), &other).await;
    assert_eq!(read_task(&house).await.status, 200, "{:#?}", house.gateway.log());
    house.close();

    let server = TlsServer::start(&other.certify("127.0.0.1", 4000));
    let house = production(&server.url("127.0.0.1", &asked), &other).await;
    refused(house, "its certificate is from nobody who is trusted").await;
}

#[test]
fn production_does_not_start_with_a_database_that_others_can_read_along() {
    let setting = Setting::sample(Version::Newest);
    for mode in ["", "?sslmode=disable", "?sslmode=prefer"] {
        let folder = installed(&setting);
        let url = format!("postgresql://app:hunter2@db.example.com/app{mode}");
        for verb in ["run", "check"] {
            let mut environment = environment(&setting);
            environment.retain(|(name, _)| !["ENVIRONMENT", "DATABASE_URL"].contains(name));
            environment.push(("DATABASE_URL", url.clone()));
            let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let ended = command(&[verb], folder.path(), &pairs);
            assert_eq!(ended.code, Some(2), "{verb} {mode}: {ended:?}");
            assert!(ended.stderr.contains("DATABASE_URL: "), "{ended:?}");
            assert!(ended.stderr.contains("sslmode=require"), "{ended:?}");
            assert!(!ended.stderr.contains("hunter2") && !ended.stdout.contains("hunter2"), "{ended:?}");
        }
    }
}
