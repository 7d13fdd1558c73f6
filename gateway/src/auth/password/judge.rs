//! Whether a password is the stored one: a function of the two, and of how the legacy keeps passwords.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::{Form, PasswordRules, StoredPassword, Template, Unusable, arena::Arena, scheme::Scheme};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// `outdated`: a hash made today would be better.
    Right {
        outdated: bool,
    },
    Wrong,
    /// No password would be right.
    Unusable(Unusable),
}

impl Verdict {
    pub fn is_right(self) -> bool {
        matches!(self, Self::Right { .. })
    }
}

enum Known<'h> {
    Scheme(Scheme<'h>),
    Template { template: &'h Template, hash: &'h str, salt: &'h str },
}

impl<'h> Known<'h> {
    fn read(rules: &'h PasswordRules, stored: &'h StoredPassword) -> Result<Self, Unusable> {
        let hash = stored.counting().filter(|hash| !hash.is_empty()).ok_or(Unusable::Absent)?;
        let Some(template) = &rules.template else {
            return match Scheme::read(hash)? {
                Some(scheme) => Ok(Self::Scheme(scheme)),
                None if hash.starts_with(['!', '*']) => Err(Unusable::Disabled),
                None => Err(Unusable::Unknown),
            };
        };
        if hash.starts_with('$')
            && let Ok(Some(scheme)) = Scheme::read(hash)
        {
            return Ok(Self::Scheme(scheme));
        }
        if matches!(hash, "!" | "*" | "!!") {
            return Err(Unusable::Disabled);
        }
        let companion = stored.companion.as_deref();
        let (hash, salt) = match &rules.salt {
            Some(salt) => salt.split(hash, companion)?,
            None => (hash, ""),
        };
        Ok(Self::Template { template, hash, salt })
    }

    fn form(&self) -> Form {
        match self {
            Self::Scheme(scheme) => scheme.form(),
            Self::Template { .. } => Form::Template,
        }
    }
}

/// Before anything is computed.
pub(super) fn readable(rules: &PasswordRules, stored: &StoredPassword) -> Result<Form, Unusable> {
    rules.transform.apply(b"", stored.companion.as_deref())?;
    Known::read(rules, stored).map(|known| known.form())
}

pub(super) fn judge(
    rules: &PasswordRules,
    stored: &StoredPassword,
    password: &[u8],
    arena: &mut Arena,
) -> Verdict {
    attempt(rules, stored, password, arena).unwrap_or_else(Verdict::Unusable)
}

fn attempt(
    rules: &PasswordRules,
    stored: &StoredPassword,
    password: &[u8],
    arena: &mut Arena,
) -> Result<Verdict, Unusable> {
    let password = rules.transform.apply(password, stored.companion.as_deref())?;
    let (right, outdated) = match Known::read(rules, stored)? {
        Known::Scheme(scheme) => (scheme.matches(&password, rules.long, arena), !scheme.is_current()),
        Known::Template { template, hash, salt } => (template.matches(&password, salt, hash), true),
    };
    Ok(if right { Verdict::Right { outdated } } else { Verdict::Wrong })
}

impl Template {
    fn matches(&self, password: &[u8], salt: &str, hash: &str) -> bool {
        let computed = self.text(password, salt.as_bytes());
        let hash = if self.is_hex() { hash.to_ascii_lowercase() } else { hash.to_owned() };
        verify_slices_are_equal(&computed, hash.as_bytes()).is_ok()
    }
}

#[cfg(test)]
mod tests;
