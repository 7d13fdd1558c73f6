//! What is written for whole routes.
