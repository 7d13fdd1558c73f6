//! What is written is read, and what is damaged is told.
