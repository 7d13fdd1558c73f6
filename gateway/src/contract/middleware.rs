//! The legacy's middlewares that an answer made by the gateway must pass through as the legacy's own would.

use bytes::Bytes;
use http::{HeaderMap, Response};

use super::{asker::Asker, cors::Cors, gzip::GZip};
use crate::routes::lock;

/// One that is imitated, its arguments resolved.
#[derive(Clone, Debug)]
pub enum Middleware {
    Cors(Cors),
    GZip(GZip),
}

impl Middleware {
    pub fn of(locked: &lock::Middleware, starlette: &str) -> Option<Self> {
        let cors = locked.cors.as_ref().map(|arguments| Self::Cors(Cors::new(arguments, starlette)));
        cors.or_else(|| locked.gzip.as_ref().map(|arguments| Self::GZip(GZip::new(arguments))))
    }

    pub fn is_cors(&self) -> bool {
        matches!(self, Self::Cors(_))
    }
}

/// The answer to a preflight, where one of these middlewares gives it: the outermost that does, and what is around it.
pub fn preflight(layers: &[Middleware], asker: &Asker, asked: &HeaderMap) -> Option<Response<Bytes>> {
    let (at, cors) = layers.iter().enumerate().rev().find_map(|(at, layer)| match layer {
        Middleware::Cors(cors) => Some((at, cors)),
        Middleware::GZip(_) => None,
    })?;
    Some(pass(&layers[at + 1..], asker, cors.preflight(asked)))
}

/// The answer as it leaves the outermost of these middlewares; the innermost is the first.
pub fn pass(layers: &[Middleware], asker: &Asker, mut answer: Response<Bytes>) -> Response<Bytes> {
    for layer in layers {
        match layer {
            Middleware::Cors(cors) => cors.apply(asker, answer.headers_mut()),
            Middleware::GZip(gzip) => answer = gzip.apply(asker, answer),
        }
    }
    answer
}
