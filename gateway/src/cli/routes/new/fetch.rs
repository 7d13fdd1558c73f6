//! A document from where it is served, within limits: whatever answers there may be anything.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, header::HOST};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};
use url::Url;

const PATIENCE: Duration = Duration::from_secs(10);
const LARGEST: usize = 32 << 20;

/// The text, or in words why there is none.
pub(super) fn fetch(address: &str) -> Result<String, String> {
    let url: Url = address.parse().map_err(|error| format!("is no URL: {error}"))?;
    if url.scheme() != "http" {
        return Err("only http is spoken here: fetch it with curl and name the file".to_owned());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        timeout(PATIENCE, ask(&url)).await.unwrap_or_else(|_| Err("it takes too long".to_owned()))
    })
}

async fn ask(url: &Url) -> Result<String, String> {
    let host = url.host_str().ok_or("names no host")?;
    let port = url.port_or_known_default().unwrap_or(80);
    let stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await;
    let stream = stream.map_err(|error| error.to_string())?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    let request = Request::get(&url[url::Position::BeforePath..url::Position::AfterQuery])
        .header(HOST, format!("{host}:{port}"))
        .body(Empty::<Bytes>::new());
    let exchange = async {
        let answer = sender.send_request(request.map_err(|error| error.to_string())?).await;
        let answer = answer.map_err(|error| error.to_string())?;
        if answer.status() != StatusCode::OK {
            return Err(format!("it answers {}", answer.status()));
        }
        let body = Limited::new(answer.into_body(), LARGEST).collect().await;
        let body = body.map_err(|error| error.to_string())?.to_bytes();
        String::from_utf8(body.into()).map_err(|_| "it answers with something that is no text".to_owned())
    };
    tokio::pin!(exchange);
    // The connection is driven beside the exchange; when it ends first, the exchange says how.
    tokio::select! {
        found = &mut exchange => found,
        _ = connection => exchange.await,
    }
}
