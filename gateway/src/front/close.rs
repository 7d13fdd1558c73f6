//! The last step: what every answer carries, whoever made it, and the end of the visit.

use http::{HeaderValue, Response, StatusCode, header::CONNECTION};

use super::{Parts, body::AnswerBody, open::REQUEST_ID, visit::Visit};
use crate::telemetry::error::ErrorKind;

pub(super) fn close(
    parts: &Parts,
    mut visit: Box<Visit>,
    mut answer: Response<AnswerBody>,
) -> Response<AnswerBody> {
    answer.headers_mut().insert(REQUEST_ID, visit.request_id.clone());
    // A client that is not told sends its next request into a connection that has ended.
    let is_refused = visit.error == Some(ErrorKind::Refused);
    let ends = parts.drain.is_draining() || visit.received.abandoned() || is_refused;
    if ends && answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    visit.status = Some(answer.status());
    if let Some(tap) = &visit.tap {
        tap.answered(answer.status(), answer.headers());
    }
    answer.map(|body| body.closing(visit))
}
