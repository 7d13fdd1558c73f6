//! Makes a set of what a directory holds: a whole one whose keys passed their tests, or every mistake at once.

use super::{
    KeySet, OwnKey, RefreshKeys,
    contents::Contents,
    manifest::{self, KeyEntry, Manifest, Read, RefreshEntry},
    material::{self, BadMaterial, Material},
    refresh::RefreshKey,
};
use crate::config::{
    document::item::Item,
    mistakes::{Mistake, Mistakes},
};

#[derive(Debug)]
pub(super) struct Judged {
    pub(super) set: KeySet,
    /// What its owner should know, although it is no mistake.
    pub(super) warnings: Mistakes,
}

impl Judged {
    pub(super) fn of(contents: &Contents, generation: u64) -> Result<Self, Mistakes> {
        let path = contents.manifest_path();
        let text = contents.manifest.as_ref().map_err(|why| {
            Mistakes::from(Mistake::in_file(&path, why, "make keys with `gateway auth keygen`"))
        })?;
        let (mut keys, mut refresh) = (Vec::new(), Vec::new());
        let (manifest, mistakes) = Manifest::read(&path, text, |read| match read {
            Read::Key(entry, file) => keys.extend(own_key(contents, entry, file)),
            Read::Refresh(entry, file) => refresh.extend(refresh_key(contents, entry, file)),
        });
        mistakes.into_result(())?;
        let refresh = RefreshKeys::new(refresh).ok_or_else(|| {
            let remedy = "make one with `gateway auth keygen --refresh`";
            Mistakes::from(Mistake::in_file(&path, "names no active refresh key", remedy))
        })?;
        let warnings = unlisted(contents, &manifest);
        Ok(Self { set: KeySet::new(generation, keys, refresh, contents.fingerprint()), warnings })
    }
}

fn own_key(contents: &Contents, entry: &KeyEntry, file: &Item<'_>) -> Option<OwnKey> {
    let text = listed(contents, &entry.file, file)?;
    let parsed = Material::parse(entry.algorithm, text);
    let material = parsed.map_err(|bad| told(&entry.file, &bad, file)).ok()?;
    if let Some(public) = material.public()
        && public.thumbprint() != entry.kid
    {
        let what = format!("`{}` holds another key than `{}`", entry.file, entry.kid);
        let remedy = format!("write `kid = \"{}\"`, or put the right file back", public.thumbprint());
        file.reject(what, remedy);
        return None;
    }
    let key = OwnKey::new(entry.clone(), material);
    if !key.passes_its_test() {
        let what = format!("`{}` does not verify what it signs", entry.file);
        file.reject(what, "make another key with `gateway auth keygen`");
        return None;
    }
    Some(key)
}

fn refresh_key(contents: &Contents, entry: &RefreshEntry, file: &Item<'_>) -> Option<RefreshKey> {
    let text = listed(contents, &entry.file, file)?;
    let secret = material::secret(text).map_err(|bad| told(&entry.file, &bad, file)).ok()?;
    Some(RefreshKey::new(entry.clone(), &secret))
}

fn told(name: &str, bad: &BadMaterial, file: &Item<'_>) {
    file.reject(format!("`{name}` {bad}"), bad.remedy());
}

fn listed<'c>(contents: &'c Contents, name: &str, file: &Item<'_>) -> Option<&'c str> {
    let remedy = "put the file back, or take its key out of the list";
    contents.file(name).map_err(|why| file.reject(format!("`{name}` {why}"), remedy)).ok()
}

/// A key that nobody lists signs and verifies nothing, which its owner may not have meant.
fn unlisted(contents: &Contents, manifest: &Manifest) -> Mistakes {
    let mut warnings = Mistakes::default();
    for name in contents.names().filter(|name| !manifest.files().any(|listed| listed == *name)) {
        let what = format!("is a key that {} does not list: it is not used", manifest::FILE);
        let remedy = "remove it, unless somebody is about to list it";
        warnings.push(Mistake::in_file(&contents.directory.join(name), what, remedy));
    }
    warnings
}
