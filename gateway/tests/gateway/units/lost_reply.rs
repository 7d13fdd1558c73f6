//! A COMMIT whose reply never comes: nobody knows what became of it, and nobody does it twice.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::session::{Session, setting};
use crate::house::{House, bearer, token};

/// The simple query, as it is on the wire.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

#[derive(Clone, Copy, Debug)]
enum Loss {
    /// The reply, and the connection with it.
    Reply,
    /// The reply, and nobody says so.
    Silence,
    /// The COMMIT itself, which looks the same from here.
    Commit,
}

/// Stands before PostgreSQL and loses what the test tells it to, once.
struct Relay {
    port: u16,
    next: Arc<Mutex<Option<Loss>>>,
    _tasks: JoinSet<()>,
}

impl Relay {
    async fn open(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let next = Arc::default();
        let mut tasks = JoinSet::new();
        let losses: Arc<Mutex<Option<Loss>>> = Arc::clone(&next);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                connections.spawn(relay(client, server, Arc::clone(&losses)));
            }
        });
        Self { port, next, _tasks: tasks }
    }
}

async fn relay(mut client: TcpStream, mut server: TcpStream, next: Arc<Mutex<Option<Loss>>>) {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            Ok(count) = client.read(&mut asked) => {
                let loss = if &asked[..count] == COMMIT { next.lock().take() } else { None };
                if count == 0 || matches!(loss, Some(Loss::Commit)) {
                    return;
                }
                if server.write_all(&asked[..count]).await.is_err() {
                    return;
                }
                if let Some(loss) = loss {
                    // It is stored by the time that the server speaks.
                    assert!(server.read(&mut answered).await.unwrap() > 0);
                    if matches!(loss, Loss::Silence) {
                        // Until the gateway gives up.
                        let _ = client.read(&mut asked).await;
                    }
                    return;
                }
            }
            Ok(count) = server.read(&mut answered) => {
                if count == 0 || client.write_all(&answered[..count]).await.is_err() {
                    return;
                }
            }
            else => return,
        }
    }
}

const UNKNOWN: &str =
    "{\"detail\":\"It is not known whether the request was carried out: look before sending it again\"}";

#[tokio::test]
async fn the_client_hears_that_nobody_knows_and_nothing_is_done_twice() {
    let mut setting = setting("{ owner = \"native\", deadline = \"2s\" }");
    let watcher = Session::open(&setting.database_url).await;
    let (before, rest) = setting.database_url.rsplit_once('@').unwrap();
    let (address, name) = rest.split_once('/').unwrap();
    let relay = Relay::open(address.to_owned()).await;
    setting.database_url = format!("{before}@127.0.0.1:{}/{name}", relay.port);
    let house = House::open(&setting).await;
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let mut client = house.client().await;
    let stored = "SELECT count(*) FROM tasks WHERE title = 'stored or not'";
    let body = b"{\"title\":\"stored or not\"}";
    for (loss, count) in [(Loss::Reply, "1"), (Loss::Silence, "3"), (Loss::Commit, "4")] {
        *relay.next.lock() = Some(loss);
        let answer = client.request("POST", "/api/tasks", &headers, body).await.unwrap();
        assert_eq!((answer.status, answer.text().as_str()), (503, UNKNOWN), "{loss:?}");
        assert_eq!(answer.headers.one("retry-after"), None);
        let line = house.gateway.logged_request(answer.headers.one("x-request-id").unwrap()).await.unwrap();
        assert_eq!(
            (&line["error.kind"], &line["error.origin"]),
            (&"outcome_unknown".into(), &"database".into()),
            "{line}"
        );
        assert_eq!(watcher.text(stored).await, count, "{loss:?}");
        // The next one is none the worse for it.
        assert_eq!(client.request("POST", "/api/tasks", &headers, body).await.unwrap().status, 201);
    }
    assert_eq!(watcher.text(stored).await, "5");
    house.close_expecting(&[
        "it is not known whether a transaction was stored",
        "connection to the database ended",
    ]);
}
