//! Hashes of new passwords: in the form that the legacy reads, or in the one to be had today.

mod scheme;

use argon2::{Algorithm, Version};
use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use super::{
    NewHash, PasswordRules, Salt, SideHash, StoredPassword, Transform, Unusable,
    arena::Arena,
    fingerprint,
    scheme::{self as schemes, Argon2Cost, OF_BCRYPT},
    template::hex,
};

pub use scheme::{BadNewScheme, NewScheme};

/// Why there is no hash of a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotHashed {
    /// Longer than bcrypt reads, where the legacy raises over that.
    TooLong,
    /// crypt(3) would end there.
    Nul,
    NoRandomness,
    Parameters,
}

pub(super) fn new(
    rules: &PasswordRules,
    password: &[u8],
    companion: Option<String>,
    arena: &mut Arena,
) -> Result<NewHash, NotHashed> {
    let companion = match (rules.companion(), companion) {
        (None, _) => None,
        (Some(_), Some(given)) => Some(given),
        (Some(_), None) => Some(salt_text(rules)?),
    };
    let transformed =
        rules.transform.apply(password, companion.as_deref()).map_err(|_| NotHashed::Parameters)?;
    let hash = match (&rules.new, &rules.template) {
        (NewScheme::Template, Some(template)) => {
            let salt = match (&rules.salt, &companion) {
                (None, _) => String::new(),
                (Some(Salt::Column(_)), Some(companion)) => companion.clone(),
                (Some(_), _) => salt_text(rules)?,
            };
            let text = String::from_utf8(template.text(&transformed, salt.as_bytes()));
            let text = text.map_err(|_| NotHashed::Parameters)?;
            match &rules.salt {
                Some(Salt::Before(by)) => format!("{salt}{by}{text}"),
                Some(Salt::After(by)) => format!("{text}{by}{salt}"),
                Some(Salt::Column(_)) | None => text,
            }
        }
        (scheme, _) => by_scheme(*scheme, rules, &transformed, arena)?,
    };
    Ok(NewHash { hash, companion })
}

/// Nothing where there is no legacy hash for it to stand beside.
pub(super) fn beside(
    rules: &PasswordRules,
    stored: &StoredPassword,
    password: &[u8],
    arena: &mut Arena,
) -> Result<Option<SideHash>, NotHashed> {
    let Some(hash) = &stored.hash else { return Ok(None) };
    // Transformed as for the column, into which it goes one day.
    let transformed = rules.transform.apply(password, stored.companion.as_deref());
    let Ok(transformed) = transformed else { return Ok(None) };
    // Of these only the beginning counts: a hash of all of it would refuse what the legacy lets in.
    if schemes::Scheme::read(hash).ok().flatten().is_some_and(|scheme| scheme.cuts(&transformed, rules.long))
    {
        return Ok(None);
    }
    let phc = argon2id(Argon2Cost::default(), &transformed, arena)?;
    Ok(Some(SideHash { phc, legacy_fp: fingerprint(hash).to_vec() }))
}

fn by_scheme(
    scheme: NewScheme,
    rules: &PasswordRules,
    password: &[u8],
    arena: &mut Arena,
) -> Result<String, NotHashed> {
    let parameters = NotHashed::Parameters;
    match scheme {
        NewScheme::Argon2id(cost) => argon2id(cost, password, arena),
        NewScheme::Bcrypt(cost) => {
            schemes::bcrypt_fresh(cost, random()?, password, rules.long).ok_or(NotHashed::TooLong)
        }
        NewScheme::BcryptSha256(cost) => {
            schemes::bcrypt_sha256_fresh(cost, random()?, password).ok_or(parameters)
        }
        NewScheme::Pbkdf2(digest, rounds) => Ok(schemes::pbkdf2_fresh(digest, rounds, random()?, password)),
        NewScheme::Scrypt(cost) => schemes::scrypt_fresh(cost, random()?, password).ok_or(parameters),
        NewScheme::ShaCrypt(..) if password.contains(&0) => Err(NotHashed::Nul),
        NewScheme::ShaCrypt(digest, rounds) => {
            schemes::sha_crypt_fresh(digest, rounds, random()?, password).map_err(|_| parameters)
        }
        NewScheme::Template => Err(parameters),
    }
}

fn argon2id(cost: Argon2Cost, password: &[u8], arena: &mut Arena) -> Result<String, NotHashed> {
    let hasher =
        cost.hasher(Algorithm::Argon2id, Version::V0x13, 32).map_err(|_: Unusable| NotHashed::Parameters)?;
    let (salt, mut output): ([u8; 16], _) = (random()?, [0; 32]);
    arena
        .with_blocks(hasher.params().block_count(), |blocks| {
            hasher.hash_password_into_with_memory(password, &salt, &mut output, blocks)
        })
        .map_err(|_| NotHashed::Parameters)?;
    let Argon2Cost { kib, passes, lanes } = cost;
    let shown = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
    Ok(format!("$argon2id$v=19$m={kib},t={passes},p={lanes}${}${}", shown(&salt), shown(&output)))
}

/// For a column of its own: as `bcrypt.gensalt()` writes it where bcrypt's salt was used as text, else as
/// `secrets.token_hex()`.
fn salt_text(rules: &PasswordRules) -> Result<String, NotHashed> {
    let salt = random::<16>()?;
    Ok(match (&rules.transform, rules.new) {
        (Transform::Prefix(_) | Transform::Suffix(_), NewScheme::Bcrypt(cost)) => {
            format!("$2b${cost:02}${}", OF_BCRYPT.encode(salt))
        }
        _ => hex(&salt),
    })
}

fn random<const N: usize>() -> Result<[u8; N], NotHashed> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| NotHashed::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
