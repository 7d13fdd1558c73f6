//! Colours of owners on a terminal: who answers is seen before it is read.
//!
//! Whether there is a terminal that wants them (`NO_COLOR`) is decided by the stream that is written to.

use std::io;

use anstyle::{AnsiColor, Style};

use crate::routes::file::Owner;

pub(super) type Out = anstream::AutoStream<io::StdoutLock<'static>>;

pub(super) fn stdout() -> Out {
    anstream::stdout().lock()
}

pub(super) fn style(owner: Owner) -> Style {
    match owner {
        Owner::Legacy => AnsiColor::Yellow.on_default(),
        Owner::Native => AnsiColor::Green.on_default(),
        Owner::Deny => AnsiColor::Red.on_default(),
    }
}

/// What a file or another process says must not steer the terminal.
pub(super) fn harmless(text: &str) -> String {
    text.chars().map(|each| if each.is_control() { '\u{fffd}' } else { each }).collect()
}

/// Whoever reads us may have seen enough, as `head` does.
pub(super) fn unless_broken_pipe(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}
