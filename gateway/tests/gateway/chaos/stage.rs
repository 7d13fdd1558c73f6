//! The gateway between a fast legacy and a database that is about to fail, one test at a time.

use tokio::sync::{Mutex, MutexGuard, OnceCell};

use super::{proxy::Proxy, rows::Inspector, server::Server};
use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting},
};

/// All that is written and read here, with a deadline that is tested.
pub(crate) const ROUTES: &str = r#"schema = 1
[defaults]
native = { deadline = "2s" }
[routes]
"GET /api/tasks" = "native"
"POST /api/tasks" = "native"
"GET /api/tasks/summary" = "native"
"GET /api/tasks/{task_id}" = "native"
"PATCH /api/tasks/{task_id}" = "native"
"#;

/// What a database that fails makes a gateway write; anything else at that level is a bug.
pub(crate) const COMPLAINTS: [&str; 6] = [
    "Connection could not be recycled",
    "connection to the database ended",
    "database cannot be used",
    "database is away",
    "degraded",
    "it is not known whether a transaction was stored",
];

pub(crate) struct Stage {
    pub(crate) server: MutexGuard<'static, Server>,
    pub(crate) proxy: Proxy,
    pub(crate) house: House,
    pub(crate) inspector: Inspector,
    pub(crate) database: String,
    legacy: FakeLegacy,
}

/// Whoever has the server has the processors as well: two faults at once would disturb each other's times.
pub(crate) async fn server() -> MutexGuard<'static, Server> {
    static SERVER: OnceCell<Mutex<Server>> = OnceCell::const_new();
    let server = SERVER.get_or_init(async || Mutex::new(Server::make().await)).await;
    let mut server = server.lock().await;
    if !server.is_healthy {
        server.mend().await;
    }
    server.is_healthy = false;
    server
}

pub(crate) async fn fast_legacy() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        loop {
            connection.request().await?;
            connection.answer("{}").await?;
        }
    })
    .await
}

impl Stage {
    pub(crate) async fn open() -> Self {
        let mut server = server().await;
        let database = server.database().await;
        let inspector = Inspector::connect(&server.url(&database)).await;
        let proxy = Proxy::before(server.address()).await;
        let legacy = fast_legacy().await;
        let mut setting = Setting::in_front_of(legacy.address());
        setting.routes = ROUTES.to_owned();
        setting.database_url = Server::url_of_app(proxy.address(), &database);
        let house = House::open(&setting).await;
        Self { server, proxy, house, inspector, database, legacy }
    }

    /// How often a session was wanted, as the proxy has seen it or, where nobody listened, the gateway itself.
    pub(crate) async fn attempts(&self) -> usize {
        let metrics = self.house.admin("/metrics").await.text();
        let counted = |name: &str| {
            let lines = metrics.lines().filter(|line| line.starts_with(name));
            lines.filter_map(|line| line.rsplit(' ').next()?.parse::<usize>().ok()).sum::<usize>()
        };
        let told = counted("gateway_database_connects_total") + counted("gateway_database_probes_total");
        self.proxy.attempts().max(told)
    }

    pub(crate) fn close(mut self) {
        self.house.close_expecting(&COMPLAINTS);
        self.server.is_healthy = true;
        drop(self.legacy);
    }
}
