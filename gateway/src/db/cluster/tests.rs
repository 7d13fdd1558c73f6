//! A real server: each test starts one, because starting and stopping are what they are about.

use std::fs::Permissions;
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

use tokio_postgres::NoTls;

use super::*;

fn options(place: Place) -> ClusterOptions {
    ClusterOptions { binaries: None, place, durability: Durability::None }
}

fn value(url: &str, query: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        let work = async move { client.query_one(query, &[]).await.unwrap().get(0) };
        tokio::join!(work, connection).0
    })
}

fn port(cluster: &Cluster) -> u16 {
    cluster.server.port()
}

#[test]
fn a_temporary_cluster_copies_templates_and_leaves_nothing() {
    let cluster = Cluster::start(&options(Place::Temporary)).unwrap();
    let home = cluster.home.data().parent().unwrap().to_owned();
    cluster.create_database("template \"one\"", None).unwrap();
    value(&cluster.url("template%20%22one%22"), "select set_config('a.b', 'c', false)");
    cluster.create_database("copy", Some("template \"one\"")).unwrap();
    assert_eq!(value(&cluster.url("copy"), "select current_setting('timezone')"), "UTC");
    assert_eq!(value(&cluster.url("copy"), "select current_setting('fsync')"), "off");
    let refused = cluster.create_database("copy", None).unwrap_err();
    assert!(refused.to_string().contains("create database `copy`"), "{refused}");

    let port = port(&cluster);
    assert!(home.exists());
    cluster.stop();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the server still listens");
    assert!(!home.exists());
}

#[test]
fn a_stranger_needs_the_password() {
    let cluster = Cluster::start(&options(Place::Temporary)).unwrap();
    let url = format!("postgresql://gateway:guess@127.0.0.1:{}/postgres", port(&cluster));
    let error = model::create_database(&url, "stolen", None).unwrap_err();
    let ClusterError::CreateDatabase { source, .. } = error else { panic!("{error}") };
    assert_eq!(source.code(), Some(&tokio_postgres::error::SqlState::INVALID_PASSWORD));
}

#[test]
fn a_kept_cluster_keeps_its_data_and_belongs_to_one_server_at_a_time() {
    let directory = tempfile::Builder::new().prefix("gateway-kept-").tempdir().unwrap();
    // A server under another account must be able to pass through, as it can through a service's state directory.
    std::fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    let place = Place::Kept(directory.path().join("not yet/there"));

    let durable = ClusterOptions { durability: Durability::Full, ..options(place.clone()) };
    let first = Cluster::start(&durable).unwrap();
    first.create_database("notes", None).unwrap();
    assert_eq!(value(&first.url("notes"), "select current_setting('fsync')"), "on");

    let error = Cluster::start(&options(place.clone())).unwrap_err();
    assert!(matches!(error, ClusterError::InUse { .. }), "{error}");
    assert_eq!(value(&first.url("notes"), "select 'still here'"), "still here");

    let lock_file = first.home.data().join("postmaster.pid");
    let left_by_a_killed_server = std::fs::read(&lock_file).unwrap();
    first.stop();
    std::fs::write(&lock_file, left_by_a_killed_server).unwrap();
    chown(&lock_file, Some(owner(&place)), None).unwrap();
    let second = Cluster::start(&options(place)).unwrap();
    assert_eq!(value(&second.url("notes"), "select current_database()::text"), "notes");
}

fn owner(place: &Place) -> u32 {
    let Place::Kept(base) = place else { panic!("{place:?}") };
    base.metadata().unwrap().uid()
}

#[test]
fn a_place_that_the_account_cannot_enter_is_named() {
    if !nix::unistd::Uid::effective().is_root() {
        return;
    }
    let closed = tempfile::tempdir().unwrap();
    std::fs::set_permissions(closed.path(), Permissions::from_mode(0o700)).unwrap();
    let error = Cluster::start(&options(Place::Kept(closed.path().join("postgres")))).unwrap_err();
    let ClusterError::Unreachable { directory, .. } = error else { panic!("{error}") };
    assert_eq!(directory, closed.path());
}
