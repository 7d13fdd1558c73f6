//! Where log lines go and how they look.

use std::{io::IsTerminal, str::FromStr};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

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

/// Starts logging to standard output. Called once, by the command that serves.
pub fn start(config: &LogConfig) {
    std::panic::set_hook(Box::new(|panic| {
        // Where, but not what: the message of a panic may hold a row or a token.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
    // pingora reports its own start and stop at `info`; ours says the same in the product's words.
    // The pool warns of each idle connection that the server has closed, as one does that goes to sleep.
    let levels = Targets::new()
        .with_default(config.level.min(LevelFilter::WARN))
        .with_target("deadpool", LevelFilter::ERROR)
        .with_target("gateway", config.level);
    let colours = std::io::stdout().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_target(false).with_ansi(colours);
    match config.format {
        LogFormat::Text => {
            tracing_subscriber::registry().with(lines.compact().with_filter(levels)).init();
        }
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true).with_current_span(false).with_span_list(false);
            tracing_subscriber::registry().with(lines.with_filter(levels)).init();
        }
    }
}
