//! The process: listeners, the runtime under them, drain and shutdown.
