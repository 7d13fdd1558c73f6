//! A legacy whose every byte the test decides: for what no real server does on request.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// Accepts until it is dropped, and counts what it was asked to do.
pub(crate) struct FakeLegacy {
    address: SocketAddr,
    counts: Arc<Counts>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
pub(crate) struct Counts {
    accepted: AtomicUsize,
    asked: AtomicUsize,
    executed: AtomicUsize,
}

/// One connection of the gateway's.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    counts: Arc<Counts>,
    /// Counted from 0 among the connections that were asked anything: the gateway also probes.
    number: Option<usize>,
}

impl FakeLegacy {
    /// Answers every request with one word, by which it is seen that it got there.
    pub(crate) async fn reached() -> Self {
        Self::play(|mut connection| async move {
            loop {
                connection.request().await?;
                connection.answer("reached").await?;
            }
        })
        .await
    }

    /// Plays `part` on every connection.
    pub(crate) async fn play<F>(part: impl Fn(Connection) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(Counts::default());
        let mut tasks = JoinSet::new();
        let counting = Arc::clone(&counts);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                counting.accepted.fetch_add(1, Ordering::SeqCst);
                let counts = Arc::clone(&counting);
                let connection = Connection { stream: BufReader::new(stream), counts, number: None };
                let playing = part(connection);
                connections.spawn(async move {
                    // The other side may go at any time: that is what some tests are about.
                    let _ = playing.await;
                });
            }
        });
        Self { address, counts, _tasks: tasks }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were opened, by probes too.
    pub(crate) fn accepted(&self) -> usize {
        self.counts.accepted.load(Ordering::SeqCst)
    }

    /// How many requests were taken for execution.
    pub(crate) fn executed(&self) -> usize {
        self.counts.executed.load(Ordering::SeqCst)
    }
}

impl Connection {
    /// The head of the next request as it came, without executing it.
    pub(crate) async fn head(&mut self) -> std::io::Result<String> {
        if self.stream.fill_buf().await?.is_empty() {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.number.get_or_insert_with(|| self.counts.asked.fetch_add(1, Ordering::SeqCst));
        let mut head = String::new();
        loop {
            let start = head.len();
            if self.stream.read_line(&mut head).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if &head[start..] == "\r\n" {
                return Ok(head);
            }
        }
    }

    pub(crate) fn is_first(&self) -> bool {
        self.number == Some(0)
    }

    /// The next request with its body of known length: from here on it counts as executed.
    pub(crate) async fn request(&mut self) -> std::io::Result<(String, Vec<u8>)> {
        let head = self.head().await?;
        self.counts.executed.fetch_add(1, Ordering::SeqCst);
        let length = header(&head, "content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok((head, body))
    }

    pub(crate) fn execute(&self) {
        self.counts.executed.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.stream.write_all(bytes.as_ref()).await?;
        self.stream.flush().await
    }

    /// An answer with a length.
    pub(crate) async fn answer(&mut self, body: &str) -> std::io::Result<()> {
        self.send(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await
    }

    /// Sends nothing more; what still arrives is not read, so the kernel resets the connection.
    pub(crate) async fn finish(&mut self) -> std::io::Result<()> {
        self.stream.shutdown().await
    }

    /// A part of a chunked body.
    pub(crate) async fn chunk(&mut self, text: &str) -> std::io::Result<()> {
        self.send(format!("{:x}\r\n{text}\r\n", text.len())).await
    }

    /// Bytes as they come; empty at the end.
    pub(crate) async fn read(&mut self) -> std::io::Result<Vec<u8>> {
        let bytes = self.stream.fill_buf().await?.to_vec();
        self.stream.consume(bytes.len());
        Ok(bytes)
    }
}

/// A header of a request head, by its name in lower case.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
