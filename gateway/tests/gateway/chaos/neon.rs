//! As much of the startup protocol as Neon's proxy and a pooler speak before there is a server to talk to.

use std::io;

use bytes::{BufMut, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An error as it is told instead of a greeting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Words {
    pub(crate) code: &'static str,
    pub(crate) text: &'static str,
}

const fn neon(text: &'static str) -> Words {
    Words { code: "XX000", text }
}

const fn pooler(text: &'static str) -> Words {
    Words { code: "08P01", text }
}

pub(crate) const QUOTA: Words = neon(
    "Your account or project has exceeded the compute time quota. Upgrade your plan to increase limits.",
);

/// What Neon's proxy says, under one code for everything.
pub(crate) const NEON: [Words; 12] = [
    neon("Couldn't connect to compute node"),
    neon("Control plane request failed"),
    neon("Control plane request failed: endpoint cannot be found"),
    neon("Control plane request failed: endpoint is disabled"),
    neon(
        "Control plane request failed: endpoint is temporarily unavailable. Check your quotas and/or contact our \
         support",
    ),
    neon(
        "Failed to acquire permit to connect to the database. Too many database connection attempts are currently \
         ongoing.",
    ),
    neon("Too many connections to this endpoint. Please try again later."),
    neon("Authentication timed out"),
    neon("password authentication failed for user 'app'"),
    neon("This IP address is not allowed to connect to this endpoint."),
    neon("Inconsistent project name inferred from SNI ('a') and project option ('b')."),
    QUOTA,
];

/// What PgBouncer says, under one code for everything as well.
pub(crate) const POOLER: [Words; 5] = [
    pooler("query_wait_timeout"),
    pooler("server conn crashed?"),
    pooler("server login has been failing, cached error: connect failed (server_login_retry)"),
    pooler("no more connections allowed (max_client_conn)"),
    pooler("SASL authentication failed"),
];

const SSL_REQUEST: i32 = 80_877_103;
const SUSPENDED: Words = Words { code: "57P01", text: "terminating connection due to administrator command" };

/// Listens to what the client wants, and tells it these words instead.
pub(super) async fn refuse(client: &mut TcpStream, words: Words) -> io::Result<()> {
    loop {
        let length = client.read_i32().await?;
        let mut rest = vec![0; usize::try_from(length - 4).unwrap_or_default()];
        client.read_exact(&mut rest).await?;
        if rest != SSL_REQUEST.to_be_bytes() {
            break;
        }
        client.write_all(b"N").await?;
    }
    tell(client, words).await
}

/// What a connection hears when its compute goes to sleep.
pub(super) async fn suspend(client: &mut TcpStream) -> io::Result<()> {
    tell(client, SUSPENDED).await
}

async fn tell(client: &mut TcpStream, words: Words) -> io::Result<()> {
    let mut fields = BytesMut::new();
    for (name, value) in [(b'S', "FATAL"), (b'V', "FATAL"), (b'C', words.code), (b'M', words.text)] {
        fields.put_u8(name);
        fields.put_slice(value.as_bytes());
        fields.put_u8(0);
    }
    fields.put_u8(0);
    let mut message = BytesMut::new();
    message.put_u8(b'E');
    message.put_i32(i32::try_from(fields.len() + 4).unwrap());
    message.put_slice(&fields);
    client.write_all(&message).await?;
    client.shutdown().await?;
    // Closed with bytes unread, the kernel would reset the connection and the words be lost.
    tokio::io::copy(client, &mut tokio::io::sink()).await.map(drop)
}
