//! Plays a case: a raw client before the gateway, a recording legacy behind it, and nothing between the steps but bytes.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::timeout,
};

use super::{
    bytes::Template,
    script::{Case, Step, What, Who},
};
use crate::house::PATIENCE;

/// A legacy that does nothing by itself: whoever plays has its connections.
pub(super) struct Recorder {
    address: SocketAddr,
    connections: mpsc::UnboundedReceiver<TcpStream>,
    _tasks: JoinSet<()>,
}

impl Recorder {
    pub(super) async fn listen() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, connections) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut opened = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let asked = asked.clone();
                opened.spawn(async move {
                    // The gateway also looks whether anybody is there, and says nothing.
                    if stream.peek(&mut [0]).await.is_ok_and(|length| length > 0) {
                        let _ = asked.send(stream);
                    }
                });
            }
        });
        Self { address, connections, _tasks: tasks }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// The connections of the cases that are played one after the other; a new one for each case, unless they are kept.
pub(super) struct Stage<'r> {
    gateway: SocketAddr,
    recorder: &'r mut Recorder,
    clients: Vec<TcpStream>,
    legacies: Vec<TcpStream>,
    /// The legacy is asked on another connection next.
    another: bool,
    /// Of the request that the legacy heard last.
    id: Option<Vec<u8>>,
    /// A connection that had not come back to the pool yet was not there for the next request.
    pub(super) was_too_quick: bool,
}

impl<'r> Stage<'r> {
    pub(super) fn new(gateway: SocketAddr, recorder: &'r mut Recorder) -> Self {
        let (clients, legacies) = (Vec::new(), Vec::new());
        Self { gateway, recorder, clients, legacies, another: true, id: None, was_too_quick: false }
    }

    /// Until the first step that does not go as it is written.
    pub(super) async fn play(&mut self, case: &Case) -> Result<(), String> {
        for step in &case.steps {
            let played = timeout(PATIENCE, self.step(step)).await;
            let played = played.unwrap_or_else(|_| Err("nothing happens".to_owned()));
            let place = || format!("{}.txt:{} `{}`, {:?}", case.subject, step.line, case.name, step.who);
            played.map_err(|problem| format!("{}: {problem}", place()))?;
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step) -> Result<(), String> {
        match (step.who, &step.what) {
            (Who::ClientSends, What::Bytes(bytes)) => {
                if self.clients.is_empty() {
                    self.open().await?;
                }
                send(self.client()?, bytes).await
            }
            (Who::ClientSends, What::Another) => self.open().await,
            (Who::ClientSends, What::End) => self.client()?.shutdown().await.map_err(told),
            (Who::ClientHears, What::Bytes(bytes)) => {
                let mut id = self.id.take();
                let heard = hear(self.client()?, bytes, &mut id).await;
                self.id = id.filter(|_| !bytes.has_id());
                heard
            }
            (Who::ClientHears, What::End) => end(self.client()?).await,
            (Who::LegacyHears, What::Bytes(bytes)) => {
                let mut id = self.id.take().filter(|_| !bytes.has_id());
                let heard = hear(self.asked().await?, bytes, &mut id).await;
                self.id = id;
                heard
            }
            (Who::LegacyHears, What::End) => end(self.legacy()?).await,
            (Who::LegacySends, What::Bytes(bytes)) => send(self.legacy()?, bytes).await,
            (Who::LegacySends, What::End) => self.legacy()?.shutdown().await.map_err(told),
            (Who::LegacyHears | Who::LegacySends, What::Another) => {
                self.another = true;
                Ok(())
            }
            (Who::ClientHears, What::Another) => Err("a client opens its connections itself".to_owned()),
        }
    }

    /// Both sides end, the client first; neither may have got anything that no step has named.
    pub(super) async fn close(mut self) -> Result<(), String> {
        for stream in self.clients.iter_mut().chain(&mut self.legacies) {
            let _ = stream.shutdown().await;
        }
        for (who, streams) in [("client", &mut self.clients), ("legacy", &mut self.legacies)] {
            for stream in streams {
                let ended = timeout(PATIENCE, end(stream)).await;
                let ended = ended.unwrap_or_else(|_| Err("waits for the end".to_owned()));
                ended.map_err(|what| format!("the {who}: {what}"))?;
            }
        }
        match self.recorder.connections.try_recv() {
            Ok(_) => Err("the legacy was asked on another connection".to_owned()),
            Err(_) => Ok(()),
        }
    }

    async fn open(&mut self) -> Result<(), String> {
        let client = TcpStream::connect(self.gateway).await.map_err(told)?;
        client.set_nodelay(true).map_err(told)?;
        self.clients.push(client);
        Ok(())
    }

    fn client(&mut self) -> Result<&mut TcpStream, String> {
        self.clients.last_mut().ok_or_else(|| "there is no client".to_owned())
    }

    fn legacy(&mut self) -> Result<&mut TcpStream, String> {
        self.legacies.last_mut().ok_or_else(|| "was never asked".to_owned())
    }

    /// The connection on which the legacy is asked: a new one where the case says so, else the same.
    async fn asked(&mut self) -> Result<&mut TcpStream, String> {
        if std::mem::take(&mut self.another) {
            let legacy = self.recorder.connections.recv().await.ok_or("nobody listens")?;
            legacy.set_nodelay(true).map_err(told)?;
            self.legacies.push(legacy);
        }
        let legacy = self.legacies.last_mut().ok_or("was never asked")?;
        tokio::select! {
            biased;
            readable = legacy.readable() => readable.map_err(told)?,
            _ = self.recorder.connections.recv() => {
                self.was_too_quick = true;
                return Err("is asked on another connection".to_owned());
            }
        }
        Ok(legacy)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn told(error: std::io::Error) -> String {
    error.to_string()
}

async fn send(stream: &mut TcpStream, bytes: &Template) -> Result<(), String> {
    stream.write_all(&bytes.bytes()).await.map_err(told)
}

/// Exactly these bytes; what is behind them is not touched.
async fn hear(stream: &mut TcpStream, expected: &Template, id: &mut Option<Vec<u8>>) -> Result<(), String> {
    let mut came = Vec::new();
    let mut left = expected.len();
    while left > 0 {
        let length = (&mut *stream).take(left as u64).read_buf(&mut came).await;
        let length = length.map_err(|error| differs(&format!("then {error}"), &came, expected))?;
        left -= length;
        if length == 0 {
            return Err(differs("then the end", &came, expected));
        }
        if !expected.begins(&came, id) {
            // What is there already says more than where they part.
            let mut more = [0; 4096];
            let length = stream.try_read(&mut more).unwrap_or(0);
            came.extend_from_slice(&more[..length]);
            return Err(differs("", &came, expected));
        }
    }
    Ok(())
}

fn differs(then: &str, came: &[u8], expected: &Template) -> String {
    let came = came.escape_ascii().to_string().replace("\\r\\n", "\\r\\n\n      ");
    let expected = expected.to_string().replace("\\r\\n", "\\r\\n\n      ");
    format!("{then}\n came {came}\n not  {expected}")
}

async fn end(stream: &mut TcpStream) -> Result<(), String> {
    let mut more = [0; 4096];
    match stream.read(&mut more).await.map_err(told)? {
        0 => Ok(()),
        length => Err(format!("there is more: {}", more[..length].escape_ascii())),
    }
}
