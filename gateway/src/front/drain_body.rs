//! What becomes of a body that an answer does not need: a small one is read, or the connection would end.
//!
//! hyper cannot read a next request behind a body that nobody took. uvicorn passes over one, and keeps the connection.

use std::time::Duration;

use http::{Request, header::EXPECT};
use http_body::Body;
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::request_body::RequestBody;

/// Reading more than this to throw it away is worse than a connection that ends.
const MOST: u64 = 64 * 1024;
const WITHIN: Duration = Duration::from_secs(1);

/// Reads the body to its end if that is near; the answer goes out either way.
pub(super) async fn drain(request: &mut Request<RequestBody>) {
    // Reading would invite a body that the client has kept back for the very case of a refusal.
    if request.headers().contains_key(EXPECT) || request.body().size_hint().lower() > MOST {
        return;
    }
    let body = request.body_mut();
    let read = async {
        let mut read = 0;
        while let Some(Ok(frame)) = body.frame().await {
            read += frame.data_ref().map_or(0, |data| data.len() as u64);
            if read > MOST {
                return;
            }
        }
    };
    // A client that is slow to send loses its connection, not its answer.
    let _ = timeout(WITHIN, read).await;
}
