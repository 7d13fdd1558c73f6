//! Reads a directory of keys through its manifest: a whole set that passed its tests, or every mistake at once.

use std::{fs, io, path::Path};

use super::{
    KeySet, OwnKey, RefreshKeys,
    manifest::{self, KeyEntry, Manifest, Read, RefreshEntry},
    material::{self, BadMaterial, Material},
    refresh::RefreshKey,
};
use crate::config::{
    document::item::Item,
    mistakes::{Mistake, Mistakes},
};

/// A PEM file of the longest RSA key has seven thousand.
const LONGEST_FILE: u64 = 64 << 10;

#[derive(Debug)]
pub(super) struct Found {
    pub(super) set: KeySet,
    pub(super) warnings: Mistakes,
}

pub(super) fn read(directory: &Path, generation: u64) -> Result<Found, Mistakes> {
    let path = directory.join(manifest::FILE);
    let text = content(&path).map_err(|why| {
        let remedy = "make keys with `gateway auth keygen`";
        Mistakes::from(Mistake::in_file(&path, why, remedy))
    })?;
    let (mut keys, mut refresh) = (Vec::new(), Vec::new());
    let (manifest, mistakes) = Manifest::read(&path, &text, |read| match read {
        Read::Key(entry, file) => keys.extend(own_key(directory, entry, file)),
        Read::Refresh(entry, file) => refresh.extend(refresh_key(directory, entry, file)),
    });
    mistakes.into_result(())?;
    let remedy = "put back the files that `gateway auth keygen` wrote";
    let refresh = RefreshKeys::new(refresh)
        .ok_or_else(|| Mistakes::from(Mistake::in_file(&path, "names no refresh key", remedy)))?;
    let warnings = unlisted(directory, &manifest);
    Ok(Found { set: KeySet::new(generation, keys, refresh), warnings })
}

fn own_key(directory: &Path, entry: &KeyEntry, file: &Item<'_>) -> Option<OwnKey> {
    let text = listed(directory, &entry.file, file)?;
    let material =
        Material::parse(entry.algorithm, &text).map_err(|bad| told(&entry.file, &bad, file)).ok()?;
    if let Some(public) = material.public()
        && public.thumbprint() != entry.kid
    {
        let what = format!("`{}` holds another key than `{}`", entry.file, entry.kid);
        let remedy = format!("write `kid = \"{}\"`, or put the right file back", public.thumbprint());
        file.reject(what, remedy);
        return None;
    }
    let key = OwnKey::new(&entry.kid, entry.algorithm, entry.state, entry.since, material);
    if !key.passes_its_test() {
        let what = format!("`{}` does not verify what it signs", entry.file);
        file.reject(what, "make another key with `gateway auth keygen`");
        return None;
    }
    Some(key)
}

fn refresh_key(directory: &Path, entry: &RefreshEntry, file: &Item<'_>) -> Option<RefreshKey> {
    let text = listed(directory, &entry.file, file)?;
    let secret = material::secret(&text).map_err(|bad| told(&entry.file, &bad, file)).ok()?;
    Some(RefreshKey::new(entry.id, entry.state, &secret))
}

fn told(name: &str, bad: &BadMaterial, file: &Item<'_>) {
    file.reject(format!("`{name}` {bad}"), bad.remedy());
}

fn listed(directory: &Path, name: &str, file: &Item<'_>) -> Option<String> {
    content(&directory.join(name))
        .map_err(|why| {
            file.reject(format!("`{name}` {why}"), "put the file back, or take the key out of the list")
        })
        .ok()
}

fn content(path: &Path) -> Result<String, String> {
    let told = |error: io::Error| match error.kind() {
        io::ErrorKind::InvalidData => "is not text".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    if fs::metadata(path).map_err(told)?.len() > LONGEST_FILE {
        return Err("is far too long".to_owned());
    }
    fs::read_to_string(path).map_err(told)
}

/// A key that nobody lists signs and verifies nothing, which its owner may not have meant.
fn unlisted(directory: &Path, manifest: &Manifest) -> Mistakes {
    let mut warnings = Mistakes::default();
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for name in entries.filter_map(|entry| entry.file_name().into_string().ok()) {
        let is_key = [".pem", ".key"].iter().any(|end| name.ends_with(end));
        if is_key && !manifest.files().any(|listed| listed == name) {
            let what = format!("is a key that {} does not list: it is not used", manifest::FILE);
            let remedy = "remove it, unless somebody is about to list it";
            warnings.push(Mistake::in_file(&directory.join(name), what, remedy));
        }
    }
    warnings
}
