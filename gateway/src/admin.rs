//! The private listener: health and metrics.
