//! Users with passwords that cost little to look at, and clients from as many networks as a test wants.

use std::net::{Ipv4Addr, SocketAddr};

use compat_tests::client::{Answer, Client};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    chaos::stage::fast_legacy,
    fake_legacy::FakeLegacy,
    house::{House, Setting, bearer, migrated_database},
    units::session::Session,
};

pub(super) const RIGHT: &str = "the right one";
pub(super) const HOME: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 7);
pub(super) const AWAY: Ipv4Addr = Ipv4Addr::new(127, 0, 2, 9);

const ROUTES: &[(&str, &str)] = &[
    ("POST /auth/login/json", "\"native\""),
    ("POST /auth/register", "\"native\""),
    ("PATCH /users/me/password", "\"native\""),
    ("GET /users/me", "\"native\""),
    ("POST /auth/logout", "\"native\""),
];

pub(super) struct Siege {
    pub(super) url: String,
    pub(super) database: Session,
    legacy: FakeLegacy,
}

impl Siege {
    /// Users 101 to 120 are u101@example.com and so on.
    pub(super) async fn begin() -> Self {
        let url = migrated_database();
        let database = Session::open(&url).await;
        let hash = bcrypt::hash(RIGHT, 4).unwrap();
        let users = format!(
            "UPDATE users SET hashed_password = '{hash}'; \
             INSERT INTO users (id, email, hashed_password, is_active, created_at) \
             SELECT n, 'u' || n || '@example.com', '{hash}', true, now() FROM generate_series(101, 120) n"
        );
        database.execute(&users).await;
        Self { url, database, legacy: fast_legacy().await }
    }

    /// With what is to stand in `[auth.throttle]`.
    pub(super) fn setting(&self, throttle: &str) -> Setting {
        let mut setting = Setting::in_front_of(self.legacy.address()).with_routes(ROUTES);
        setting.database_url.clone_from(&self.url);
        setting.profile = setting.profile.replace("new = \"bcrypt:12\"", "new = \"bcrypt:4\"");
        setting.profile.push_str(&format!("\n[auth.throttle]\n{throttle}\n"));
        setting
    }

    /// Every address of the machine's own stands for a network.
    pub(super) async fn replica(&self) -> House {
        House::open(&self.setting("networks = \"all\"")).await
    }

    /// Whoever waits now waits for an hour more, however slow the machine is.
    pub(super) async fn hold(&self) {
        let sql = "UPDATE gateway.login_throttle SET blocked_until = blocked_until + interval '1 hour'";
        self.database.execute(sql).await;
    }

    /// As if so much time had gone by.
    pub(super) async fn pass(&self, time: &str) {
        let sql = format!(
            "UPDATE gateway.login_throttle SET last_at = last_at - i, blocked_until = blocked_until - i, \
                known_until = known_until - i, forgotten_at = forgotten_at - i, \
                recent = CASE WHEN recent IS NOT NULL THEN ARRAY(SELECT at - i FROM unnest(recent) at) END \
             FROM (SELECT interval '{time}' AS i) passed"
        );
        self.database.execute(&sql).await;
    }
}

pub(super) fn email(user: u32) -> String {
    format!("u{user}@example.com")
}

pub(super) async fn send(
    from: Ipv4Addr,
    to: SocketAddr,
    (method, target): (&str, &str),
    body: &serde_json::Value,
    token: Option<&str>,
) -> Answer {
    let mut client = Client::connect_from(from, to).await.unwrap();
    let authorization = token.map(bearer);
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
    client.request(method, target, &headers, body.to_string().as_bytes()).await.unwrap()
}

/// One login.
pub(super) async fn log_in(
    from: Ipv4Addr,
    to: SocketAddr,
    login: &str,
    password: &str,
    token: Option<&str>,
) -> Answer {
    let body = json!({ "email": login, "password": password });
    send(from, to, ("POST", "/auth/login/json"), &body, token).await
}

/// The same without a token, where only the status counts.
pub(super) async fn status(from: Ipv4Addr, to: SocketAddr, login: &str, password: &str) -> u16 {
    log_in(from, to, login, password, None).await.status
}

/// As many at once, in turn at each of these.
pub(super) async fn at_once(
    count: usize,
    to: &[SocketAddr],
    login: &str,
    password: &'static str,
) -> Vec<u16> {
    let mut tasks = JoinSet::new();
    for to in to.iter().copied().cycle().take(count) {
        let login = login.to_owned();
        tasks.spawn(async move { status(HOME, to, &login, password).await });
    }
    tasks.join_all().await
}

pub(super) fn count(statuses: &[u16], status: u16) -> usize {
    statuses.iter().filter(|seen| **seen == status).count()
}

pub(super) fn retry_after(answer: &Answer) -> u64 {
    answer.headers.one("retry-after").unwrap().parse().unwrap()
}
