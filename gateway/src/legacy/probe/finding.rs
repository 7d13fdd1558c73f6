//! What one answer of the legacy's means: for the profile, for the lock, or for what the gateway does by itself.

use std::fmt;

use crate::contract::profile::ErrorAnswer;

#[derive(Clone, Debug)]
pub struct Finding {
    /// What it is about, in a word or three.
    pub subject: &'static str,
    /// The request that proves it.
    pub question: String,
    pub answer: String,
    pub verdict: Verdict,
}

#[derive(Clone, Debug)]
pub enum Verdict {
    /// A value of the profile.
    Value(Learned, Worth),
    /// The lock says so too.
    Locked,
    /// The gateway does the same by itself.
    Same,
    /// The lock says something else, which is told.
    Contradiction(String),
    /// What the gateway would do otherwise, and no file can change it.
    Difference(String),
    /// What it is, without anything to compare it with.
    Told(String),
}

/// A key of the profile with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    pub table: Table,
    /// The name in the table, with dots for a section below.
    pub key: &'static str,
    pub value: Content,
}

/// Those of the profile that a probe learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    Errors,
    Json,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Text(String),
    Number(i64),
    Answer(ErrorAnswer),
}

/// What a learned value is to what the gateway would do without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worth {
    /// The profile says it, or what holds without it.
    Known,
    /// Nothing says anything.
    New,
    /// The profile, or what holds without it, says this instead.
    Contradicts(String),
}

impl Finding {
    pub(super) fn new(
        subject: &'static str,
        (question, answer): (&super::Question, &super::Answer),
        verdict: Verdict,
    ) -> Self {
        Self { subject, question: question.to_string(), answer: answer.to_string(), verdict }
    }

    /// Whether profile or lock say what is not so.
    pub fn contradicts(&self) -> bool {
        matches!(self.verdict, Verdict::Contradiction(_) | Verdict::Value(_, Worth::Contradicts(_)))
    }

    /// A value that is not yet what holds.
    pub fn to_be_written(&self) -> Option<&Learned> {
        match &self.verdict {
            Verdict::Value(learned, Worth::New | Worth::Contradicts(_)) => Some(learned),
            Verdict::Value(_, Worth::Known) => None,
            Verdict::Locked
            | Verdict::Same
            | Verdict::Contradiction(_)
            | Verdict::Difference(_)
            | Verdict::Told(_) => None,
        }
    }
}

impl Table {
    pub fn name(self) -> &'static str {
        match self {
            Self::Errors => "errors",
            Self::Json => "json",
        }
    }
}

impl Learned {
    pub(super) fn error(key: &'static str, value: Content) -> Self {
        Self { table: Table::Errors, key, value }
    }
}

/// As a person looks it up.
impl fmt::Display for Learned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.table.name(), self.key)
    }
}

impl Worth {
    /// Of a value beside the one that holds.
    pub(super) fn of<T: PartialEq>(found: &T, holds: Option<&T>, say: impl FnOnce(&T) -> String) -> Self {
        match holds {
            None => Self::New,
            Some(holds) if holds == found => Self::Known,
            Some(holds) => Self::Contradicts(say(holds)),
        }
    }
}
