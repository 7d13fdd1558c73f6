//! What may become of a key, and when: the rules of `gateway auth keygen` and `gateway auth keys`, without any file.

use std::time::{Duration, SystemTime};

use super::{KeyEntry, KeyState, Manifest, RefreshEntry};

/// How long what a key has signed is good after it has signed for the last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    pub access: Duration,
    pub refresh: Duration,
}

/// What was done, so that it can be told.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// The new state, and which key it replaced in it.
    Now(KeyState, Option<String>),
    Already(KeyState),
}

#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("no key is called `{kid}`; there are: {known}")]
    NoSuchKey { kid: String, known: String },
    #[error("`{0}` is active: make another one active first, which retires it")]
    Signs(String),
    #[error(
        "`{kid}` may have signed tokens that are good until {until}: wait, or add `--now` to refuse them from then on"
    )]
    TooEarly { kid: String, until: humantime::Rfc3339Timestamp },
    #[error("all 255 ids of refresh keys are taken: remove one that retires")]
    NoId,
}

/// A key by its name in lists and on the command line: its kid, or `refresh-1`.
enum Named<'m> {
    Key(&'m mut KeyEntry),
    Refresh(&'m mut RefreshEntry),
}

impl RefreshEntry {
    /// No kid is as short.
    pub fn name(&self) -> String {
        format!("refresh-{}", self.id)
    }
}

impl Manifest {
    /// The first key signs at once, because nothing else could; a later one only if that is asked for.
    pub fn add(&mut self, mut entry: KeyEntry, activate: bool) -> Change {
        let kid = entry.kid.clone();
        let is_first = !self.keys.iter().any(|key| key.state == KeyState::Active);
        let since = entry.since;
        entry.state = KeyState::Upcoming;
        self.keys.push(entry);
        if is_first || activate {
            return self.activate(&kid, since).unwrap_or(Change::Already(KeyState::Upcoming));
        }
        Change::Now(KeyState::Upcoming, None)
    }

    pub fn add_refresh(&mut self, mut entry: RefreshEntry, activate: bool) -> Change {
        let name = entry.name();
        let is_first = !self.refresh.iter().any(|key| key.state == KeyState::Active);
        let since = entry.since;
        entry.state = KeyState::Upcoming;
        self.refresh.push(entry);
        if is_first || activate {
            return self.activate(&name, since).unwrap_or(Change::Already(KeyState::Upcoming));
        }
        Change::Now(KeyState::Upcoming, None)
    }

    /// An id that no key has had a moment ago either: a token must not meet another key under the same id.
    pub fn free_refresh_id(&self) -> Result<u8, Refused> {
        let highest = self.refresh.iter().map(|key| key.id).max().unwrap_or(0);
        let after = (highest.saturating_add(1)..=u8::MAX).chain(1..=highest);
        after.into_iter().find(|id| self.refresh.iter().all(|key| key.id != *id)).ok_or(Refused::NoId)
    }

    /// The one that was active retires: it signs no more, and what it has signed stays good.
    pub fn activate(&mut self, name: &str, now: SystemTime) -> Result<Change, Refused> {
        let mut replaced = None;
        match self.find(name)? {
            Named::Key(KeyEntry { state: KeyState::Active, .. })
            | Named::Refresh(RefreshEntry { state: KeyState::Active, .. }) => {
                return Ok(Change::Already(KeyState::Active));
            }
            Named::Key(_) => {
                for key in self.keys.iter_mut().filter(|key| key.state == KeyState::Active) {
                    (key.state, key.since) = (KeyState::Retiring, now);
                    replaced = Some(key.kid.clone());
                }
            }
            Named::Refresh(_) => {
                for key in self.refresh.iter_mut().filter(|key| key.state == KeyState::Active) {
                    (key.state, key.since) = (KeyState::Retiring, now);
                    replaced = Some(key.name());
                }
            }
        }
        self.find(name)?.set(KeyState::Active, now);
        Ok(Change::Now(KeyState::Active, replaced))
    }

    /// Of a key that is not to sign, or to sign no more.
    pub fn retire(&mut self, name: &str, now: SystemTime) -> Result<Change, Refused> {
        let mut named = self.find(name)?;
        match named.state() {
            KeyState::Active => Err(Refused::Signs(name.to_owned())),
            KeyState::Retiring => Ok(Change::Already(KeyState::Retiring)),
            KeyState::Upcoming => {
                named.set(KeyState::Retiring, now);
                Ok(Change::Now(KeyState::Retiring, None))
            }
        }
    }

    /// Takes it out of the list and returns the name of its file. Without an overlap what it has signed ends with it.
    pub fn remove(
        &mut self,
        name: &str,
        overlap: Option<Overlap>,
        now: SystemTime,
    ) -> Result<String, Refused> {
        let (state, since, file, overlap) = match self.find(name)? {
            Named::Key(key) => {
                (key.state, key.since, key.file.clone(), overlap.map(|overlap| overlap.access))
            }
            Named::Refresh(key) => {
                (key.state, key.since, key.file.clone(), overlap.map(|overlap| overlap.refresh))
            }
        };
        match state {
            KeyState::Active => return Err(Refused::Signs(name.to_owned())),
            KeyState::Retiring => {
                let until = since + overlap.unwrap_or_default();
                if until > now {
                    let until = humantime::format_rfc3339_seconds(until);
                    return Err(Refused::TooEarly { kid: name.to_owned(), until });
                }
            }
            KeyState::Upcoming => {}
        }
        self.keys.retain(|key| key.kid != name);
        self.refresh.retain(|key| key.name() != name);
        Ok(file)
    }

    fn find(&mut self, name: &str) -> Result<Named<'_>, Refused> {
        let known = || {
            let kids = self.keys.iter().map(|key| key.kid.clone());
            kids.chain(self.refresh.iter().map(RefreshEntry::name)).collect::<Vec<_>>().join(", ")
        };
        let unknown = Refused::NoSuchKey { kid: name.to_owned(), known: known() };
        if let Some(key) = self.keys.iter_mut().find(|key| key.kid == name) {
            return Ok(Named::Key(key));
        }
        self.refresh.iter_mut().find(|key| key.name() == name).map(Named::Refresh).ok_or(unknown)
    }
}

impl Named<'_> {
    fn state(&self) -> KeyState {
        match self {
            Self::Key(key) => key.state,
            Self::Refresh(key) => key.state,
        }
    }

    fn set(&mut self, to: KeyState, now: SystemTime) {
        let (state, since) = match self {
            Self::Key(key) => (&mut key.state, &mut key.since),
            Self::Refresh(key) => (&mut key.state, &mut key.since),
        };
        (*state, *since) = (to, now);
    }
}
