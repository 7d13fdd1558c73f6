//! Where the work on a body is done: a small one where its request is served, a large one where it holds nobody up.

use std::panic::resume_unwind;

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
};
use http::header::CONTENT_TYPE;
use tokio::task::spawn_blocking;

use crate::contract::{
    Errors, Failure,
    json::Framework,
    request::{JsonBody, UNREADABLE},
};

/// To read more than this takes over a millisecond: too long on a thread that serves others.
const ON_THIS_THREAD: usize = 64 * 1024;

/// FastAPI reads the body before it solves any dependency: what is no JSON is told to a user who is gone as well.
impl FromRequest<Framework> for JsonBody {
    type Rejection = Failure;

    async fn from_request(request: Request, json: &Framework) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        // The route's limit is kept by the body itself, and told by whoever set it.
        let bytes = to_bytes(body, usize::MAX).await.map_err(|_| UNREADABLE)?;
        let (content_type, json) = (parts.headers.get(CONTENT_TYPE).cloned(), *json);
        apart(bytes.len(), move || Self::read(&bytes, content_type.as_ref(), json)).await
    }
}

/// What `read` makes of a body, or all that is wrong with it. The 422 may hold as much as the body did.
pub(super) async fn model<T: Send + 'static>(
    body: JsonBody,
    read: impl for<'a> FnOnce(&'a JsonBody, &mut Errors<'a>) -> Option<T> + Send + 'static,
) -> Result<T, Failure> {
    let size = body.size();
    let work = move || {
        let mut errors = Errors::default();
        let value = read(&body, &mut errors);
        errors.finish(value)
    };
    apart(size, work).await
}

/// A panic goes on here as if there were no other thread.
async fn apart<T: Send + 'static>(
    size: usize,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    if size <= ON_THIS_THREAD {
        return work();
    }
    match spawn_blocking(work).await.map_err(tokio::task::JoinError::try_into_panic) {
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
