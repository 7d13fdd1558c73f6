//! Opens one connection to the legacy.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

use super::{
    address::LegacyAddress,
    instances::{Instance, Place},
    link::Link,
    socket::Transport,
    trust::LegacyTrust,
};

/// Names are resolved anew each time: a container that restarts may come back under another address.
pub(super) async fn resolve(address: &LegacyAddress) -> io::Result<Vec<SocketAddr>> {
    let resolved = lookup_host((address.host(), address.port())).await;
    let resolved: Vec<_> =
        resolved.map_err(|error| io::Error::new(io::ErrorKind::NotFound, error))?.collect();
    match resolved.is_empty() {
        true => Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address")),
        false => Ok(resolved),
    }
}

pub(super) async fn dial(
    address: &LegacyAddress,
    trust: &LegacyTrust,
    limit: Duration,
) -> io::Result<Transport> {
    open(address, resolve(address), trust, limit).await
}

/// All of it within the limit: the name, the connection, and the handshake where there is one.
async fn open(
    address: &LegacyAddress,
    resolved: impl Future<Output = io::Result<Vec<SocketAddr>>>,
    trust: &LegacyTrust,
    limit: Duration,
) -> io::Result<Transport> {
    let opening = async { secure(address, trust, first_of(resolved.await?, limit).await?).await };
    timeout(limit, opening).await.unwrap_or_else(|_| Err(silent()))
}

/// The same at one of the addresses that the name has.
pub(super) async fn dial_at(
    address: &LegacyAddress,
    at: SocketAddr,
    trust: &LegacyTrust,
    limit: Duration,
) -> io::Result<Transport> {
    let dialling = async { secure(address, trust, TcpStream::connect(at).await?).await };
    timeout(limit, dialling).await.unwrap_or_else(|_| Err(silent()))
}

/// In turn, each with its share of the time that is left: behind one that is silent the others would never be asked.
async fn first_of(addresses: Vec<SocketAddr>, limit: Duration) -> io::Result<TcpStream> {
    let end = Instant::now() + limit;
    let mut refused = silent();
    let mut left = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for at in addresses {
        let share = end.saturating_duration_since(Instant::now()) / left.max(1);
        match timeout(share, TcpStream::connect(at)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => refused = error,
            Err(_) => refused = silent(),
        }
        left = left.saturating_sub(1);
    }
    Err(refused)
}

async fn secure(address: &LegacyAddress, trust: &LegacyTrust, stream: TcpStream) -> io::Result<Transport> {
    stream.set_nodelay(true)?;
    if !address.is_https() {
        return Ok(Transport::Plain(stream));
    }
    Ok(Transport::Tls(Box::new(trust.handshake(address, stream).await?)))
}

fn silent() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "no answer to the connection attempt")
}

/// A connection for requests; the place is its own until it closes.
pub(super) async fn connect(
    instance: &Instance,
    trust: &LegacyTrust,
    limit: Duration,
    place: Place,
) -> io::Result<Link> {
    let resolved = async {
        let mut addresses = resolve(&instance.address).await?;
        // One that health checks found bad comes last.
        addresses.sort_by_key(|at| !instance.health.is_well(*at));
        Ok(addresses)
    };
    let transport = open(&instance.address, resolved, trust, limit).await?;
    Link::over(transport, place).await
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn the_addresses_of_a_name_are_tried_in_turn_until_one_takes_the_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let there = listener.local_addr().expect("its address");
        let refusing = SocketAddr::from(([127, 0, 0, 1], 1));
        let stream = first_of(vec![refusing, refusing, there], Duration::from_secs(60)).await;
        assert_eq!(stream.expect("the third").peer_addr().expect("a peer"), there);
        let refused = first_of(vec![refusing], Duration::from_secs(60)).await.expect_err("nobody is there");
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    }

    #[tokio::test]
    async fn a_name_that_has_another_address_now_is_found_there_by_the_next_connection() {
        let (before, after) = (TcpListener::bind("127.0.0.1:0"), TcpListener::bind("127.0.0.1:0"));
        let listeners = [before.await.expect("a port"), after.await.expect("another")];
        let address = "http://legacy.example.com".parse().expect("an address");
        for listener in listeners {
            let there = listener.local_addr().expect("its address");
            let resolved = async { Ok(vec![there]) };
            let opened = open(&address, resolved, &LegacyTrust::default(), Duration::from_secs(60)).await;
            let Ok(Transport::Plain(stream)) = opened else { panic!("no connection to {there}") };
            assert_eq!(stream.peer_addr().expect("a peer"), there);
        }
    }
}
