//! The certificate that clients are shown, and its key: both, or neither.

use std::path::PathBuf;

use super::{
    mistakes::{Mistake, Mistakes},
    open_file,
    reader::{Found, Reader, Told},
    setting::{GATEWAY_TLS_CERT, GATEWAY_TLS_KEY, Setting},
    weakness::Weakness,
};
use crate::host::tls::pair::{Files, Pair};

/// With this the public listener speaks TLS, and nothing else.
#[derive(Clone, Debug)]
pub struct TlsConfig {
    pub files: Files,
    /// As the files were at the start.
    pub pair: Pair,
    pub digest: [u8; 32],
}

impl TlsConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Told> {
        let (certificate, key) = (path(reader, &GATEWAY_TLS_CERT), path(reader, &GATEWAY_TLS_KEY));
        let files = match (certificate?, key?) {
            (None, None) => return Ok(None),
            (Some(_), None) => return Err(alone(reader, &GATEWAY_TLS_KEY, &GATEWAY_TLS_CERT)),
            (None, Some(_)) => return Err(alone(reader, &GATEWAY_TLS_CERT, &GATEWAY_TLS_KEY)),
            (Some(certificate), Some(key)) => Files { certificate, key },
        };
        let Some((pair, digest)) = reader.mistakes.absorb(judged(&files)) else { return Err(Told) };
        open_file::judge(&files.key, &mut reader.weaknesses);
        if let Some(untimely) = pair.untimely() {
            let told = Mistake::in_file(&files.certificate, untimely, "have a new one issued");
            reader.weaknesses.push(Weakness::UntimelyCertificate, told);
        }
        Ok(Some(Self { files, pair, digest }))
    }
}

fn path(reader: &mut Reader<'_>, setting: &'static Setting) -> Result<Option<PathBuf>, Told> {
    let Some(Found { name, value, .. }) = reader.find(setting)? else { return Ok(None) };
    if value.contains("-----BEGIN") {
        let remedy = "write the PEM into a file, and set the variable to its path";
        return Err(reader.refuse(
            setting,
            &name,
            "holds the PEM itself, and not the path of a file",
            remedy,
        ));
    }
    Ok(Some(PathBuf::from(value)))
}

fn alone(reader: &mut Reader<'_>, missing: &'static Setting, set: &'static Setting) -> Told {
    let what = format!("is not set, and `{}` is", set.name);
    let remedy = "set both to speak TLS, or neither";
    reader.mistakes.push(Mistake::in_variable(missing.name, what, remedy));
    Told
}

fn judged(files: &Files) -> Result<(Pair, [u8; 32]), Mistakes> {
    let contents = files.read()?;
    Ok((Pair::judge(files, &contents)?, contents.digest()))
}
