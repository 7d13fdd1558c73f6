//! The server that both contenders run on: hyper as the gateway uses it, on one thread.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use anyhow::Context;
use axum::body::Body;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

/// Answers until it is ended.
pub(super) fn run<S, F>(port: u16, service: S) -> anyhow::Result<()>
where
    S: Fn(Request<Body>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async move {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.context("listen")?;
        let mut connections = JoinSet::new();
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).writev(false);
        loop {
            let (stream, _) = listener.accept().await.context("accept")?;
            stream.set_nodelay(true)?;
            let service = service.clone();
            let serve = service_fn(move |request: Request<Incoming>| {
                let answer = service(request.map(Body::new));
                async move { Ok::<_, Infallible>(answer.await) }
            });
            connections.spawn(http.serve_connection(TokioIo::new(stream), serve));
        }
    })
}
