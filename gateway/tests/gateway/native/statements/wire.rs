//! Stands on the wire between the gateway and PostgreSQL and writes down every statement that goes over it.

use std::{net::SocketAddr, sync::Arc};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    task::JoinSet,
};

pub(crate) struct Wire {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    _listener: JoinSet<()>,
}

impl Wire {
    pub(crate) async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = JoinSet::new();
        tasks.spawn(listen(listener, server, Arc::clone(&seen)));
        Self { address, seen, _listener: tasks }
    }

    /// What was sent since the last look.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock())
    }
}

async fn listen(listener: TcpListener, server: SocketAddr, seen: Arc<Mutex<Vec<String>>>) {
    let mut carried = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let (mut answers, requests) = TcpStream::connect(server).await.unwrap().into_split();
        let (from, mut to) = client.into_split();
        carried.spawn(note(from, requests, Arc::clone(&seen)));
        carried.spawn(async move {
            // The end of either side is the end.
            let _ = copy(&mut answers, &mut to).await;
        });
    }
}

/// Every message of the client as a whole; the first of a connection has no letter before its length.
async fn note(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, seen: Arc<Mutex<Vec<String>>>) {
    let mut is_first = true;
    loop {
        let mut message = Vec::new();
        if !is_first {
            let Ok(letter) = from.read_u8().await else { return };
            message.push(letter);
        }
        let Ok(length) = from.read_u32().await else { return };
        message.extend(length.to_be_bytes());
        let begin = message.len();
        message.resize(begin + usize::try_from(length).unwrap() - 4, 0);
        from.read_exact(&mut message[begin..]).await.unwrap();
        if !is_first {
            seen.lock().extend(statement(message[0], &message[begin..]));
        }
        is_first = false;
        to.write_all(&message).await.unwrap();
    }
}

/// Of a simple query, and of one that is parsed, bound and run.
fn statement(letter: u8, body: &[u8]) -> Option<String> {
    let mut texts = body.split(|byte| *byte == 0);
    let text = match letter {
        b'Q' => texts.next(),
        b'P' => texts.nth(1),
        _ => None,
    };
    text.map(|text| String::from_utf8(text.to_vec()).unwrap())
}
