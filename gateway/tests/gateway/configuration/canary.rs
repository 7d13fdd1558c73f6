//! No command ever writes a secret, nor a part of one, wherever the secret stands.

use std::{os::unix::fs::PermissionsExt, path::Path};

use compat_tests::sample::Version;

use super::folder;
use crate::house::{Setting, command};

/// How many bytes in a row give a secret away.
const PART: usize = 6;

/// Nothing else that is ever written has six bytes of these in a row.
const SECRETS: [&str; 6] = [
    "Zq7vX2kWp9Lr4Tb8Nm3Hd6Jf1Gs5Cy0Q",
    "xU3oE8aI5zR1wK7mB2nV9cD4fG6hJ0lP",
    "qW1eR2tY3uI4oP5aS6dF7gH8jK9lZ0xC",
    "Mk8jNh7bGv6fCd5xSz4aQw3eRt2yUi1o",
    "7Hy3Kp9Vd2Xf6Zb1Nq5Lw8Tc4Rm0Js-u",
    "short-Bq9w",
];

/// A position of secrets: the `.env`, where `1` to `6` in brackets stand for them and `{}` for the folder.
const POSITIONS: &[&str] = &[
    // All is well.
    "DATABASE_URL=postgresql://u:[1]@localhost/app\nDIRECT_URL=postgresql://u:[2]@localhost/app\nSECRET_KEY=[3]\nJWT_SECRET=[4]",
    "POSTGRES_SERVER=localhost\nPOSTGRES_USER=u\nPOSTGRES_DB=d\nPOSTGRES_PASSWORD=[1]\nSECRET_KEY_FILE={}/key",
    "PGHOST=localhost\nPGUSER=u\nPGDATABASE=d\nPGPASSWORD=[2]\nBETTER_AUTH_SECRET_FILE={}/open",
    // Weak, and in production refused.
    "DATABASE_URL=postgresql://u:[1]@db.example.com/app\nSECRET_KEY=[6]",
    "ENVIRONMENT=local\nDATABASE_URL=postgresql://u:[1]@db.example.com/app\nSECRET_KEY=[6]\nJWT_SECRET=[3]",
    // Malformed, as passwords make URLs.
    "DATABASE_URL=mysql://u:[1]@h/db\nDIRECT_URL=postgresql://u:1/[2]@h/db",
    "DATABASE_URL=postgresql://u:1/d?[1]@h/db\nDIRECT_URL=postgresql://u:1/d#[2]@h/db",
    "DATABASE_URL=postgresql://u:[1]@[2]@h/db\nDIRECT_URL=[3]",
    "DATABASE_URL=postgresql://u@h/db?password=[1]\nDIRECT_URL=postgresql://u:[2]@h/db?sslmode=[3]",
    "DATABASE_URL=postgresql://u:[1]@h\nDIRECT_URL=postgresql://u:[2]@h:x/db",
    // In the wrong place.
    "SECRET_KEY_FILE=[1]\nDATABASE_URL_FILE=/[2]\nPOSTGRES_PASSWORD_FILE=[3]/[4]",
    "SECRET_KEY=[1]\nSECRET_KEY_FILE={}/key\nDATABASE_URL=[2]\nDATABASE_URL_FILE={}/open",
    "GATEWAY_SECRET=[1]\nGATEWAY_LISTN=[2]\nUNRELATED=[3]",
    "LEGACY_URL=http://me:[1]@h\nDATABASE_URL=postgresql://u:[2]@h/db",
    "LEGACY_URL=http://me:[1],http://[2]@h",
    "[1] is no pair\nSECRET_KEY=\"[2]\n'[3]",
    "PGHOST=h\nPGUSER=u\nPGDATABASE=d\nPGPASSWORD=[1]\nPGSSLMODE=on",
    "PGHOST=h:1\nPGPASSWORD=[1]\nPOSTGRES_PASSWORD=[2]",
    "POSTGRES_SERVER=postgresql://u:[1]@h/db\nPOSTGRES_PORT=[2]",
    "PGHOST=//u:[1]@h/db\nPGPORT=[2]\nPGUSER=u\nPGDATABASE=d\nPGSSLMODE=[3]",
    "PGPORT=postgresql://u:[1]@h/db\nPGSSLMODE=[2]",
];

#[test]
fn no_part_of_a_secret_is_ever_written() {
    let setting = Setting::sample(Version::Newest);
    for position in POSITIONS {
        let mut dotenv = (*position).to_owned();
        for (number, secret) in (1..).zip(SECRETS) {
            dotenv = dotenv.replace(&format!("[{number}]"), secret);
        }
        // So that `run` ends by itself, whatever the rest is worth.
        dotenv.push_str("\nGATEWAY_ADMIN_LISTEN=nowhere\n");
        let folder = folder(&setting, "");
        let path = folder.path().to_str().unwrap();
        write(&folder.path().join("key"), SECRETS[4], 0o600);
        write(&folder.path().join("open"), SECRETS[4], 0o644);
        let variables: Vec<(String, String)> = dotenv
            .replace("{}", path)
            .lines()
            .filter_map(|line| line.split_once('='))
            .filter(|(name, _)| !name.contains(' '))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let pairs: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for environment in [&[][..], &pairs] {
            let text = if environment.is_empty() { dotenv.replace("{}", path) } else { String::new() };
            std::fs::write(folder.path().join(".env"), text).unwrap();
            for verb in [&["check"][..], &["check", "--json"], &["run"]] {
                let ended = command(verb, folder.path(), environment);
                assert_eq!(ended.code, Some(2), "{verb:?} {dotenv}\n{}{}", ended.stdout, ended.stderr);
                holds_nothing(&format!("{}{}", ended.stdout, ended.stderr), position);
            }
        }
    }
}

fn write(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

fn holds_nothing(output: &str, position: &str) {
    for secret in SECRETS {
        for at in 0..=secret.len() - PART {
            let part = &secret[at..at + PART];
            assert!(!output.contains(part), "`{part}` of `{secret}` is told for\n{position}\n---\n{output}");
        }
    }
}
