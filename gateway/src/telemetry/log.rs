//! Where log lines go and how they look.

use std::str::FromStr;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::Environment;

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

impl LogConfig {
    /// People read the log of a development machine, programs that of every other.
    pub fn for_environment(environment: Environment) -> Self {
        let format = if environment.is_development() { LogFormat::Text } else { LogFormat::Json };
        Self { level: LevelFilter::INFO, format }
    }
}

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
    // pingora reports its own start and stop at `info`; ours says the same in the product's words.
    let levels =
        Targets::new().with_default(config.level.min(LevelFilter::WARN)).with_target("gateway", config.level);
    let lines = tracing_subscriber::fmt::layer().with_target(false);
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
