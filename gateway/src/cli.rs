//! The command line: arguments become one command, one file per noun.

pub mod legacy;
