//! What the running gateway has counted, asked of its admin listener.
//!
//! Whatever answers there gets a second and a few megabytes: it may be anything.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, StatusCode, header::HOST};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::{net::TcpStream, time::timeout};

const PATIENCE: Duration = Duration::from_millis(900);
const LARGEST: usize = 8 << 20;

/// What is absent is not known.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct RouteTraffic {
    #[serde(skip_serializing)]
    pub(super) route: String,
    #[serde(default)]
    pub(super) owner: Option<String>,
    /// By who answered, then by class of status.
    #[serde(default)]
    pub(super) requests: BTreeMap<String, BTreeMap<String, u64>>,
    #[serde(default)]
    pub(super) share_native: Option<f64>,
    #[serde(default)]
    pub(super) p95_ms: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct Page {
    routes: Vec<RouteTraffic>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum NoTraffic {
    #[error("nobody answers at {address} ({reason})")]
    Nobody { address: SocketAddr, reason: String },
    #[error("what answers at {address} is not the admin listener of a gateway ({reason})")]
    Stranger { address: SocketAddr, reason: String },
    #[error("the runtime does not start: {0}")]
    Runtime(std::io::Error),
}

impl RouteTraffic {
    pub(super) fn total(&self) -> u64 {
        self.requests.values().flat_map(BTreeMap::values).fold(0, |sum, count| sum.saturating_add(*count))
    }
}

pub(super) fn fetch(listener: SocketAddr) -> Result<Vec<RouteTraffic>, NoTraffic> {
    let address = SocketAddr::new(reachable(listener.ip()), listener.port());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(NoTraffic::Runtime)?;
    let late = NoTraffic::Nobody { address, reason: "it takes too long".to_owned() };
    runtime.block_on(async { timeout(PATIENCE, ask(address)).await.unwrap_or(Err(late)) })
}

/// Who listens on every address is asked on this machine's own.
fn reachable(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}

async fn ask(address: SocketAddr) -> Result<Vec<RouteTraffic>, NoTraffic> {
    let nobody = |error: std::io::Error| NoTraffic::Nobody { address, reason: error.to_string() };
    let stranger = |reason: String| NoTraffic::Stranger { address, reason };
    let stream = TcpStream::connect(address).await.map_err(nobody)?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| stranger(error.to_string()))?;
    let request = Request::get("/api/routes").header(HOST, address.to_string()).body(Empty::<Bytes>::new());
    let exchange = async {
        let request = request.map_err(|error| stranger(error.to_string()))?;
        let answer = sender.send_request(request).await.map_err(|error| stranger(error.to_string()))?;
        if answer.status() != StatusCode::OK {
            return Err(stranger(format!("it says {}", answer.status())));
        }
        let body = Limited::new(answer.into_body(), LARGEST).collect().await;
        let body = body.map_err(|error| stranger(error.to_string()))?.to_bytes();
        let page: Page = serde_json::from_slice(&body).map_err(|error| stranger(error.to_string()))?;
        Ok(page.routes)
    };
    tokio::pin!(exchange);
    // The connection is driven beside the exchange; when it ends first, the exchange says how.
    tokio::select! {
        found = &mut exchange => found,
        _ = connection => exchange.await,
    }
}
