//! A transaction pooler of the tests' own in front of the server of the tests.

use std::{
    net::{SocketAddr, TcpListener},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use compat_tests::output::Output;
use gateway::db::tethered::{StopSignal, Tether, Tethered};
use tempfile::TempDir;

use super::server::Server;

const READY_WITHIN: Duration = Duration::from_secs(10);
const STOPPED_WITHIN: Duration = Duration::from_secs(5);

/// Where packages put it, which is on no ordinary user's PATH.
const PLACES: [&str; 4] =
    ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer", "/usr/local/bin/pgbouncer"];

/// Fewer than the gateways would use: what one leaves on a connection the other finds there.
pub(crate) const SERVER_CONNECTIONS: usize = 8;

#[derive(Clone, Debug)]
pub(crate) struct Program {
    path: PathBuf,
    /// 1.18 ends when it is asked to cancel a statement.
    survives_cancel: bool,
}

pub(crate) struct PgBouncer {
    process: Tethered,
    output: Output,
    address: SocketAddr,
    _folder: TempDir,
}

impl Program {
    /// The installed one, and a newer one where the environment names it.
    #[expect(
        clippy::disallowed_methods,
        reason = "where a tool of the tests is, is not a setting of the gateway"
    )]
    pub(crate) fn all() -> Vec<Self> {
        let installed = PLACES.iter().map(PathBuf::from).find(|place| place.is_file());
        let installed =
            installed.expect("PgBouncer is missing: `./dev test` installs it (apt-get install pgbouncer)");
        let newer = std::env::var_os("GATEWAY_TEST_PGBOUNCER").map(PathBuf::from);
        let newer = newer.map(|path| Self { path, survives_cancel: true });
        std::iter::once(Self { path: installed, survives_cancel: false }).chain(newer).collect()
    }
}

impl Program {
    /// With what a gateway behind it is started.
    pub(crate) fn settings(&self) -> &'static [(&'static str, &'static str)] {
        if self.survives_cancel { &[] } else { &[("DATABASE_CANCEL", "off")] }
    }
}

impl PgBouncer {
    pub(crate) async fn start(program: &Program, server: &Server) -> Self {
        let folder = tempfile::Builder::new().prefix("gateway-pgbouncer-").tempdir_in("/tmp").unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let configuration = configuration(folder.path(), server, address);
        let mut tether = Tether::new(&program.path, StopSignal::Interrupt, STOPPED_WITHIN);
        let command = tether.command().arg(configuration).current_dir("/");
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        if let Some((user, group)) = server.account() {
            command.uid(user).gid(group);
        }
        let mut process = tether.spawn().unwrap();
        let output = Output::follow(vec![Box::new(process.take_stderr().unwrap())]);
        let up = |line: &str| line.contains("process up").then_some(());
        output.wait_for(READY_WITHIN, up).await.unwrap();
        Self { process, output, address, _folder: folder }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// As it calls itself.
    pub(crate) fn version(&self) -> String {
        let text = self.output.text();
        let (_, version) = text.split_once("process up: ").unwrap();
        version.split([',', '(', '\n']).next().unwrap().trim().to_owned()
    }

    /// It must have lived until now.
    pub(crate) fn stop(mut self) {
        assert!(self.process.ended().unwrap().is_none(), "PgBouncer ended: {}", self.output.text());
        self.process.stop().unwrap();
        self.output.close();
    }
}

fn configuration(folder: &Path, server: &Server, address: SocketAddr) -> PathBuf {
    let users = folder.join("users.txt");
    std::fs::write(&users, Server::app_for_pooler()).unwrap();
    let file = folder.join("pgbouncer.ini");
    let text = format!(
        "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {}\n\
         unix_socket_dir =\nauth_type = plain\nauth_file = {}\npool_mode = transaction\nmax_client_conn = 200\n\
         default_pool_size = {SERVER_CONNECTIONS}\nserver_login_retry = 1\n",
        server.address().port(),
        address.port(),
        users.display()
    );
    std::fs::write(&file, text).unwrap();
    file
}
