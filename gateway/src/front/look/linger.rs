//! How a connection ends while its client still sends: it is told first, and what it sends is read a little longer.
//!
//! To close a socket that holds unread bytes resets the connection, and the client may lose the answer that it was just
//! sent (RFC 9112 section 9.6).

use std::{
    future::Future,
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// Who has not read its answer by then will not.
const LONGEST: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(super) struct Linger {
    until: Option<Pin<Box<Sleep>>>,
}

impl Linger {
    pub(super) fn poll(
        &mut self,
        stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let until = match &mut self.until {
            Some(until) => until,
            None => {
                ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
                self.until.insert(Box::pin(sleep(LONGEST)))
            }
        };
        let mut space = [MaybeUninit::uninit(); 4096];
        while until.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::uninit(&mut space);
            match ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                // The client has closed its side, or is gone.
                Ok(()) | Err(_) => return Poll::Ready(Ok(())),
            }
        }
        Poll::Ready(Ok(()))
    }
}
