//! Keeps a panic inside the request that caused it.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::Poll,
};

/// The output, or `None` when the future panicked: it must not be polled again then.
pub(super) async fn caught<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(move |context| {
        // Nothing of a request outlives it but shared state whose locks do not poison.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Some(output)),
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_answer_and_everything_else_passes() {
        assert_eq!(caught(pin!(async { 7 })).await, Some(7));
        assert_eq!(caught(pin!(async { panic!("seen in the test's output") })).await, None::<()>);
    }
}
