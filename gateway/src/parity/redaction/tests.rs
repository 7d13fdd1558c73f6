//! What is replaced, where, and what stays.
