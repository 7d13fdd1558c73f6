//! How the legacy keeps passwords, as `legacy.toml` says it.

use strum::{Display, EnumString};

use super::{NewScheme, Salt, Template, Transform};

/// What of `[legacy.users]` concerns the hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasswordRules {
    /// What happens to a password before it is hashed.
    pub transform: Transform,
    /// For hashes that do not say themselves how they were made.
    pub template: Option<Template>,
    /// Where the template's salt stands.
    pub salt: Option<Salt>,
    pub long: Long,
    /// The form in which a new password is written to the legacy's column.
    pub new: NewScheme,
}

/// What happens to a password of more than the 72 bytes that bcrypt reads.
#[derive(Clone, Copy, Debug, Default, Display, EnumString, PartialEq, Eq)]
#[strum(serialize_all = "snake_case")]
pub enum Long {
    /// As bcrypt for Python does since version 5: it raises, so nobody logs in.
    #[default]
    Refuse,
    /// As it did before, and as passlib does.
    Truncate,
}

impl PasswordRules {
    /// The column beside the hash that has to be read with it.
    pub fn companion(&self) -> Option<&str> {
        self.transform.column().or_else(|| self.salt.as_ref()?.column())
    }

    /// All that cannot be meant; empty when the rules fit together.
    pub fn contradictions(&self) -> Vec<&'static str> {
        let salted = self.template.as_ref().is_some_and(Template::uses_salt);
        let found = [
            (
                salted && self.salt.is_none(),
                "the template uses a salt, and `salt` does not say where it stands",
            ),
            (!salted && self.salt.is_some(), "`salt` is set, and no template uses one"),
            (
                self.template.is_some() && self.transform != Transform::None,
                "`transform` and `template` are both set: write the transform into the template",
            ),
            (
                self.new == NewScheme::Template && self.template.is_none(),
                "`new` is \"template\", and there is no template",
            ),
        ];
        found.into_iter().filter_map(|(is_so, said)| is_so.then_some(said)).collect()
    }
}
