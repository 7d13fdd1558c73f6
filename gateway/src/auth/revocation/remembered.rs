//! What was taken back, in memory: sessions, single tokens, and all of a user's up to a moment.

use std::{
    collections::HashMap,
    io::Write,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use uuid::Uuid;

use super::Retention;
use crate::auth::{Subject, Verified};

/// In `user_epoch`, the tokens of everybody: no user's key is empty.
pub(super) const EVERYBODY: &str = "";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Good,
    Revoked,
}

/// Half of a SHA-256 is as hard to meet by chance, and to meet on purpose nobody can.
pub(super) type Digest = [u8; 16];

#[derive(Default)]
pub(super) struct Remembered {
    /// With the second of their end.
    sessions: HashMap<Uuid, u32>,
    /// With the second from which on they would be refused anyway.
    tokens: HashMap<Digest, u32>,
    users: HashMap<Box<str>, Epoch>,
    /// What this gateway was told while what is old is sorted out beside it.
    meanwhile: Option<Vec<Taken>>,
}

/// From when on a user's tokens count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Epoch {
    pub(super) not_before: SystemTime,
    /// The one session that goes on.
    pub(super) keeps: Option<Uuid>,
    pub(super) changed_at: SystemTime,
}

impl Epoch {
    /// A token that does not say since when it is one is as old as can be.
    fn ends(&self, token: &Verified) -> bool {
        let goes_on = self.keeps.is_some() && self.keeps == token.session;
        !goes_on && token.issued_at.is_none_or(|issued_at| issued_at < self.not_before)
    }
}

/// One row of what the database has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Session { id: Uuid, at: SystemTime },
    Token { digest: Digest, until: SystemTime },
    User { key: String, epoch: Epoch },
}

impl Remembered {
    pub(super) fn judge(&self, token: &Verified) -> Standing {
        let is_over =
            || !self.users.is_empty() && self.epoch(&token.subject).is_some_and(|it| it.ends(token));
        if is_over() { Standing::Revoked } else { self.judge_unnamed(token) }
    }

    /// By what is known of the token itself, and of everybody's.
    pub(super) fn judge_unnamed(&self, token: &Verified) -> Standing {
        let is_over = token.session.is_some_and(|session| self.sessions.contains_key(&session))
            || token.digest.is_some_and(|digest| self.tokens.contains_key(&short(&digest)))
            || self.users.get(EVERYBODY).is_some_and(|epoch| epoch.ends(token));
        if is_over { Standing::Revoked } else { Standing::Good }
    }

    /// Without writing the key of each request into memory of its own.
    fn epoch(&self, subject: &Subject) -> Option<&Epoch> {
        match subject {
            // A token may spell an id otherwise than the table of users has it.
            Subject::Text(text) => {
                let spelt = || self.epoch(&Subject::Uuid(text.parse().ok()?));
                self.users.get(text.as_str()).or_else(spelt)
            }
            Subject::Uuid(id) => self.users.get(&*id.hyphenated().encode_lower(&mut Uuid::encode_buffer())),
            Subject::Int(id) => {
                let mut digits = [0; 20];
                let mut rest = &mut digits[..];
                write!(rest, "{id}").ok()?;
                let unused = rest.len();
                let text = std::str::from_utf8(&digits[..digits.len() - unused]).ok()?;
                self.users.get(text)
            }
        }
    }

    pub(super) fn add(&mut self, taken: impl IntoIterator<Item = Taken>) {
        for taken in taken {
            match taken {
                Taken::Session { id, at } => {
                    self.sessions.insert(id, seconds(at));
                }
                Taken::Token { digest, until } => {
                    self.tokens.insert(digest, seconds(until));
                }
                Taken::User { key, epoch } => {
                    // A look that began before a logout here may end after it, with what was stored before.
                    let is_older = |known: &Epoch| known.not_before > epoch.not_before;
                    if !self.users.get(key.as_str()).is_some_and(is_older) {
                        self.users.insert(key.into(), epoch);
                    }
                }
            }
        }
    }

    /// What somebody else than the follower knows.
    pub(super) fn tell(&mut self, taken: Taken) {
        if let Some(meanwhile) = &mut self.meanwhile {
            meanwhile.push(taken.clone());
        }
        self.add([taken]);
    }

    /// From here on what is told is kept aside as well, until `replace`.
    pub(super) fn begin_sweep(&mut self) {
        self.meanwhile = Some(Vec::new());
    }

    /// By what `without` has made of it since `begin_sweep`.
    pub(super) fn replace(&mut self, mut kept: Self) {
        kept.add(self.meanwhile.take().unwrap_or_default());
        *self = kept;
    }

    /// What no token can be of any more, by the clock of the database.
    pub(super) fn without(&self, now: SystemTime, retention: Retention) -> Self {
        let past = |time: Duration| now.checked_sub(time).unwrap_or(UNIX_EPOCH);
        let (ended, changed) = (seconds(past(retention.sessions)), retention.users.map(past));
        let now = seconds(now);
        let sessions = self.sessions.iter().filter(|(_, at)| **at >= ended);
        let tokens = self.tokens.iter().filter(|(_, until)| **until >= now);
        let users = self.users.iter().filter(|(_, epoch)| changed.is_none_or(|at| epoch.changed_at >= at));
        Self {
            sessions: sessions.map(|(id, at)| (*id, *at)).collect(),
            tokens: tokens.map(|(digest, until)| (*digest, *until)).collect(),
            users: users.map(|(key, epoch)| (key.clone(), *epoch)).collect(),
            meanwhile: None,
        }
    }

    pub(super) fn sizes(&self) -> (usize, usize, usize) {
        (self.sessions.len(), self.tokens.len(), self.users.len())
    }
}

pub(super) fn short(digest: &[u8; 32]) -> Digest {
    let mut short = Digest::default();
    short.copy_from_slice(&digest[..size_of::<Digest>()]);
    short
}

/// What lies beyond what can be written stays for ever.
fn seconds(moment: SystemTime) -> u32 {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    u32::try_from(since.as_secs()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
