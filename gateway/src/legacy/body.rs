//! The legacy's answer on its way to the client, frame by frame as it arrives.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::{address::LegacyAddress, pool::Lease};

/// Gives its connection back to the pool at its end; dropped earlier, it closes the connection, which tells the
/// legacy that nobody is waiting any more.
pub struct LegacyBody {
    incoming: Incoming,
    address: LegacyAddress,
    lease: Option<Lease>,
}

impl LegacyBody {
    pub(super) fn new(incoming: Incoming, lease: Lease) -> Self {
        let mut body = Self { incoming, address: lease.address.clone(), lease: Some(lease) };
        body.end_lease_at_end();
        body
    }

    /// Which instance answered.
    pub fn address(&self) -> &LegacyAddress {
        &self.address
    }

    fn end_lease_at_end(&mut self) {
        if self.incoming.is_end_stream()
            && let Some(lease) = self.lease.take()
        {
            lease.give_back();
        }
    }
}

impl Body for LegacyBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.incoming).poll_frame(context);
        match &frame {
            Poll::Ready(None) => {
                if let Some(lease) = self.lease.take() {
                    lease.give_back();
                }
            }
            Poll::Ready(Some(Ok(_))) => self.end_lease_at_end(),
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
