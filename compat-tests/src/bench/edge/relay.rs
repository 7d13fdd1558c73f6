//! The floor: a program that carries bytes between two connections and reads none of them.

use std::future::poll_fn;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use anyhow::Context as _;
use parking_lot::Mutex;
use tokio::io::{self, AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

/// What is carried at once. One for all connections: an idle one has none.
type Buffer = Mutex<Box<[u8]>>;

const SIZE: usize = 64 << 10;

/// Relays until it is ended, on one thread.
pub fn run(port: u16, backend: SocketAddr) -> anyhow::Result<()> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.context("listen")?;
        serve(&listener, backend).await.context("accept")
    })
}

async fn serve(listener: &TcpListener, backend: SocketAddr) -> io::Result<()> {
    let buffer: &'static Buffer = Box::leak(Box::new(Mutex::new(vec![0; SIZE].into())));
    let mut carried = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let client = accepted?.0;
                carried.spawn(async move { carry(client, backend, buffer).await });
            }
            // Whoever broke off has ended; that is all a relay knows.
            Some(_) = carried.join_next() => {}
        }
    }
}

async fn carry(mut client: TcpStream, backend: SocketAddr, buffer: &Buffer) -> io::Result<()> {
    let mut server = TcpStream::connect(backend).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    tokio::try_join!(pump(from_client, to_server, buffer), pump(from_server, to_client, buffer))?;
    Ok(())
}

async fn pump(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, buffer: &Buffer) -> io::Result<()> {
    loop {
        match poll_fn(|context| step(&mut from, &to, &mut buffer.lock(), context)).await? {
            Step::Carried => {}
            Step::Ended => return to.shutdown().await,
            Step::Blocked(rest) => to.write_all(&rest).await?,
        }
    }
}

enum Step {
    Carried,
    /// What the other side has no room for.
    Blocked(Vec<u8>),
    Ended,
}

/// Polled and not tried: only so is a socket that gave less than there was room for known to be empty without being
/// asked once more.
fn step(
    from: &mut ReadHalf<'_>,
    to: &WriteHalf<'_>,
    buffer: &mut [u8],
    context: &mut Context<'_>,
) -> Poll<io::Result<Step>> {
    let mut read = ReadBuf::new(buffer);
    ready!(Pin::new(from).poll_read(context, &mut read))?;
    let read = read.filled();
    if read.is_empty() {
        return Poll::Ready(Ok(Step::Ended));
    }
    Poll::Ready(match to.try_write(read) {
        Ok(written) if written == read.len() => Ok(Step::Carried),
        Ok(written) => Ok(Step::Blocked(read[written..].to_vec())),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Step::Blocked(read.to_vec())),
        Err(error) => Err(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    async fn listener() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    #[tokio::test]
    async fn both_sides_hear_every_byte_of_the_other_and_its_end() {
        let (backend, at_backend) = listener().await;
        let (relay, at_relay) = listener().await;
        // More than the buffers of the sockets between them hold.
        let (asked, answered) = (vec![b'q'; 24 << 20], vec![b'a'; 16 << 20]);
        let answering = async {
            let (mut stream, _) = backend.accept().await.unwrap();
            let mut heard = Vec::new();
            stream.read_to_end(&mut heard).await.unwrap();
            stream.write_all(&answered).await.unwrap();
            heard
        };
        let asking = async {
            let mut stream = TcpStream::connect(at_relay).await.unwrap();
            stream.write_all(&asked).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut heard = Vec::new();
            stream.read_to_end(&mut heard).await.unwrap();
            heard
        };
        let both = async { tokio::join!(answering, asking) };
        let (at_server, at_client) = tokio::select! {
            both = both => both,
            ended = serve(&relay, at_backend) => panic!("the relay ended: {ended:?}"),
        };
        assert!(at_server == asked, "{} bytes of {}", at_server.len(), asked.len());
        assert!(at_client == answered, "{} bytes of {}", at_client.len(), answered.len());
    }
}
