//! An address at which nobody listens, and nobody else begins to while the tests run.

use std::{net::SocketAddr, sync::OnceLock};

use tokio::net::TcpSocket;

/// Bound and never listened at. A listener that is closed instead may live on in a child of another test that is just
/// being started, and its port goes to whoever asks for one next.
pub(crate) fn nobody() -> SocketAddr {
    static HELD: OnceLock<TcpSocket> = OnceLock::new();
    let socket = HELD.get_or_init(|| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        socket
    });
    socket.local_addr().unwrap()
}
