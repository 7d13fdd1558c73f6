//! What nobody waits for is cancelled while its session is still there: a pooler knows nothing of it afterwards.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::session::{IN_TRANSACTION, Session, blocked_change, setting};
use crate::house::House;

/// Length, code, process and secret.
const CANCEL_REQUEST: usize = 16;
const CANCEL: [u8; 8] = *b"\0\0\0\x10\x04\xd2\x16\x2e";
/// What carries the key of its session.
const BACKEND_KEY: [u8; 5] = *b"K\0\0\0\x0c";

#[derive(Default)]
struct Sessions {
    keys: Vec<Vec<u8>>,
    /// For each request to cancel, whether its session was still there.
    cancels: Vec<bool>,
}

/// Stands before PostgreSQL as a pooler does: a session's key dies with the connection of its client.
struct Pooler {
    port: u16,
    sessions: Arc<Mutex<Sessions>>,
    _tasks: JoinSet<()>,
}

impl Pooler {
    async fn open(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let sessions: Arc<Mutex<Sessions>> = Arc::default();
        let mut tasks = JoinSet::new();
        let known = Arc::clone(&sessions);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let there = known.lock().keys.clone();
                let server = TcpStream::connect(&server).await.unwrap();
                connections.spawn(carry(client, server, there, Arc::clone(&known)));
            }
        });
        Self { port, sessions, _tasks: tasks }
    }
}

/// `there` are the keys that were known when the client came.
async fn carry(
    mut client: TcpStream,
    mut server: TcpStream,
    there: Vec<Vec<u8>>,
    sessions: Arc<Mutex<Sessions>>,
) {
    let mut first = vec![0; 65_536];
    let count = client.read(&mut first).await.unwrap();
    first.truncate(count);
    if count == CANCEL_REQUEST && first.starts_with(&CANCEL) {
        let is_there = there.iter().any(|key| *key == first[8..]);
        sessions.lock().cancels.push(is_there);
        if is_there {
            server.write_all(&first).await.unwrap();
            let _ = copy_bidirectional(&mut client, &mut server).await;
        }
        return;
    }
    server.write_all(&first).await.unwrap();
    let Some(key) = greeted(&mut client, &mut server).await else { return };
    sessions.lock().keys.push(key.clone());
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let up = tokio::io::copy(&mut from_client, &mut to_server);
    let down = tokio::io::copy(&mut from_server, &mut to_client);
    tokio::select! {
        _ = up => {}
        _ = down => {}
    }
    sessions.lock().keys.retain(|known| *known != key);
}

/// Carries the greeting, and returns the key that is in it.
async fn greeted(client: &mut TcpStream, server: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            Ok(count) = client.read(&mut asked) => {
                if count == 0 || server.write_all(&asked[..count]).await.is_err() {
                    return None;
                }
            }
            Ok(count) = server.read(&mut answered) => {
                if count == 0 || client.write_all(&answered[..count]).await.is_err() {
                    return None;
                }
                let said = &answered[..count];
                let at = said.windows(BACKEND_KEY.len()).position(|window| window == BACKEND_KEY);
                if let Some(at) = at {
                    return Some(said[at + BACKEND_KEY.len()..][..8].to_vec());
                }
            }
            else => return None,
        }
    }
}

#[tokio::test]
async fn a_session_outlives_the_cancelling_of_its_statement() {
    let mut setting = setting("\"native\"");
    let locker = Session::open(&setting.database_url).await;
    let watcher = Session::open(&setting.database_url).await;
    let (before, rest) = setting.database_url.rsplit_once('@').unwrap();
    let (address, name) = rest.split_once('/').unwrap();
    let pooler = Pooler::open(address.to_owned()).await;
    setting.database_url = format!("{before}@127.0.0.1:{}/{name}", pooler.port);
    let house = House::open(&setting).await;
    let client = blocked_change(&house, &locker, &watcher).await;
    drop(client);
    watcher.wait_for_waiting(0).await;
    watcher.wait_for(IN_TRANSACTION, "0").await;
    assert_eq!(pooler.sessions.lock().cancels, [true]);
    locker.execute("ROLLBACK").await;
    house.close_expecting(&["connection to the database ended"]);
}
