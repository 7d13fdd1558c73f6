//! Reads the keys of the profiles, with every mistake at once: a profile without its key is never served with.

use std::{fs, path::Path};

use super::{key::VerifyingKey, legacy::LegacyTokens};
use crate::{
    config::{
        Secret,
        mistakes::{Mistake, Mistakes},
        open_file, secret,
        weakness::Weaknesses,
    },
    contract::profile::{KeySource, TokenProfile},
};

/// More than any key or secret has.
const LONGEST_FILE: u64 = 64 << 10;

impl LegacyTokens {
    /// Without `LEGACY_JWT_SECRET`, tokens that it would verify are never good: that it is missing is told elsewhere.
    pub fn read(
        profiles: &[TokenProfile],
        from_environment: Option<&Secret>,
        mistakes: &mut Mistakes,
        weaknesses: &mut Weaknesses,
    ) -> Self {
        let with_keys = |profile: &TokenProfile| {
            let keys = match &profile.keys.source {
                KeySource::Environment => from_environment
                    .iter()
                    .map(|secret| {
                        let kid = profile.keys.kids.first().map(String::as_str);
                        VerifyingKey::of_secret(profile.algorithm, Secret::clone(secret), kid)
                    })
                    .collect(),
                KeySource::SecretFiles(files) | KeySource::PublicKeyFiles(files) => {
                    let keys = files.iter().enumerate().map(|(place, file)| {
                        let kid = profile.keys.kids.get(place).map(String::as_str);
                        key(profile, file, kid, weaknesses)
                    });
                    keys.filter_map(|key| mistakes.absorb(key)).collect()
                }
            };
            (profile.clone(), keys)
        };
        Self { profiles: profiles.iter().map(with_keys).collect(), longest: None }
    }
}

fn key(
    profile: &TokenProfile,
    file: &Path,
    kid: Option<&str>,
    weaknesses: &mut Weaknesses,
) -> Result<VerifyingKey, Mistakes> {
    let named = format!("is named by `{}` in `[[legacy.tokens]]`", profile.name);
    let text = content(file).map_err(|why| {
        Mistakes::from(Mistake::in_file(
            file,
            format!("{why}; it {named}"),
            "name a file that this process may read",
        ))
    })?;
    if !profile.algorithm.is_symmetric() {
        return VerifyingKey::of_pem(profile.algorithm, &text, kid)
            .map_err(|bad| Mistake::in_file(file, format!("{bad}; it {named}"), bad.remedy()).into());
    }
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        let what = format!("is empty, so anybody could forge tokens; it {named}");
        let remedy = "write the secret that the legacy signs its tokens with";
        return Err(Mistake::in_file(file, what, remedy).into());
    }
    open_file::judge(file, weaknesses);
    if let Some((weakness, what)) = secret::weakness(text) {
        weaknesses.push(weakness, Mistake::in_file(file, what, secret::REMEDY));
    }
    Ok(VerifyingKey::of_secret(profile.algorithm, Secret::from(text.to_owned()), kid))
}

fn content(file: &Path) -> Result<String, String> {
    let told = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::InvalidData => "is not text".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    if fs::metadata(file).map_err(told)?.len() > LONGEST_FILE {
        return Err("is far too long".to_owned());
    }
    fs::read_to_string(file).map_err(told)
}
