//! HTTP/2 on one connection (RFC 9113): the same service answers each of its streams, within bounds.
//!
//! What h2 refuses by itself is in `docs/edge.md`; here is what it leaves to us.

mod answer;
pub(super) mod goaway;
mod heads;
mod pace;
mod pieces;
mod request;
mod streams;

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::Body;
use hyper::{body::Incoming, server::conn::http2::Builder, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::time::timeout;
use tower::{Service, ServiceExt};
use tracing::debug;

use super::{Arrival, Drain, Peer, Terms, connection::QUIET, stream::Stream};
use crate::limits::{Limit, Limits};
use goaway::Goaway;
use heads::Framed;
use pace::Pace;
use streams::Streams;

/// Of a body in either direction: what one stream may have lying here.
const STREAM_WINDOW: u32 = 64 << 10;
const STREAM_UNSENT: usize = 64 << 10;

/// Of all bodies of a connection together: as many as that may wait for the legacy, and the others still arrive.
const CONNECTION_WINDOW: u32 = 1 << 20;

/// Streams that were reset for being malformed.
const RESETS_MALFORMED: usize = 100;

/// A client that is gone without a word is found out by a ping.
const PING_EVERY: Duration = Duration::from_secs(30);
const PONG_WITHIN: Duration = Duration::from_secs(20);

/// After GOAWAY and the end of the last stream, for the client to take what lies here and to acknowledge.
const LAST_WORDS: Duration = Duration::from_secs(10);

fn builder(streams: Streams, limits: &Limits) -> Builder<Streams> {
    let mut builder = Builder::new(streams);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.http2_streams)
        .max_header_list_size(header_list(limits))
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(STREAM_UNSENT)
        .max_pending_accept_reset_streams(limits.http2_resets)
        .max_local_error_reset_streams(RESETS_MALFORMED)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PONG_WITHIN);
    builder
}

/// Of what is unpacked, each field counts for 32 bytes more (RFC 9113 section 6.5.2), and a few stand for the request line:
/// what `header_bytes` is about passes, so that it is refused as it is over HTTP/1, and what is far beyond does not.
fn header_list(limits: &Limits) -> u32 {
    let fields = 32 * (limits.header_count + 8) as u64;
    limits.http2_header_list.min(u32::try_from(limits.header_bytes + fields).unwrap_or(u32::MAX))
}

/// Serves until the client leaves, has nothing more to ask, or does what no client does.
pub(super) async fn serve<S, B>(stream: Stream, service: S, peer: Peer, (drain, terms): (&Arc<Drain>, &Terms))
where
    S: Service<Arrival, Response = Response<B>, Error = Infallible, Future: Send> + Clone + Send + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + Unpin + 'static,
{
    let limits = terms.limits();
    let met = Arc::clone(&peer.met);
    let streams = Streams::new(terms.clone(), Arc::clone(&met));
    let _ending = streams.ending();
    let answering = {
        let streams = streams.clone();
        service_fn(move |request: Request<Incoming>| {
            let (service, mut peer, asked) = (service.clone(), peer.clone(), streams.asked());
            async move {
                if let Some(pace) = Pace::current() {
                    peer.met = pace.met();
                }
                let head_only = request.method() == Method::HEAD;
                let arrival =
                    Arrival { request: request::as_http1(request), peer, refused: None, basis: None };
                let answer = service.oneshot(arrival).await?;
                asked.answered();
                Ok::<_, Infallible>(answer::as_http2(answer, head_only))
            }
        })
    };
    let stream = Framed::new(stream);
    let head = stream.head();
    let connection = builder(streams.clone(), &limits).serve_connection(TokioIo::new(stream), answering);
    let mut connection = pin!(connection);
    let leaving = async {
        if drain.is_draining() {
            // Sent away before its first request, a client would only come again.
            let _ = timeout(QUIET, streams.begun()).await;
        } else {
            // The sender lives in `drain`, so waiting cannot fail while `drain` is here.
            let _ = drain.watch().wait_for(|draining| *draining).await;
        }
    };
    let mut cut = pin!(async {
        let limit = tokio::select! {
            () = streams.flooded() => Limit::Http2Resets,
            () = head.late(|| terms.limits().head) => Limit::Head,
            // Counted where it was found.
            () = streams.stuck() => return,
        };
        met.set(limit);
        terms.count(limit);
    });
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = leaving => None,
        () = streams.idle_for(limits.idle) => {
            terms.count(Limit::Idle);
            None
        }
        () = cut.as_mut() => return,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection => ended,
                () = streams.idle_for(LAST_WORDS) => return,
                () = cut => return,
            }
        }
    };
    if let Err(error) = ended {
        if let Some(reason) = Goaway::of(&error) {
            terms.count_goaway(reason);
        }
        // As on HTTP/1: a client that leaves or sends nonsense is its own business.
        debug!(error = %error, "connection ended early");
    }
}
