//! Where log lines go and how they look.

use std::{
    io::{self, IsTerminal, Write},
    str::FromStr,
    sync::Arc,
    thread::{self, JoinHandle},
};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use super::{access::AccessLine, lines::Lines};

#[derive(Clone, Debug)]
pub struct LogConfig {
    pub level: LevelFilter,
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, thiserror::Error)]
#[error("not a log format")]
pub struct BadLogFormat;

impl FromStr for LogFormat {
    type Err = BadLogFormat;

    fn from_str(text: &str) -> Result<Self, BadLogFormat> {
        match text.to_ascii_lowercase().as_str() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(BadLogFormat),
        }
    }
}

/// Held while anything is logged: dropping it writes what still waits.
pub struct Log {
    access: AccessLog,
    writer: Option<JoinHandle<()>>,
}

/// Where the line of a request goes; cheap to clone.
#[derive(Clone)]
pub enum AccessLog {
    /// The level is above it.
    Nowhere,
    /// At once as every other line, for people who read along.
    Told,
    /// To be written by a thread of its own: no request waits for whoever reads the log.
    Kept(Arc<Lines>),
}

impl AccessLog {
    /// False when the line is lost, because too many wait already.
    pub fn keep(&self, line: AccessLine) -> bool {
        match self {
            Self::Nowhere => true,
            Self::Told => {
                line.tell();
                true
            }
            Self::Kept(lines) => lines.push(line),
        }
    }
}

impl Log {
    pub fn access(&self) -> AccessLog {
        self.access.clone()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if let AccessLog::Kept(lines) = &self.access {
            lines.end();
        }
        // A thread that panicked has said so.
        let _ = self.writer.take().map(JoinHandle::join);
    }
}

/// A line that does not wait, behind those that came before it.
struct Behind(Arc<Lines>);

impl Write for Behind {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_now(line).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts logging to standard output. Called once, by the command that serves.
pub fn start(config: &LogConfig) -> Log {
    std::panic::set_hook(Box::new(|panic| {
        // Where, but not what: the message of a panic may hold a row or a token.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
    // pingora reports its own start and stop at `info`, and the health of instances; ours says the same in the product's
    // words.
    // The pool warns of each idle connection that the server has closed, as one does that goes to sleep.
    let levels = Targets::new()
        .with_default(config.level.min(LevelFilter::WARN))
        .with_target("deadpool", LevelFilter::ERROR)
        // It warns of what a client does: whoever floods would fill the log as well.
        .with_target("h2", LevelFilter::ERROR)
        .with_target("pingora_load_balancing", LevelFilter::ERROR)
        .with_target("gateway", config.level);
    let colours = io::stdout().is_terminal();
    let layer = tracing_subscriber::fmt::layer().with_target(false).with_ansi(colours);
    match config.format {
        LogFormat::Text => {
            tracing_subscriber::registry().with(layer.compact().with_filter(levels)).init();
            Log { access: AccessLog::Told, writer: None }
        }
        LogFormat::Json => {
            let lines = Arc::new(Lines::default());
            let behind = Arc::clone(&lines);
            let layer = layer.json().flatten_event(true).with_current_span(false).with_span_list(false);
            let layer = layer.with_writer(move || Behind(Arc::clone(&behind)));
            tracing_subscriber::registry().with(layer.with_filter(levels)).init();
            if config.level < LevelFilter::INFO {
                return Log { access: AccessLog::Nowhere, writer: None };
            }
            let written = Arc::clone(&lines);
            match thread::Builder::new().name("log".to_owned()).spawn(move || written.write_all()) {
                Ok(writer) => Log { access: AccessLog::Kept(lines), writer: Some(writer) },
                Err(_) => Log { access: AccessLog::Told, writer: None },
            }
        }
    }
}
