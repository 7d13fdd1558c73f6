//! A connection to one of the two, and when another takes its place: before a request, never because of one.
//!
//! A request that went out may have been executed whatever became of its answer. Sent again, it would be a second one
//! that the other side never got, and every row behind it a false difference. So a connection is given up as soon as
//! its end is possible, and one that ends without notice is a finding: a client of FastAPI does not expect it.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use compat_tests::client::{Answer, Client};

use super::ask::Ask;

/// uvicorn closes a connection on which nothing was asked for five seconds.
const IDLE: Duration = Duration::from_secs(2);

pub(super) struct Line {
    name: &'static str,
    address: SocketAddr,
    /// uvicorn closes the connection after an unhandled exception without saying so.
    ends_with_500: bool,
    kept: Option<(Client, Instant)>,
    /// What came before tells why a connection has ended.
    before: String,
}

impl Line {
    pub(super) fn to_legacy(address: SocketAddr) -> Self {
        Self { name: "legacy", address, ends_with_500: true, kept: None, before: String::new() }
    }

    pub(super) fn to_gateway(address: SocketAddr) -> Self {
        Self { name: "gateway", address, ends_with_500: false, kept: None, before: String::new() }
    }

    pub(super) async fn ask(&mut self, ask: &Ask) -> Answer {
        let fresh = self.kept.take().filter(|(_, used)| used.elapsed() < IDLE);
        let mut client = match fresh {
            Some((client, _)) => client,
            None => Client::connect(self.address).await.unwrap(),
        };
        let answer = ask.send(&mut client).await.unwrap_or_else(|error| {
            panic!(
                "{}: {error}: {ask:?}\nbefore it, on this connection or another: {}",
                self.name, self.before
            )
        });
        let ends = answer.closes() || self.ends_with_500 && answer.status == 500;
        if !ends {
            self.kept = Some((client, Instant::now()));
        }
        self.before = format!("{} to {ask:?}", answer.status);
        answer
    }
}
