//! Who a request comes from: tokens in, and the headers nobody outside may set.
