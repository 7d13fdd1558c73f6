//! The way of a value from where it was read to the argument that it is.

use std::sync::Arc;

use http::{Extensions, request::Parts};
use parking_lot::Mutex;

use crate::contract::Failure;

/// Extensions can be copied, what is in here only taken.
struct Slot<T>(Arc<Mutex<Option<T>>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// What is wrong with a request, told when the argument is asked for: by then it is known who asks.
#[derive(Clone)]
pub struct Refused(pub Failure);

pub(super) fn fill<T: Send + 'static>(value: Option<T>, extensions: &mut Extensions) {
    if let Some(value) = value {
        put(value, extensions);
    }
}

fn put<T: Send + 'static>(value: T, extensions: &mut Extensions) {
    extensions.insert(Slot(Arc::new(Mutex::new(Some(value)))));
}

pub(super) fn take<T: Send + 'static>(parts: &mut Parts) -> Result<T, Failure> {
    if let Some(Refused(failure)) = parts.extensions.get() {
        return Err(failure.clone());
    }
    let slot = parts.extensions.remove::<Slot<T>>();
    slot.and_then(|slot| slot.0.lock().take()).ok_or_else(|| {
        tracing::error!("a handler asked twice for one argument, or outside of a request");
        Failure::Internal
    })
}

/// A handler is given what was read.
macro_rules! extracted {
    ($name:ident) => {
        impl<T: Send + 'static, S: Sync> axum::extract::FromRequestParts<S> for $name<T> {
            type Rejection = crate::contract::Failure;

            async fn from_request_parts(
                parts: &mut http::request::Parts,
                _: &S,
            ) -> Result<Self, crate::contract::Failure> {
                super::slot::take(parts)
            }
        }
    };
}

pub(super) use extracted;
