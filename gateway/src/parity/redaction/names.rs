//! What a name says about its value: of members, parameters, cookies, headers and claims, however they are spelled.

/// Opens a door, or stands for somebody where money is moved.
const SECRET: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "pass",
    "secret",
    "secrets",
    "token",
    "tokens",
    "apikey",
    "auth",
    "authorization",
    "authentication",
    "credential",
    "credentials",
    "session",
    "sessionid",
    "sid",
    "jsessionid",
    "phpsessid",
    "csrf",
    "xsrf",
    "csrftoken",
    "csrfmiddlewaretoken",
    "otp",
    "totp",
    "mfa",
    "pin",
    "cvv",
    "cvc",
    "ssn",
    "iban",
    "card",
    "cardnumber",
    "pan",
    "jwt",
    "bearer",
    "signature",
    "nonce",
    "cookie",
    "seed",
    "mnemonic",
    "privatekey",
    "accesskey",
    "secretkey",
    "license",
    "salt",
    "hash",
    "recovery",
    "magic",
    "invite",
];

/// Two words that are secret together.
const PAIRS: &[(&str, &str)] = &[
    ("api", "key"),
    ("private", "key"),
    ("access", "key"),
    ("encryption", "key"),
    ("signing", "key"),
    ("master", "key"),
    ("security", "code"),
    ("verification", "code"),
    ("reset", "code"),
    ("auth", "code"),
    ("backup", "code"),
    ("account", "number"),
    ("routing", "number"),
    ("tax", "id"),
    ("connection", "string"),
    ("client", "ip"),
];

/// Says who somebody is, where a number is not enough to hide.
const PERSONAL: &[&str] = &[
    "email",
    "mail",
    "phone",
    "mobile",
    "fax",
    "telephone",
    "address",
    "street",
    "zip",
    "zipcode",
    "postcode",
    "postal",
    "birth",
    "birthday",
    "birthdate",
    "dob",
    "born",
    "passport",
    "licence",
    "salary",
    "income",
    "latitude",
    "longitude",
    "lat",
    "lon",
    "lng",
    "surname",
    "firstname",
    "lastname",
    "fullname",
    "nationality",
    "gender",
];

/// The last word of a name that tells something about the secret: `token_type`, `password_changed_at`, `session_count`.
const ABOUT: &[&str] = &[
    "type",
    "expires",
    "expiry",
    "exp",
    "at",
    "in",
    "count",
    "length",
    "ttl",
    "age",
    "enabled",
    "required",
    "algorithm",
    "alg",
    "method",
    "scheme",
    "status",
    "limit",
    "policy",
    "version",
    "valid",
    "verified",
    "on",
    "min",
    "max",
];

/// `name` where the name says that the value is secret, for test data too; `personal` where it says who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    Nothing,
    Secret,
    Personal,
}

/// What a name of a member is, as it comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    pub(super) is_identifier: bool,
    pub(super) says: Says,
}

impl Name {
    pub(super) fn of(name: &str, more: &[String]) -> Self {
        Self { is_identifier: is_identifier(name), says: says(name, more) }
    }
}

pub(super) fn says(name: &str, more: &[String]) -> Says {
    if more.iter().any(|other| other.eq_ignore_ascii_case(name)) {
        return Says::Secret;
    }
    // A path, as in an OpenAPI document: what it leads to is described there, and not told.
    if name.contains('/') {
        return Says::Nothing;
    }
    let words = words(name);
    let last_is_about = words.last().is_some_and(|last| ABOUT.contains(&last.as_str())) && words.len() > 1;
    if last_is_about {
        return Says::Nothing;
    }
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_pair = words.windows(2).any(|pair| PAIRS.contains(&(pair[0].as_str(), pair[1].as_str())));
    if any(SECRET) || is_pair {
        return Says::Secret;
    }
    if any(PERSONAL) { Says::Personal } else { Says::Nothing }
}

/// `accessToken`, `access_token`, `X-Access-Token` and `user[access.token]` have the same words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous = ' ';
    for character in name.chars() {
        let begins = character.is_uppercase() && previous.is_lowercase();
        if (begins || !character.is_alphanumeric()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
        previous = character;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a name could be written by a programmer, so that it is no value itself.
pub(super) fn is_identifier(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.$:[]#/ ".contains(&byte);
    name.len() <= 64
        && name.bytes().all(is_plain)
        && (name.is_empty() || name.len() <= 8 || !name.bytes().all(|byte| byte.is_ascii_digit()))
        && (super::detect::spans(name).is_empty() || is_of_words(name))
}

/// `Body_login_auth_login_post`: long, and still nothing but words.
fn is_of_words(name: &str) -> bool {
    let is_vowel = |byte: &u8| b"aeiouy".contains(byte);
    let is_word = |word: &String| {
        word.bytes().all(|byte| byte.is_ascii_lowercase())
            && word.bytes().any(|byte| is_vowel(&byte))
            && !word.as_bytes().windows(4).any(|part| !part.iter().any(is_vowel))
    };
    let words = words(name);
    words.len() > 1 && name.len() >= words.len() * 4 && words.iter().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_of_words_is_no_secret() {
        assert!(is_identifier("Body_login_auth_login_post"));
        for name in ["aK9fQ2xLm4Rt8Zp1Vb6Nw3", "qwrt_plkjhgfd_szxcvbnm_qwrt", "3f8a_91bc_77de_02aa_c4f1_9e3b"]
        {
            assert!(!is_of_words(name), "{name}");
        }
    }

    #[test]
    fn a_name_says_what_its_value_is_however_it_is_spelled() {
        for (name, expected) in [
            ("password", Says::Secret),
            ("newPassword", Says::Secret),
            ("X-API-Key", Says::Secret),
            ("user[access_token]", Says::Secret),
            ("JSESSIONID", Says::Secret),
            ("accountNumber", Says::Secret),
            ("CVV", Says::Secret),
            ("token_type", Says::Nothing),
            ("password_changed_at", Says::Nothing),
            ("expires_in", Says::Nothing),
            ("key", Says::Nothing),
            ("compass", Says::Nothing),
            ("phone", Says::Personal),
            ("homeAddress", Says::Personal),
            ("tenant", Says::Nothing),
            ("/users/me/password", Says::Nothing),
        ] {
            assert_eq!(says(name, &[]), expected, "{name}");
        }
        assert_eq!(says("tenant", &["Tenant".to_owned()]), Says::Secret);
    }
}
