//! How much anybody may take of the gateway, and for how long: the values that are in force.
//!
//! What protects the gateway itself is on where nothing is written; what could refuse something that the legacy takes
//! today is off.

mod derived;
mod network;
mod pace;
mod proxies;
mod rate;
pub mod table;

use std::time::Duration;

pub use derived::raise_open_files;
pub use network::network;
pub use pace::Pace;
pub use proxies::TrustedProxies;
pub use rate::{Per, Rate};
pub use table::Limit;

/// Of the head of a request, and of what is read at once: twice what uvicorn takes, so that the legacy is who refuses.
pub const MOST_HEADER_BYTES: usize = 128 << 10;

/// `[limits]`, complete. Part of the snapshot: a request keeps those it began with, a connection takes new ones as it
/// goes on, where it has not yet begun to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a client to end its TLS handshake.
    pub handshake: Duration,
    /// For a client to send the whole head of a request, from its first byte.
    pub head: Duration,
    /// Between the end of an answer and the next request; 75 s outlive the 60 s of common load balancers.
    pub idle: Duration,
    /// What must come of a body within a time, of which only what the gateway waits for the client counts.
    pub body_pace: Option<Pace>,
    /// For a client to take anything at all of an answer that waits for it.
    pub reading: Option<Duration>,

    /// Open connections of clients, WebSockets among them; by default what the system's limit of open files allows.
    pub connections: Option<usize>,
    /// Of one address, or of one /64 network; by default a quarter of all. Trusted proxies may have all.
    pub connections_per_client: Option<usize>,
    pub header_count: usize,
    pub header_bytes: u64,
    pub target_bytes: u64,
    pub body: Option<u64>,
    /// Of one HTTP/2 connection, at a time.
    pub http2_streams: u32,
    /// Of one HTTP/2 connection: streams that were reset before they were dealt with.
    pub http2_resets: usize,
    pub http2_header_list: u32,
    /// Requests that have begun and are not over; by default as many as there may be connections.
    pub in_flight: Option<usize>,
    /// Once nobody is accepted any more: for what has begun to end.
    pub drain: Duration,
    pub websockets: Option<usize>,
    pub rate: Option<Rate>,

    pub legacy_connect: Duration,
    pub legacy_first_byte: Option<Duration>,
    /// Between two pieces of an answer.
    pub legacy_gap: Option<Duration>,
    /// From the request to the end of its answer.
    pub legacy_total: Option<Duration>,
    /// To each instance.
    pub legacy_connections: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            body_pace: Some(Pace { least: 1 << 10, within: Duration::from_mins(1) }),
            reading: Some(Duration::from_mins(1)),
            connections: None,
            connections_per_client: None,
            header_count: 100,
            header_bytes: MOST_HEADER_BYTES as u64,
            target_bytes: 64 << 10,
            body: None,
            http2_streams: 100,
            http2_resets: 20,
            http2_header_list: 64 << 10,
            in_flight: None,
            drain: Duration::from_secs(30),
            websockets: None,
            rate: None,
            legacy_connect: Duration::from_secs(5),
            legacy_first_byte: None,
            legacy_gap: None,
            legacy_total: None,
            legacy_connections: None,
        }
    }
}
