//! The legacy answers: the request goes there as it came, less what belongs to one hop.

use std::time::Duration;

use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING},
};
use http_body::Body;
use tracing::warn;

use super::{carriage, farewell};
use crate::{
    auth::{Principal, trust::TrustedHeaders},
    contract::Failure,
    edge::{Class, look::is_astray},
    front::{
        Parts,
        body::{AnswerBody, Source},
        limit::OpenWebSocket,
        open::REQUEST_ID,
        request_body::RequestBody,
        visit::Visit,
    },
    host::OpenConnection,
    legacy::{LegacyBody, LegacyFailure, headers, tunnel},
    parity::capture::Tap,
    routes::running::Policy,
    telemetry::error::ErrorKind,
};

/// When a connection to the legacy may be free again.
const FULL: Duration = Duration::from_secs(1);

pub(super) async fn answer(
    parts: &Parts,
    visit: &mut Visit,
    mut request: Box<Request<RequestBody>>,
    policy: &Policy,
    principal: Option<Principal>,
    websocket: bool,
) -> Result<Response<AnswerBody>, Failure> {
    let carriage = carriage::load(parts, policy, &request, principal, websocket).await?;
    let open = if websocket { Some(OpenWebSocket::open(parts, visit)?) } else { None };
    await_invitation(&mut request);
    let client_end = websocket.then(|| hyper::upgrade::on(&mut *request));
    prepare(visit, &mut request, websocket);
    let back = carriage.apply(&mut request, parts.bridge.scheme());
    let targets = &visit.snapshot.legacy;
    let answer = parts.legacy.forward(targets, request, policy.first_byte, policy.deadline).await;
    let mut answer = answer.map_err(|error| failure(visit, &error))?;
    visit.upstream = Some(answer.body().address().clone());
    parts.metrics.traffic.first_byte(visit.label, visit.started.elapsed());
    TrustedHeaders::strip_answer(answer.headers_mut());
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        let Some(client_end) = client_end else { return Err(Failure::LegacyUnreachable) };
        let legacy_end = hyper::upgrade::on(&mut answer);
        headers::keep_websocket(answer.headers_mut());
        back.restore(answer.headers_mut());
        let farewell = farewell::of(parts, back.users);
        let open = (parts.drain.open(), open);
        let ear = visit.tap.as_ref().map(Tap::ear);
        let tunnel = tunnel::run(client_end, legacy_end, farewell, ear);
        return Ok(tunnelled(answer, tunnel, open));
    }
    if headers::closes(answer.headers()) {
        visit.received.refuse_rest();
    }
    headers::drop_hop_by_hop_of_answer(answer.headers_mut());
    let silent = length_of_silence(&answer);
    Ok(answer.map(|body| AnswerBody::new(silent.map_or(Source::Legacy(body), Source::Nothing))))
}

/// What an answer without a body says of its length, to a HEAD or with a 304 that of another answer. A 204 has none
/// (RFC 9110 section 8.6).
fn length_of_silence(answer: &Response<LegacyBody>) -> Option<u64> {
    if !answer.body().is_end_stream() || answer.status() == StatusCode::NO_CONTENT {
        return None;
    }
    answer.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A body that the client keeps back until it is asked for goes on when the legacy asks for it: it may refuse instead.
fn await_invitation(request: &mut Request<RequestBody>) {
    let expects = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"100-continue");
    if request.body().is_end_stream() || !request.headers().get(EXPECT).is_some_and(expects) {
        return;
    }
    let invited = request.body_mut().hold();
    hyper::ext::on_informational(request, move |answer| {
        if answer.status() == StatusCode::CONTINUE {
            invited.notify_one();
        }
    });
}

fn prepare(visit: &Visit, request: &mut Request<RequestBody>, websocket: bool) {
    // hyper forwards an absolute-form target verbatim; uvicorn's parsers disagree on those.
    if let Some(origin_form) = request.uri().path_and_query().cloned() {
        *request.uri_mut() = origin_form.into();
    }
    let streams = !request.body().is_end_stream() && request.body().size_hint().exact().is_none();
    let request_headers = request.headers_mut();
    headers::drop_hop_by_hop(request_headers);
    if streams {
        // Without it hyper takes a GET of unknown length for one without a body.
        request_headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    if websocket {
        headers::set_websocket(request_headers);
    }
    headers::set_forwarded(request_headers, &visit.client.said);
    request_headers.insert(REQUEST_ID, visit.request_id.clone());
}

fn failure(visit: &mut Visit, error: &LegacyFailure) -> Failure {
    // Its connection to the legacy may still hold the body, and ends a moment later.
    visit.received.refuse_rest();
    if let Some(limit) = error.limit() {
        visit.meet(limit);
    }
    let request_id = visit.request_id.to_str().unwrap_or("");
    match error {
        LegacyFailure::Unreachable(source) => {
            warn!(request_id, error = %source, "legacy cannot be reached");
            Failure::LegacyUnreachable
        }
        LegacyFailure::NoAnswer(source) => {
            warn!(request_id, error = %source, "legacy closed the connection without an answer");
            Failure::LegacyUnreachable
        }
        LegacyFailure::Full => Failure::Busy(FULL),
        LegacyFailure::Late(_) => Failure::Late,
        LegacyFailure::ClientBody(error) => {
            match is_astray(error) {
                true => visit.reason = Some(Class::ChunkMalformed.name()),
                false => visit.error = Some(ErrorKind::ClientLeft),
            }
            Failure::Refused
        }
        LegacyFailure::TooLarge => Failure::TooLarge,
        LegacyFailure::TooSlow => Failure::TooSlow,
    }
}

/// The 101 goes to the client now; the tunnel runs until it ends, and the process waits for it.
fn tunnelled(
    answer: Response<LegacyBody>,
    tunnel: impl Future<Output = ()> + Send + 'static,
    open: (OpenConnection, Option<OpenWebSocket>),
) -> Response<AnswerBody> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the tunnel's own task: it ends with either of its two connections, when both are silent or with the \
                  process"
    )]
    tokio::spawn(async move {
        tunnel.await;
        drop(open);
    });
    let (parts, _) = answer.into_parts();
    Response::from_parts(parts, AnswerBody::own(bytes::Bytes::new()))
}
