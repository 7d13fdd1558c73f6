//! One database with the gateway's tables, one directory of keys, and as many gateways on them as a test wants.

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use compat_tests::{client::Answer, gateway_process::Refusal};
use gateway::auth::{
    Subject,
    issue::{AccessClaims, access_token},
    keys::Keys,
};
use serde_json::Map;
use tempfile::TempDir;
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::{
    chaos::stage::fast_legacy,
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE, Setting, bearer, command, migrated_database},
};

pub(super) const ME: &str = "/users/me";
/// Gateways' own, as the routes file gives them.
pub(super) const ROUTES: &[(&str, &str)] =
    &[("POST /auth/logout", "\"native\""), ("POST /auth/logout-all", "\"native\"")];

pub(super) struct Scene {
    pub(super) database_url: String,
    /// The test's own session.
    pub(super) database: Client,
    keys: TempDir,
    legacy: FakeLegacy,
    _driver: JoinSet<Result<(), tokio_postgres::Error>>,
}

impl Scene {
    pub(super) async fn open() -> Self {
        let (database_url, keys) = (migrated_database(), tempfile::tempdir().unwrap());
        let made = command(&["auth", "keygen", "--dir", keys.path().to_str().unwrap()], Path::new("/"), &[]);
        assert_eq!(made.code, Some(0), "{made:?}");
        let (database, connection) = tokio_postgres::connect(&database_url, NoTls).await.unwrap();
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        Self { database_url, database, keys, legacy: fast_legacy().await, _driver: driver }
    }

    /// With what is to stand in `[auth]`.
    pub(super) fn setting(&self, auth: &str) -> Setting {
        let mut setting = Setting::in_front_of(self.legacy.address()).with_routes(ROUTES);
        setting.database_url.clone_from(&self.database_url);
        setting.profile = setting.profile.replacen("\n[auth]\n", &format!("\n[auth]\n{auth}\n"), 1);
        setting.with_environment("GATEWAY_KEYS_DIR", self.keys.path().to_str().unwrap())
    }

    pub(super) async fn gateway(&self) -> House {
        House::open(&self.setting("")).await
    }

    /// A session as a login leaves it, and an access token of it.
    pub(super) async fn session(&self, user: i64) -> (Uuid, String) {
        let (id, handle) = (Uuid::new_v4(), Uuid::new_v4());
        self.database
            .execute(
                "INSERT INTO gateway.auth_session (id, rt_handle, user_key, expires_at, user_agent, ip) \
                 VALUES ($1, $2, $3, now() + interval '1 day', 'a browser', '192.0.2.7')",
                &[&id, &handle.as_bytes().as_slice(), &user.to_string()],
            )
            .await
            .unwrap();
        (id, self.token(user, id))
    }

    pub(super) fn token(&self, user: i64, session: Uuid) -> String {
        gateway::auth::install_provider();
        let keys = Keys::open(self.keys.path()).unwrap().keys.current();
        let claims = AccessClaims {
            issuer: "gateway",
            audience: "api",
            subject: &Subject::Int(user),
            session,
            generation: 0,
            lifetime: Duration::from_mins(10),
            authenticated_at: SystemTime::now(),
            methods: &["pwd".to_owned()],
            roles: &[],
            scopes: &[],
            extra: &Map::new(),
        };
        access_token(&keys, &claims).unwrap()
    }

    /// `gateway auth` on this database.
    pub(super) fn auth(&self, arguments: &[&str]) -> Refusal {
        let arguments: Vec<_> = std::iter::once("auth").chain(arguments.iter().copied()).collect();
        let environment = [("DATABASE_URL", self.database_url.as_str()), ("ENVIRONMENT", "test")];
        command(&arguments, Path::new("/"), &environment)
    }

    /// Asks the server until it tells this; the server paces the asking.
    pub(super) async fn wait_for(&self, sql: &str, expected: i64) {
        let mut last = -1;
        for _ in 0..3000 {
            last = self.database.query_one(sql, &[]).await.unwrap().get(0);
            if last == expected {
                return;
            }
            self.database.batch_execute("SELECT pg_sleep(0.01)").await.unwrap();
        }
        panic!("{sql} tells {last}, not {expected}");
    }
}

/// Connections on which gateways hear of revocations.
pub(super) const LISTENERS: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND application_name = 'gateway revocations' AND query LIKE 'LISTEN%' AND state = 'idle'";
/// Every connection of a gateway.
pub(super) const CONNECTIONS: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND application_name LIKE 'gateway%'";

pub(super) async fn ask(house: &House, method: &str, target: &str, token: &str) -> Answer {
    let headers = [("authorization", bearer(token))];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    house.client().await.request(method, target, &headers, b"").await.unwrap()
}

pub(super) async fn status(house: &House, token: &str) -> u16 {
    ask(house, "GET", ME, token).await.status
}

/// How long it takes until the token is refused; it is asked for without a pause.
pub(super) async fn refused_after(house: &House, token: &str) -> Duration {
    let started = Instant::now();
    loop {
        match status(house, token).await {
            401 => return started.elapsed(),
            200 => assert!(started.elapsed() < PATIENCE, "it is never refused"),
            other => panic!("{other}"),
        }
    }
}

/// What this changes is told to the gateway, which does not only find it when it looks the next time.
pub(super) async fn is_told<T>(house: &House, change: impl Future<Output = T>) -> T {
    const TOLD: &str = "gateway_revocations_notifications_total";
    let before = metric(house, TOLD).await;
    let changed = change.await;
    let told = async { while metric(house, TOLD).await <= before {} };
    timeout(PATIENCE, told).await.expect("it is told");
    changed
}

/// The value of a metric without labels, or with these.
pub(crate) async fn metric(house: &House, name: &str) -> f64 {
    let page = house.admin("/metrics").await.text();
    let line = page.lines().find(|line| line.split_once(' ').is_some_and(|(found, _)| found == name));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or_else(|| panic!("no {name}: {page}"))
}
