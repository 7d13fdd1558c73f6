//! What works but should not be: which of it is refused where, in one table.
//!
//! Staging refuses what production refuses, or the first time would be in production. Development warns of the same.
//! What the legacy itself brings is a warning everywhere, until `harden = true` in `legacy.toml` makes it a mistake.

use super::{
    Environment,
    mistakes::{Mistake, Mistakes},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// No database is named at all; development runs one of its own.
    NoDatabase,
    /// The way to the database is neither encrypted nor inside this machine.
    PlainDatabase,
    /// Requests would use the host of Neon's that is for migrations.
    PastThePooler,
    /// A database password that templates come with.
    TutorialPassword,
    /// A signing secret that tutorials print.
    TutorialSecret,
    /// A signing secret under 16 bytes.
    ShortSecret,
    /// A key or a secret in a file that every user of the machine may open.
    OpenKeyFile,
    /// A certificate that clients refuse today: expired, or of tomorrow.
    UntimelyCertificate,
    /// A signing secret of the legacy's under the 32 bytes of RFC 7518.
    LegacySecretBelow32,
    /// The legacy allows every origin, with credentials.
    WildcardCors,
    /// The legacy's tokens live longer than an hour.
    LongLivedTokens,
    /// How long they live is written, but not as a number.
    UnknownLifetime,
    /// New passwords are chosen here, and not compared with those that are known to everybody.
    NoBreachedList,
    /// Two names of one setting with two values.
    TwoNames,
    /// `check` only: `run` would not get the port as things are.
    PortInUse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Silent,
    Warned,
    Refused,
}

use Verdict::{Refused, Silent, Warned};
use Weakness::*;

/// The weakness; in development; in staging and production; anywhere with `harden = true`.
#[rustfmt::skip]
const RULES: [(Weakness, Verdict, Verdict, Verdict); 15] = [
    (NoDatabase,          Silent, Refused, Silent),
    (PlainDatabase,       Warned, Refused, Silent),
    (PastThePooler,       Warned, Warned,  Silent),
    (TutorialPassword,    Silent, Refused, Silent),
    (OpenKeyFile,         Warned, Refused, Silent),
    (UntimelyCertificate, Warned, Warned,  Silent),
    (TutorialSecret,      Warned, Refused, Refused),
    (ShortSecret,         Warned, Refused, Refused),
    (LegacySecretBelow32, Warned, Warned,  Refused),
    (WildcardCors,        Warned, Warned,  Refused),
    (LongLivedTokens,     Warned, Warned,  Refused),
    (UnknownLifetime,     Warned, Warned,  Silent),
    (NoBreachedList,      Silent, Silent,  Warned),
    (TwoNames,            Warned, Warned,  Silent),
    (PortInUse,           Warned, Warned,  Silent),
];

impl Weakness {
    pub fn verdict(self, environment: Environment, harden: bool) -> Verdict {
        let rule = RULES.iter().find(|(weakness, ..)| *weakness == self);
        let (_, development, elsewhere, hardened) = *rule.expect("the table has every weakness");
        let here = if environment.is_development() { development } else { elsewhere };
        if harden { here.max(hardened) } else { here }
    }
}

/// What was found, before it is known how strict to be.
#[derive(Debug, Default)]
pub struct Weaknesses {
    list: Vec<(Weakness, Mistake)>,
}

impl Weaknesses {
    pub fn push(&mut self, weakness: Weakness, told: Mistake) {
        self.list.push((weakness, told));
    }

    /// What is refused joins the mistakes; what is left are the warnings.
    pub fn settle(self, environment: Environment, harden: bool, mistakes: &mut Mistakes) -> Mistakes {
        let mut warnings = Mistakes::default();
        for (weakness, told) in self.list {
            match weakness.verdict(environment, harden) {
                Silent => {}
                Warned => warnings.push(told),
                Refused => mistakes.push(told),
            }
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staging_is_as_strict_as_production_and_hardening_never_softens() {
        for (weakness, ..) in RULES {
            let plain = |environment| weakness.verdict(environment, false);
            assert_eq!(plain(Environment::Staging), plain(Environment::Production), "{weakness:?}");
            assert!(plain(Environment::Development) <= plain(Environment::Production), "{weakness:?}");
            for environment in [Environment::Development, Environment::Staging, Environment::Production] {
                assert!(weakness.verdict(environment, true) >= plain(environment), "{weakness:?}");
            }
        }
    }
}
