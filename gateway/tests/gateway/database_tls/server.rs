//! A PostgreSQL of the test's own that speaks TLS.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
};

use compat_tests::sample::{SampleLegacy, Version};
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::{house::settings, tls::certificate::Shown};

pub(super) struct TlsServer {
    cluster: Cluster,
    _folder: TempDir,
}

/// Passwords are proved, not sent: only so there is a channel to bind. Without TLS for what prepares the database.
const CLIENTS: &str = "host all all 127.0.0.1/32 scram-sha-256\n";

impl TlsServer {
    pub(super) fn start(certificate: &Shown) -> Self {
        let folder = tempfile::Builder::new().prefix("gateway-tls-").tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let place = Place::Kept(folder.path().join("postgres"));
        let options = ClusterOptions { binaries: None, place, durability: Durability::None };
        // Made without TLS, and started again with it: a server reads its certificate when it starts.
        Cluster::start(&options).unwrap().stop();
        let data = folder.path().join("postgres/data");
        let account = data.metadata().unwrap();
        let settings = fs::read_to_string(data.join("postgresql.conf")).unwrap() + "\nssl = on\n";
        for (name, content) in [
            ("server.crt", certificate.pem.as_str()),
            ("server.key", &certificate.key),
            ("pg_hba.conf", CLIENTS),
            ("postgresql.conf", &settings),
        ] {
            let file = data.join(name);
            fs::write(&file, content).unwrap();
            fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
            chown(&file, Some(account.uid()), Some(account.gid())).unwrap();
        }
        Self { cluster: Cluster::start(&options).unwrap(), _folder: folder }
    }

    pub(super) fn with_sample(certificate: &Shown) -> Self {
        let server = Self::start(certificate);
        server.cluster.create_database("sample", None).unwrap();
        SampleLegacy::prepare(&settings(Version::Newest, server.cluster.url("sample"))).unwrap();
        server
    }

    /// The sample's database; the host is the name that the certificate has to be for.
    pub(super) fn url(&self, host: &str, options: &str) -> String {
        format!("{}?{options}", self.cluster.url("sample").replace("127.0.0.1", host))
    }

    /// Whether all connections of the gateway are, as the server sees them; nothing when there is none.
    pub(super) async fn encrypted(&self) -> Option<bool> {
        let url = self.cluster.url("postgres");
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        let connections = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                           WHERE application_name = 'gateway'";
        let work = async move { client.query_one(connections, &[]).await.unwrap().get(0) };
        tokio::join!(work, connection).0
    }
}
