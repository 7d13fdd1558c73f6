//! The path of a request, written once and in order.
