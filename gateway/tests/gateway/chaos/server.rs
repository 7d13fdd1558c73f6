//! A PostgreSQL of the tests' own that may be killed, paused, filled and started again, always at the same address.

use std::{
    net::SocketAddr,
    process::{Command, Stdio},
};

use compat_tests::{
    postgres::{Postgres, Stop},
    sample::{SampleLegacy, Version},
};
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls};

use crate::{house::settings, native::stored::execute};

/// Whom the gateway comes as: no superuser, or the places reserved for those would be its.
const APP: &str = "app";
const PASSWORD: &str = "the password of the application";

/// More than the pool and fewer than a test can take.
const CONNECTIONS: &str = "max_connections=40";
const CROWD: &str = "crowd";

/// Against a gateway that comes again as soon as it is sent away; each round takes places from it.
const ROUNDS: usize = 500;

/// Every row of a task has its row in the ledger, written at COMMIT and not a statement earlier: one without the other
/// is a transaction that was done by half.
const LEDGER: &str = "
    CREATE TABLE ledger (task_id integer NOT NULL, title text NOT NULL);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO ledger VALUES (NEW.id, NEW.title); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER noted AFTER INSERT OR UPDATE ON tasks
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
    GRANT ALL ON ALL TABLES IN SCHEMA public TO app;
    GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app;";

pub(crate) struct Server {
    postgres: Postgres,
    databases: usize,
    crowd: Crowd,
    /// A test that fails in the middle of its fault leaves it to the next.
    pub(crate) is_healthy: bool,
}

impl Server {
    /// Made once a run; its folder goes when the process that runs the tests has ended.
    pub(crate) async fn make() -> Self {
        let folder = tempfile::Builder::new().prefix("gateway-chaos-").tempdir_in("/tmp").unwrap().keep();
        let postgres = Postgres::make(&folder, &[CONNECTIONS], |cluster| {
            cluster.create_database("sample", None)?;
            SampleLegacy::prepare(&settings(Version::Newest, cluster.url("sample")))
        });
        let server =
            Self { postgres: postgres.unwrap(), databases: 0, crowd: Crowd::default(), is_healthy: true };
        let sample = server.url("sample");
        execute(&sample, &format!("CREATE ROLE {APP} LOGIN PASSWORD '{PASSWORD}'")).await;
        execute(&sample, LEDGER).await;
        server
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.postgres.address()
    }

    /// A database with the sample's rows and an empty ledger.
    pub(crate) async fn database(&mut self) -> String {
        self.databases += 1;
        let name = format!("chaos_{}", self.databases);
        execute(&self.url("postgres"), &format!("CREATE DATABASE {name} TEMPLATE sample")).await;
        name
    }

    /// For the test itself, past every proxy.
    pub(crate) fn url(&self, database: &str) -> String {
        self.postgres.url(database)
    }

    pub(crate) async fn execute(&self, sql: &str) {
        execute(&self.url("postgres"), sql).await;
    }

    /// For the gateway, at whichever address it is to ask.
    pub(crate) fn url_of_app(at: SocketAddr, database: &str) -> String {
        format!("postgresql://{APP}:{}@{at}/{database}", PASSWORD.replace(' ', "%20"))
    }

    /// The same, as a pooler is told who may come.
    pub(crate) fn app_for_pooler() -> String {
        format!("\"{APP}\" \"{PASSWORD}\"\n")
    }

    /// As whom the server runs, where that is somebody else than we are.
    pub(crate) fn account(&self) -> Option<(u32, u32)> {
        self.postgres.account().unwrap()
    }

    pub(crate) async fn change_password(&self, is_right: bool) {
        let password = if is_right { PASSWORD } else { "another" };
        self.execute(&format!("ALTER ROLE {APP} PASSWORD '{password}'")).await;
        self.send_away().await;
    }

    /// Ends every session of the application.
    pub(crate) async fn send_away(&self) {
        self.execute(&sent_away(&format!("usename = '{APP}'"))).await;
    }

    pub(crate) async fn read_only(&self, is_on: bool) {
        let value = if is_on { "on" } else { "off" };
        self.execute(&format!("ALTER SYSTEM SET default_transaction_read_only = {value}")).await;
        self.execute("SELECT pg_reload_conf()").await;
    }

    /// Takes every place that there is, also those that the gateway had.
    pub(crate) async fn fill(&mut self, database: &str) {
        // One connection for all of it: a session that is only being greeted may sit in a reserved place.
        let (client, connection) = tokio_postgres::connect(&self.url("postgres"), NoTls).await.unwrap();
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        let url = Self::url_of_app(self.address(), database);
        let others = format!("usename = '{APP}' AND application_name <> '{CROWD}'");
        let count = format!("SELECT count(*) FROM pg_stat_activity WHERE {others}");
        for _ in 0..ROUNDS {
            client.batch_execute(&sent_away(&others)).await.unwrap();
            while self.crowd.join(&url).await {}
            let left: i64 = client.query_one(&count, &[]).await.unwrap().get(0);
            if left == 0 && !self.crowd.join(&url).await {
                return;
            }
        }
        panic!("the gateway kept its place against {} others", self.crowd.clients.len());
    }

    pub(crate) fn empty(&mut self) {
        self.crowd = Crowd::default();
    }

    /// As when the machine loses its power: the postmaster and all its children at once.
    pub(crate) fn kill(&mut self) {
        self.signal("KILL");
        self.stop();
    }

    pub(crate) fn pause(&self) {
        self.signal("STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("CONT");
    }

    /// Ends it as `pg_ctl stop -m fast` does: who is connected is told so.
    pub(crate) fn stop(&mut self) {
        self.postgres.stop(Stop::Fast).unwrap();
    }

    /// Returns when it says that it is ready.
    pub(crate) async fn start(&mut self) {
        self.postgres.start().await.unwrap();
    }

    /// As it was when it was made, whatever a test that failed has left of it.
    pub(super) async fn mend(&mut self) {
        if !self.postgres.has_ended().unwrap() {
            self.resume();
            self.stop();
        }
        self.empty();
        self.start().await;
        self.read_only(false).await;
        self.change_password(true).await;
    }

    fn signal(&self, name: &str) {
        let postmaster = self.postgres.id().to_string();
        // Stopped first, or it would go on having children.
        send("STOP", &[&postmaster]);
        // By name: the watchdog of the tether is a child of the same process, and it must go on.
        let children = Command::new("pgrep").args(["-P", &postmaster, "postgres"]).output().unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        send(name, &children.lines().collect::<Vec<_>>());
        send(name, &[&postmaster]);
    }
}

/// A child may have ended by itself meanwhile, which is all the same.
fn send(signal: &str, processes: &[&str]) {
    let mut kill = Command::new("/bin/kill");
    kill.args(["-s", signal]).args(processes).stderr(Stdio::null()).status().unwrap();
}

fn sent_away(which: &str) -> String {
    format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {which}")
}

/// Connections that are there only to take up places.
#[derive(Default)]
struct Crowd {
    clients: Vec<Client>,
    drivers: JoinSet<()>,
}

impl Crowd {
    async fn join(&mut self, url: &str) -> bool {
        let url = format!("{url}?application_name={CROWD}");
        let Ok((client, connection)) = tokio_postgres::connect(&url, NoTls).await else { return false };
        self.clients.push(client);
        self.drivers.spawn(async move { drop(connection.await) });
        true
    }
}
