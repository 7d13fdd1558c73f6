//! Takes a request in: its body as a whole, and from it and the rest the values of its handler's arguments.
//!
//! A small body is read where its request is served, a large one where it holds nobody up.

use std::{error::Error, mem::take, panic::resume_unwind, sync::Arc};

use axum::body::{Body, HttpBody, to_bytes};
use http::{Extensions, Request, header::CONTENT_TYPE, request::Parts};
use http_body_util::LengthLimitError;
use tokio::task::{JoinError, spawn_blocking};

use crate::contract::{
    Failure,
    json::Framework,
    profile::users::IdKind,
    request::{Arguments, Asked, BodyKind, PathParams, Received, UNREADABLE},
};

/// To read more than this takes over a millisecond: too long on a thread that serves others.
const ON_THIS_THREAD: usize = 64 * 1024;

/// How a handler's arguments are read.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    body: Option<BodyKind>,
    /// In bytes; a longer body is not read to its end.
    most: usize,
    /// What the handler takes ids of users for, if it asks who calls.
    pub(super) user_id: Option<IdKind>,
    read: fn(&Asked) -> Extensions,
}

/// A request that is in, of which the handler can be given its arguments as often as it has to run.
pub(super) struct Reception {
    reading: Reading,
    asked: Arc<Asked>,
    size: usize,
}

impl Reading {
    pub(super) fn of<T: Arguments>() -> Self {
        // The route's limit is kept by the body itself, and told by whoever set it.
        Self { body: T::BODY, most: usize::MAX, user_id: T::USER_ID, read: T::read }
    }

    pub(super) fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    pub(super) fn wants_body(self) -> bool {
        self.body.is_some()
    }
}

impl Reception {
    /// FastAPI reads the body before it solves any dependency: what is no JSON is told to a user who is gone as well.
    pub(super) async fn take(
        reading: Reading,
        framework: Framework,
        request: Request<Body>,
    ) -> Result<(Self, Parts), Failure> {
        let (mut parts, body) = request.into_parts();
        let rules = framework.requests();
        let (body, size) = match reading.body {
            None => (Received::Nothing, 0),
            Some(kind) => {
                if body.size_hint().lower() > u64::try_from(reading.most).unwrap_or(u64::MAX) {
                    return Err(Failure::TooLarge);
                }
                let bytes = to_bytes(body, reading.most).await.map_err(|error| unread(&error))?;
                let content_type = parts.headers.get(CONTENT_TYPE).cloned();
                let size = bytes.len();
                let work = move || Received::read(kind, &bytes, content_type.as_ref(), rules);
                (apart(size, work).await?, size)
            }
        };
        let path: PathParams = parts.extensions.remove().unwrap_or_default();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        // Nobody but the arguments looks at them: what is left of the head is copied for each run of the handler.
        let headers = take(&mut parts.headers);
        let asked = Arc::new(Asked { path, query, headers, body, rules });
        Ok((Self { reading, asked, size }, parts))
    }

    /// The values, or all that is wrong: the 422 may hold as much as the body did.
    pub(super) async fn values(&self) -> Result<Extensions, Failure> {
        let (asked, read) = (Arc::clone(&self.asked), self.reading.read);
        apart(self.size, move || Ok(read(&asked))).await
    }
}

fn unread(error: &axum::Error) -> Failure {
    let is_long = error.source().is_some_and(|source| source.is::<LengthLimitError>());
    if is_long { Failure::TooLarge } else { UNREADABLE }
}

/// A panic goes on here as if there were no other thread.
async fn apart<T: Send + 'static>(
    size: usize,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    if size <= ON_THIS_THREAD {
        return work();
    }
    match spawn_blocking(work).await.map_err(JoinError::try_into_panic) {
        Ok(done) => done,
        Err(Ok(panic)) => resume_unwind(panic),
        // The process ends.
        Err(Err(_)) => Err(Failure::Internal),
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[tokio::test]
    async fn only_what_is_large_goes_to_another_thread() {
        let own = thread::current().id();
        assert_eq!(apart(ON_THIS_THREAD, || Ok(thread::current().id())).await.unwrap(), own);
        assert_ne!(apart(ON_THIS_THREAD + 1, || Ok(thread::current().id())).await.unwrap(), own);
    }

    #[tokio::test]
    #[should_panic(expected = "seen in the test's output")]
    async fn a_panic_there_is_a_panic_here() {
        let _ = apart::<()>(usize::MAX, || panic!("seen in the test's output")).await;
    }
}
