//! A backend that answers at once, and says whom the token that reached it names.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// It listens until it is dropped.
#[derive(Debug)]
pub(super) struct FastLegacy {
    address: SocketAddr,
    _listening: JoinSet<()>,
}

/// A gateway that keeps a connection for longer has forgotten it.
const IDLE: Duration = Duration::from_mins(10);
const LONGEST_LINE: usize = 64 * 1024;

impl FastLegacy {
    pub(super) async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let mut listening = JoinSet::new();
        listening.spawn(accept(listener));
        Ok(Self { address, _listening: listening })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

async fn accept(listener: TcpListener) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        // The gateway may close a connection whenever it likes.
        connections.spawn(async move { drop(serve(stream).await) });
        while connections.try_join_next().is_some() {}
    }
}

/// Only requests without a body are sent here.
async fn serve(stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let Ok(Some(user)) = timeout(IDLE, user(&mut stream)).await? else { return Ok(()) };
        let body = json!({ "id": user, "by": "legacy" }).to_string();
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).await?;
    }
}

/// Whom the next request's token names; nothing when there is no next one.
async fn user(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Value>> {
    let mut user = Value::Null;
    let mut line = String::new();
    loop {
        line.clear();
        let is_over = stream.read_line(&mut line).await? == 0;
        if is_over || line.len() > LONGEST_LINE {
            return Ok(None);
        }
        if line == "\r\n" {
            return Ok(Some(user));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("authorization")
        {
            user = named(value.trim());
        }
    }
}

/// The number in `sub` of a token that was made for a backend's eyes; nothing of any other.
fn named(authorization: &str) -> Value {
    let claims = authorization.split_once(' ').and_then(|(_, token)| {
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        serde_json::from_slice::<Value>(&claims).ok()
    });
    let Some(claims) = claims.filter(|claims| claims.get("gwb").is_some()) else { return Value::Null };
    claims["sub"].as_str().and_then(|subject| subject.parse::<u64>().ok()).map_or(Value::Null, Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_token_for_a_backend_names_somebody() {
        let token = |claims: &str| format!("Bearer e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
        assert_eq!(named(&token(r#"{"sub":"7","gwb":1}"#)), json!(7));
        for nobody in [&token(r#"{"sub":"7"}"#), &token(r#"{"sub":"x","gwb":1}"#), "Bearer x", ""] {
            assert_eq!(named(nobody), Value::Null, "{nobody}");
        }
    }
}
