//! What the legacy's middlewares would have added to an answer that the gateway makes itself.

use http::Response;
use http_body::Body;

use super::{
    cors::{Asker, Cors},
    gzip::Gzip,
};
use crate::routes::lock::layer;

#[derive(Clone, Debug)]
pub enum Layer {
    Cors(Cors),
    Gzip(Gzip),
}

impl Layer {
    pub fn new(locked: &layer::Layer, starlette: &str) -> Self {
        match locked {
            layer::Layer::Cors(arguments) => Self::Cors(Cors::new(arguments, starlette)),
            layer::Layer::Gzip(arguments) => Self::Gzip(Gzip::new(arguments)),
        }
    }

    pub fn apply<B: Body>(&self, asker: &Asker, answer: &mut Response<B>) {
        match self {
            Self::Cors(cors) => cors.apply(asker, answer.headers_mut()),
            Self::Gzip(gzip) => {
                let size = answer.body().size_hint().exact();
                gzip.apply(asker, size, answer.headers_mut());
            }
        }
    }
}
