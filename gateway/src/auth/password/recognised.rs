//! Of which form a stored hash is, and what it costs: all that may be told of one, because it tells nothing of the password.

use super::{Unusable, scheme::Scheme};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recognised {
    /// A form that says itself how it was made, as `new` in the profile has it where it can be written there.
    Known(String),
    /// A digest that does not say how it was made: by its length.
    Bare {
        digest: &'static str,
        salt: SaltBeside,
    },
    /// Of a framework whose forms are not read here.
    Foreign(&'static str),
    /// NULL, nothing, or what locks an account.
    Empty,
    /// It costs more than a login is worth, or begins as a known form and does not go on as one.
    Spoiled,
    Unknown,
}

/// Whether a salt stands in the same column, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SaltBeside {
    None,
    Before(char),
    After(char),
}

const FOREIGN: [(&str, &str); 7] = [
    ("pbkdf2_sha256$", "Django's pbkdf2_sha256"),
    ("pbkdf2_sha1$", "Django's pbkdf2_sha1"),
    ("bcrypt_sha256$", "Django's bcrypt_sha256"),
    ("argon2$argon2", "Django's argon2"),
    ("scrypt$", "Django's scrypt"),
    ("scrypt:", "Werkzeug's scrypt"),
    ("pbkdf2:", "Werkzeug's pbkdf2"),
];

impl Recognised {
    pub fn of(hash: Option<&str>) -> Self {
        let Some(hash) = hash.filter(|hash| !hash.is_empty()) else { return Self::Empty };
        match Scheme::read(hash) {
            Ok(Some(_)) => label(hash).map_or(Self::Unknown, Self::Known),
            Ok(None) => beside(hash),
            Err(Unusable::Unknown) => Self::Unknown,
            Err(_) => Self::Spoiled,
        }
    }
}

/// Name and cost, and neither salt nor digest.
fn label(hash: &str) -> Option<String> {
    let Some(rest) = hash.strip_prefix('$') else {
        let end = hash.find(['}', '$'])?;
        return hash.get(..=end).map(str::to_owned);
    };
    let fields: Vec<&str> = rest.split('$').collect();
    let number = |text: &str| text.parse::<u32>().ok();
    Some(match fields.as_slice() {
        ["2a" | "2b" | "2x" | "2y", cost, ..] => format!("bcrypt:{}", number(cost)?),
        ["bcrypt-sha256", costs, ..] => {
            let cost = costs.rsplit(',').next()?;
            format!("bcrypt-sha256:{}", number(cost.strip_prefix("r=").unwrap_or(cost))?)
        }
        [name @ ("argon2id" | "argon2i" | "argon2d"), fields @ ..] => {
            let costs = fields.iter().find(|field| field.starts_with("m="))?;
            format!("{name}:{costs}")
        }
        [name @ ("pbkdf2" | "pbkdf2-sha256" | "pbkdf2-sha512"), rounds, ..] => {
            format!("{name}:{}", number(rounds)?)
        }
        ["scrypt", costs, ..] => format!("scrypt:{costs}"),
        [name @ ("5" | "6"), second, ..] => {
            let name = if *name == "5" { "sha256-crypt" } else { "sha512-crypt" };
            // What crypt(3) does where nothing is said.
            let rounds = second.strip_prefix("rounds=").map_or(Some(5000), number)?;
            format!("{name}:{rounds}")
        }
        _ => return None,
    })
}

fn beside(hash: &str) -> Recognised {
    if let Some((_, name)) = FOREIGN.iter().find(|(prefix, _)| hash.starts_with(prefix)) {
        return Recognised::Foreign(name);
    }
    if let Some(digest) = digest(hash) {
        return Recognised::Bare { digest, salt: SaltBeside::None };
    }
    for by in ['$', ':', '.', '|'] {
        if let Some(digest) = hash.rsplit_once(by).and_then(|(_, last)| digest(last)) {
            return Recognised::Bare { digest, salt: SaltBeside::Before(by) };
        }
        if let Some(digest) = hash.split_once(by).and_then(|(first, _)| digest(first)) {
            return Recognised::Bare { digest, salt: SaltBeside::After(by) };
        }
    }
    // What locks an account, alone or before a hash.
    if hash.starts_with(['!', '*']) { Recognised::Empty } else { Recognised::Unknown }
}

fn digest(text: &str) -> Option<&'static str> {
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text.len() {
        _ if !is_hex => None,
        32 => Some("md5"),
        40 => Some("sha1"),
        64 => Some("sha256"),
        128 => Some("sha512"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hash: &str, expected: &str) {
        let shown = match Recognised::of(Some(hash)) {
            Recognised::Known(label) => label,
            Recognised::Bare { digest, salt } => format!("{digest} {salt:?}"),
            Recognised::Foreign(name) => name.to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(shown, expected, "{hash}");
    }

    #[test]
    fn a_form_is_told_with_its_cost_and_without_the_hash() {
        let (salt, digest) = ("c2FsdHNhbHRzYWx0", "x".repeat(43));
        let rest = format!("{}u{}u", "a".repeat(21), "b".repeat(30));
        check(&format!("$2b$12${rest}"), "bcrypt:12");
        check(&format!("$2y$04${rest}"), "bcrypt:4");
        check(&format!("$argon2id$v=19$m=65536,t=3,p=4${salt}${salt}"), "Spoiled");
        let argon2 = format!("$v=19$m=65536,t=3,p=4${salt}$YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE");
        check(&format!("$argon2id{argon2}"), "argon2id:m=65536,t=3,p=4");
        check(&format!("$argon2i{argon2}"), "argon2i:m=65536,t=3,p=4");
        check(
            "$pbkdf2-sha256$29000$c2FsdA$YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE",
            "pbkdf2-sha256:29000",
        );
        check(&format!("$5$rounds=1000$salt${digest}"), "sha256-crypt:1000");
        check(&format!("$5$salt${digest}"), "sha256-crypt:5000");
        check("{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", "{SHA}");
        check(&format!("sha1$salt${}", "a".repeat(40)), "sha1$");
        check(&format!("$2b$31${rest}"), "Spoiled");
    }

    #[test]
    fn what_does_not_say_how_it_was_made_is_told_by_its_length() {
        check(&"0aF".repeat(22)[..64], "sha256 None");
        check(&"ab".repeat(16), "md5 None");
        check(&format!("pepper${}", "ab".repeat(64)), "sha512 Before('$')");
        check(&format!("{}:salt", "ab".repeat(20)), "sha1 After(':')");
        check("pbkdf2_sha256$600000$salt$hash=", "Django's pbkdf2_sha256");
        check("scrypt:32768:8:1$salt$hash", "Werkzeug's scrypt");
        for locked in ["", "!", "*", "!$2b$12$x"] {
            check(locked, "Empty");
        }
        assert_eq!(Recognised::of(None), Recognised::Empty);
        for other in ["hunter2", "correct horse battery staple", "$unknown$x", "zz"] {
            check(other, "Unknown");
        }
    }
}
