//! Whose certificates a legacy at `https://` may show.

use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::{
    reader::{Reader, Told},
    setting::LEGACY_CA_FILE,
};
use crate::legacy::trust::LegacyTrust;

pub(super) fn read(reader: &mut Reader<'_>) -> Result<LegacyTrust, Told> {
    let Some(found) = reader.find(&LEGACY_CA_FILE)? else { return Ok(LegacyTrust::default()) };
    let remedy = "name a PEM file that this process may read, or remove it to trust the system's authorities";
    let text = match std::fs::read(&found.value) {
        Ok(text) => text,
        Err(error) => {
            let what = format!("`{}` cannot be read: {error}", found.value);
            return Err(reader.refuse(&LEGACY_CA_FILE, &found.name, what, remedy));
        }
    };
    let named = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>().unwrap_or_default();
    if named.is_empty() {
        let what = format!("`{}` holds no certificate in PEM form", found.value);
        return Err(reader.refuse(&LEGACY_CA_FILE, &found.name, what, remedy));
    }
    Ok(LegacyTrust::only(named))
}
