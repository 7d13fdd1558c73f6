//! A difference that nothing allows, and how a list of them is told.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub number: usize,
    pub request: String,
    pub difference: Difference,
    pub straight: String,
    pub through: String,
}

/// What differs. Findings with the same difference have one cause, most of the time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    Status,
    Interim,
    HeaderMissing(String),
    HeaderAdded(String),
    HeaderValue(String),
    HeaderSpelling(String),
    HeaderOrder,
    Body,
    Frames,
    /// What must arrive piece by piece arrived at once.
    Pace,
    /// A connection was closed between two requests without notice.
    Closed,
    /// A request id that came twice.
    RepeatedId,
    /// No answer that could be compared.
    Broken,
    /// The legacy itself does not answer as the script says.
    Script,
    /// The recordings have different exchanges.
    Length,
}

/// All findings, grouped by what differs; long groups are cut.
pub(super) struct Grouped<'a>(pub(super) &'a [Finding]);

const SHOWN: usize = 5;

impl Display for Difference {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status => formatter.write_str("status"),
            Self::Interim => formatter.write_str("interim answers"),
            Self::HeaderMissing(name) => write!(formatter, "header `{name}` is missing"),
            Self::HeaderAdded(name) => write!(formatter, "header `{name}` was added"),
            Self::HeaderValue(name) => write!(formatter, "value of header `{name}`"),
            Self::HeaderSpelling(name) => write!(formatter, "spelling of header `{name}`"),
            Self::HeaderOrder => formatter.write_str("order of headers"),
            Self::Body => formatter.write_str("body"),
            Self::Frames => formatter.write_str("frames"),
            Self::Pace => formatter.write_str("pace"),
            Self::Closed => formatter.write_str("connection closed without notice"),
            Self::RepeatedId => formatter.write_str("repeated request id"),
            Self::Broken => formatter.write_str("broken exchange"),
            Self::Script => formatter.write_str("not what the script expects"),
            Self::Length => formatter.write_str("different exchanges"),
        }
    }
}

impl Display for Grouped<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut groups: BTreeMap<&Difference, Vec<&Finding>> = BTreeMap::new();
        for finding in self.0 {
            groups.entry(&finding.difference).or_default().push(finding);
        }
        for (difference, findings) in groups {
            writeln!(formatter, "{difference}: {} times", findings.len())?;
            for finding in findings.iter().take(SHOWN) {
                let Finding { number, request, straight, through, .. } = finding;
                writeln!(
                    formatter,
                    "  #{number} {request}\n    straight: {straight}\n    through:  {through}"
                )?;
            }
            if findings.len() > SHOWN {
                let others: Vec<_> =
                    findings[SHOWN..].iter().map(|finding| format!("#{}", finding.number)).collect();
                writeln!(formatter, "  and {}", others.join(" "))?;
            }
        }
        Ok(())
    }
}
