//! How many hashes are of which form, and what the mapping says because of that.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use crate::auth::password::{NewScheme, Recognised, SaltBeside};

#[derive(Default)]
pub(super) struct Forms {
    counts: BTreeMap<Recognised, usize>,
}

/// A form, by what may be told of it, and how many hashes of the sample are of it.
#[derive(Clone, Debug, Serialize)]
pub struct CountedForm {
    pub form: String,
    pub count: usize,
}

impl Forms {
    pub(super) fn add(&mut self, hash: Option<&str>) {
        *self.counts.entry(Recognised::of(hash)).or_default() += 1;
    }

    fn count(&self, is_one: impl Fn(&Recognised) -> bool) -> usize {
        self.counts.iter().filter(|(form, _)| is_one(form)).map(|(_, count)| count).sum()
    }

    /// Rows that hold something.
    pub(super) fn filled(&self) -> usize {
        self.count(|form| *form != Recognised::Empty)
    }

    pub(super) fn known(&self) -> usize {
        self.count(|form| matches!(form, Recognised::Known(_)))
    }

    pub(super) fn bare(&self) -> usize {
        self.count(|form| matches!(form, Recognised::Bare { .. }))
    }

    pub(super) fn foreign(&self) -> usize {
        self.count(|form| matches!(form, Recognised::Foreign(_)))
    }

    /// What nobody can log in with.
    pub(super) fn unreadable(&self) -> usize {
        self.count(|form| matches!(form, Recognised::Spoiled | Recognised::Unknown | Recognised::Foreign(_)))
    }

    /// Whether these are hashes at all: text that people wrote is of no form.
    pub(super) fn are_hashes(&self) -> bool {
        10 * (self.known() + self.bare() + self.foreign()) >= 9 * self.filled()
    }

    /// The most frequent form in which new hashes can be written: what the legacy reads for certain.
    pub(super) fn for_new(&self) -> Option<NewScheme> {
        let writable = self.counts.iter().filter_map(|(form, count)| match form {
            Recognised::Known(label) => Some((count, label.parse().ok()?)),
            Recognised::Bare { .. }
            | Recognised::Foreign(_)
            | Recognised::Empty
            | Recognised::Spoiled
            | Recognised::Unknown => None,
        });
        writable.max_by_key(|(count, _)| **count).map(|(_, scheme)| scheme)
    }

    /// The form of most digests that do not say how they were made, where these are all there are.
    pub(super) fn template(&self) -> Option<(&'static str, SaltBeside)> {
        let bare = self.counts.iter().filter_map(|(form, count)| match form {
            Recognised::Bare { digest, salt } => Some((count, (*digest, *salt))),
            Recognised::Known(_)
            | Recognised::Foreign(_)
            | Recognised::Empty
            | Recognised::Spoiled
            | Recognised::Unknown => None,
        });
        (self.bare() > self.known()).then(|| bare.max_by_key(|(count, _)| **count).map(|(_, found)| found))?
    }

    /// All of them, the most frequent first.
    pub(super) fn counted(&self) -> Vec<CountedForm> {
        let mut counts: Vec<_> = self.counts.iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let counted = |(form, count): (&Recognised, &usize)| CountedForm { form: shown(form), count: *count };
        counts.into_iter().map(counted).collect()
    }
}

fn shown(form: &Recognised) -> String {
    match form {
        Recognised::Known(label) => label.clone(),
        Recognised::Bare { digest, salt: SaltBeside::None } => format!("a bare {digest}"),
        Recognised::Bare { digest, salt: SaltBeside::Before(by) } => {
            format!("a salt, `{by}` and a bare {digest}")
        }
        Recognised::Bare { digest, salt: SaltBeside::After(by) } => {
            format!("a bare {digest}, `{by}` and a salt")
        }
        Recognised::Foreign(name) => (*name).to_owned(),
        Recognised::Empty => "none".to_owned(),
        Recognised::Spoiled => "spoiled".to_owned(),
        Recognised::Unknown => "of no known form".to_owned(),
    }
}

impl fmt::Display for Forms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told: Vec<_> =
            self.counted().iter().map(|CountedForm { form, count }| format!("{count} {form}")).collect();
        formatter.write_str(&told.join(", "))
    }
}
