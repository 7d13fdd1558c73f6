//! Sends one question over a connection of its own, and waits for the whole answer, but not for long.

use std::{error::Error, io, time::Duration};

use bytes::Bytes;
use http::{
    HeaderValue, Request,
    header::{HOST, USER_AGENT},
    uri::PathAndQuery,
};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use super::{Answer, Question, Topic};
use crate::legacy::{ConnectProblem, address::LegacyAddress, connect::dial, trust::LegacyTrust};

/// For a connection, a question and its answer together.
pub const LIMIT: Duration = Duration::from_secs(2);

/// The document of a large application is a few megabytes.
const LARGEST: usize = 16 << 20;

/// Who asks: the legacy's log and its owners can tell these requests from everybody else's.
pub const AGENT: &str = concat!("gateway-probe/", env!("CARGO_PKG_VERSION"));

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Silence {
    #[error("{0}")]
    NoConnection(ConnectProblem),
    #[error("is not asked: its path cannot stand in a request")]
    NoTarget,
    #[error("accepts connections, but gives no answer within {} s", LIMIT.as_secs())]
    Late,
    #[error("closes the connection without an answer")]
    Closed,
    #[error("answers, but not in HTTP/1.1 ({0})")]
    NotHttp(String),
    #[error("breaks its answer off ({0})")]
    Torn(String),
}

pub(super) async fn ask(
    address: &LegacyAddress,
    trust: &LegacyTrust,
    question: &Question,
) -> Result<Answer, Silence> {
    timeout(LIMIT, exchange(address, trust, question)).await.unwrap_or(Err(Silence::Late))
}

async fn exchange(
    address: &LegacyAddress,
    trust: &LegacyTrust,
    question: &Question,
) -> Result<Answer, Silence> {
    let request = request(address, question).ok_or(Silence::NoTarget)?;
    let no_connection = |error: io::Error| Silence::NoConnection(ConnectProblem::of(&error));
    let stream = dial(address, trust, LIMIT).await.map_err(no_connection)?;
    let handshake = http1::Builder::new().handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|error| silence(&error))?;
    let answer = async {
        let answer = sender.send_request(request).await;
        let (head, body) = answer.map_err(|error| silence(&error))?.into_parts();
        let body = Limited::new(body, LARGEST).collect().await;
        let body = body.map_err(|error| Silence::Torn(root(&*error)))?.to_bytes();
        let is_private = question.topic == Topic::GoodToken;
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body, is_private })
    };
    tokio::pin!(answer);
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        // It may have ended with the last byte of the answer already in our hands.
        _ = connection => answer.await,
    }
}

fn request(address: &LegacyAddress, question: &Question) -> Option<Request<Full<Bytes>>> {
    let mut request = Request::new(Full::new(question.body.clone()));
    *request.method_mut() = question.method.clone();
    *request.uri_mut() = PathAndQuery::try_from(question.target.as_str()).ok()?.into();
    *request.headers_mut() = question.headers.clone();
    let headers = request.headers_mut();
    if let Ok(host) = HeaderValue::from_str(&address.authority()) {
        headers.insert(HOST, host);
    }
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    Some(request)
}

fn silence(error: &hyper::Error) -> Silence {
    if error.is_parse() {
        return Silence::NotHttp(error.to_string());
    }
    if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
        return Silence::Closed;
    }
    Silence::Torn(root(error))
}

/// What lies under all that only passes it on.
fn root(error: &(dyn Error + 'static)) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}
