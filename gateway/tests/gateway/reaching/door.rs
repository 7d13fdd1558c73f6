//! A door in front of PostgreSQL that the test shuts and opens, and that counts who knocks.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
};
use tokio_postgres::{Client, NoTls};

/// Whoever knocks while it is closed is let go without a word.
pub(super) struct Door {
    address: SocketAddr,
    state: Arc<State>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct State {
    knocked: AtomicUsize,
    is_closed: AtomicBool,
    is_silent: AtomicBool,
    hush: Notify,
    cut: Notify,
}

impl Door {
    /// To the server of this URL.
    pub(super) async fn to(url: &str) -> Self {
        let (_, place) = url.split_once('@').unwrap();
        let server: SocketAddr = place.split('/').next().unwrap().parse().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let mut tasks = JoinSet::new();
        let doorman = Arc::clone(&state);
        tasks.spawn(async move {
            let mut guests = JoinSet::new();
            while let Ok((guest, _)) = listener.accept().await {
                doorman.knocked.fetch_add(1, SeqCst);
                if !doorman.is_closed.load(SeqCst) {
                    guests.spawn(escort(guest, server, Arc::clone(&doorman)));
                }
            }
        });
        Self { address, state, _tasks: tasks }
    }

    /// The same database, through the door.
    pub(super) fn url(&self, url: &str) -> String {
        let (user, place) = url.split_once('@').unwrap();
        let (_, database) = place.split_once('/').unwrap();
        format!("{user}@{}/{database}", self.address)
    }

    /// Everybody inside is thrown out as well.
    pub(super) fn close(&self) {
        self.state.is_closed.store(true, SeqCst);
        self.cut();
    }

    /// Nobody is thrown out, whoever knocks is let in, and not a byte passes any more.
    pub(super) fn hush(&self) {
        self.state.is_silent.store(true, SeqCst);
        self.state.hush.notify_waiters();
    }

    /// For those who knock from now on.
    pub(super) fn open(&self) {
        self.state.is_silent.store(false, SeqCst);
        self.state.is_closed.store(false, SeqCst);
    }

    /// Ends what is open; whoever knocks next is let in.
    pub(super) fn cut(&self) {
        self.state.cut.notify_waiters();
    }

    pub(super) fn knocked(&self) -> usize {
        self.state.knocked.load(SeqCst)
    }
}

async fn escort(mut guest: TcpStream, server: SocketAddr, state: Arc<State>) {
    let Ok(mut inside) = TcpStream::connect(server).await else { return };
    let pass = async {
        tokio::select! {
            biased;
            () = state.hush.notified() => {}
            () = std::future::ready(()), if state.is_silent.load(SeqCst) => {}
            _ = copy_bidirectional(&mut guest, &mut inside) => return,
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = pass => {}
        () = state.cut.notified() => {}
    }
}

/// A session of the test's own, past every door.
pub(super) struct Session {
    client: Client,
    _tasks: JoinSet<Result<(), tokio_postgres::Error>>,
}

impl Session {
    pub(super) async fn open(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(connection);
        Self { client, _tasks: tasks }
    }

    pub(super) async fn run(&self, sql: &str) {
        self.client.batch_execute(sql).await.unwrap();
    }
}
