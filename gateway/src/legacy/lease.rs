//! Finds a connection for a request: an idle one if there is one, else a new one, at an instance that takes it.

use std::{io, pin::pin, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::time::{Instant, timeout_at};

use super::{
    LegacyFailure,
    connect::connect,
    figures::Repeat,
    instances::{Fleet, Instance, Instances, Lease, Place, Turn},
};

/// hyper finishes a message a moment after its last byte was read, and tells nobody that the connection is ready then.
const SOON: Duration = Duration::from_millis(5);

/// Who has the request now, for whoever gives up waiting for the answer.
pub(super) struct Asked {
    /// Somebody may give up.
    is_timed: bool,
    instance: Mutex<Option<Arc<Instance>>>,
}

impl Asked {
    pub(super) fn new(is_timed: bool) -> Self {
        Self { is_timed, instance: Mutex::default() }
    }

    pub(super) fn begin(&self, lease: &Lease) {
        if self.is_timed {
            *self.instance.lock() = Some(Arc::clone(&lease.turn.instance));
        }
    }

    pub(super) fn end(&self) {
        if self.is_timed {
            *self.instance.lock() = None;
        }
    }

    /// It had all of the request, and did not begin its answer.
    pub(super) fn late(&self) {
        if let Some(instance) = self.instance.lock().take() {
            instance.failed("no answer in time");
        }
    }
}

/// Where a request has been already.
#[derive(Default)]
pub(super) struct Tried {
    /// By their places in the fleet.
    instances: Vec<usize>,
    /// The instance in use.
    last: usize,
    /// It may have been seen by an instance.
    pub(super) is_repeat: bool,
    /// Too many idle connections had closed: the next one is new.
    pub(super) is_stale: bool,
}

/// What to do at an instance.
enum Entry {
    Lease(Lease),
    Open(Turn, Place),
}

impl Tried {
    /// There is one to ask beside those where it has been and the one in use.
    pub(super) fn leaves_another(&self, fleet: &Fleet) -> bool {
        self.instances.len() + 1 < fleet.instances().len()
    }

    /// It goes elsewhere if it can.
    pub(super) fn repeated(&mut self, lease: &Lease, fleet: &Fleet) {
        self.is_repeat = true;
        if self.leaves_another(fleet) {
            self.instances.push(self.last);
        }
        if !lease.reused {
            lease.turn.instance.failed("closed without an answer");
        }
    }
}

/// An instance that refuses is passed over for the next.
pub(super) async fn lease(
    instances: &Instances,
    fleet: &Arc<Fleet>,
    tried: &mut Tried,
    is_plain: bool,
) -> Result<Lease, LegacyFailure> {
    let counts = &instances.shared.counts;
    let mut refused = None;
    while let Some((index, turn)) = fleet.choose(&tried.instances) {
        tried.last = index;
        let (turn, place) = match enter(turn, fleet, !tried.is_stale && !tried.is_repeat, is_plain).await {
            Some(Entry::Lease(lease)) => return Ok(lease),
            Some(Entry::Open(turn, place)) => (turn, place),
            None => return Err(LegacyFailure::Full),
        };
        let limit = fleet.rules.limits.connect;
        match Box::pin(connect(&turn.instance, &instances.trust, limit, place)).await {
            Ok(link) => {
                counts.opened();
                return Ok(Lease::new(link, turn, false));
            }
            Err(error) => {
                counts.failed(&error);
                turn.instance.failed(&error.to_string());
                refused = Some(error);
                tried.instances.push(index);
                if !fleet.has_other(&tried.instances) || !instances.shared.may_repeat() {
                    break;
                }
                counts.repeated(Repeat::Connect);
            }
        }
    }
    let nobody = || io::Error::new(io::ErrorKind::NotFound, "no legacy address is configured");
    Err(LegacyFailure::Unreachable(refused.unwrap_or_else(nobody)))
}

/// Where an instance has all the connections that it may have, one of them has to become free, but not for long.
async fn enter(turn: Turn, fleet: &Fleet, reuse: bool, is_plain: bool) -> Option<Entry> {
    // Nearly always: nobody needs to queue.
    if reuse && let Some(link) = turn.instance.checkout(is_plain) {
        return Some(Entry::Lease(Lease::new(link, turn, true)));
    }
    let instance = Arc::clone(&turn.instance);
    let end = Instant::now() + fleet.rules.limits.wait;
    loop {
        // In the queue before the look: what becomes free in between is not missed.
        let mut freed = pin!(instance.door.freed());
        freed.as_mut().enable();
        if reuse && let Some(link) = instance.checkout(is_plain) {
            return Some(Entry::Lease(Lease::new(link, turn, true)));
        }
        if let Some(place) = instance.door.enter() {
            return Some(Entry::Open(turn, place));
        }
        if !reuse {
            instance.close_oldest();
        }
        let soon = if reuse && instance.idle() > 0 { end.min(Instant::now() + SOON) } else { end };
        if timeout_at(soon, freed).await.is_err() && soon == end {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use http_body_util::BodyExt;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::{
        front::request_body::RequestBody,
        legacy::{
            instances::{Targets, rules::LegacyRules},
            link::Link,
            trust::LegacyTrust,
        },
    };

    #[tokio::test]
    async fn a_connection_that_becomes_ready_after_it_was_given_back_is_found() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let mut rules = LegacyRules::default();
        rules.limits.connections = Some(1);
        rules.limits.wait = Duration::from_secs(60);
        let targets = Targets::new(vec![address.parse().expect("an address")], rules);
        let instances = Instances::new(LegacyTrust::default());
        instances.take(&targets);
        let fleet = instances.fleet(&targets);
        let first = lease(&instances, &fleet, &mut Tried::default(), false).await.expect("the only one");
        let (mut there, _) = listener.accept().await.expect("a connection");
        let Lease { link, turn, .. } = first;
        let (mut driven, _) = link.driven(None).await.expect("the same");
        let answer = driven.sender.send_request(Request::new(RequestBody::empty()));
        assert!(!driven.sender.is_ready());
        Lease::new(Link::Driven(driven), turn, false).give_back();
        // In the queue, told of nothing, before the answer makes the connection ready.
        let mut tried = Tried::default();
        let second = async { lease(&instances, &fleet, &mut tried, true).await };
        let played = async {
            let mut head = [0; 1024];
            assert!(there.read(&mut head).await.expect("a request") > 0);
            there.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("sent");
            answer.await.expect("an answer").into_body().collect().await.expect("its end");
            tokio::time::timeout(Duration::from_secs(30), std::future::pending::<()>()).await
        };
        tokio::select! {
            second = second => assert!(second.expect("the same again").reused),
            _ = played => panic!("nobody told it"),
        }
    }
}
