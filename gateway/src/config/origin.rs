//! Where the value of a setting came from, as `gateway check` tells it.

use std::{fmt, path::PathBuf};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Default,
    Written {
        place: Place,
        /// The name it was written under, where that is not the setting's own.
        alias: Option<String>,
    },
    /// The content of a file that a `…_FILE` variable names.
    File {
        path: PathBuf,
        variable: String,
    },
    Derived {
        from: &'static str,
    },
    Composed {
        from: Vec<String>,
    },
    RoutesFile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Environment,
    Dotenv { line: usize },
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::Written { place, alias: None } => write!(formatter, "{place}"),
            Self::Written { place, alias: Some(alias) } => write!(formatter, "{place} (alias {alias})"),
            Self::File { path, variable } => write!(formatter, "file {} ({variable})", path.display()),
            Self::Derived { from } => write!(formatter, "derived from {from}"),
            Self::Composed { from } => write!(formatter, "composed from {}", from.join(", ")),
            Self::RoutesFile => formatter.write_str("[legacy] urls in the routes file"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => formatter.write_str("environment"),
            Self::Dotenv { line } => write!(formatter, ".env line {line}"),
        }
    }
}
