//! `keys.toml`: which file of the directory is which key, and in which state. Holds no secret.

use std::{
    fmt::Write as _,
    path::Path,
    time::{Duration, SystemTime},
};

use super::{KeyAlgorithm, KeyState};
use crate::config::{
    document::{Document, item::Item, section::Section},
    mistakes::Mistakes,
};

pub(super) const FILE: &str = "keys.toml";
/// More than anybody rotates at once; each is tested when it is read.
const MOST: usize = 64;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    pub keys: Vec<KeyEntry>,
    pub refresh: Vec<RefreshEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    pub kid: String,
    pub algorithm: KeyAlgorithm,
    pub state: KeyState,
    /// When it came into this state.
    pub since: SystemTime,
    pub file: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshEntry {
    pub id: u8,
    pub state: KeyState,
    pub since: SystemTime,
    pub file: String,
}

/// An entry beside the place of its file's name, where what is wrong with the file is told.
pub(super) enum Read<'e, 'd> {
    Key(&'e KeyEntry, &'e Item<'d>),
    Refresh(&'e RefreshEntry, &'e Item<'d>),
}

impl Manifest {
    /// What could be read, and everything that is wrong; `judge` looks at the files, and tells where the item stands.
    pub(super) fn read(path: &Path, text: &str, mut judge: impl FnMut(Read<'_, '_>)) -> (Self, Mistakes) {
        let document = Document::read(path, text);
        let mut manifest = Self::default();
        let mut root = document.root();
        if let Some(schema) = root.required("schema", "schema = 1") {
            schema.integer(1..=1);
        }
        let (keys, refresh) = (root.required("key", "[[key]]"), root.required("refresh", "[[refresh]]"));
        for item in keys.iter().flat_map(|item| all(item, "[[key]]")) {
            if let Some((entry, file)) = item.section("[[key]]").and_then(KeyEntry::read) {
                manifest.judge_key(&entry, &item);
                judge(Read::Key(&entry, &file));
                manifest.keys.push(entry);
            }
        }
        for item in refresh.iter().flat_map(|item| all(item, "[[refresh]]")) {
            if let Some((entry, file)) = item.section("[[refresh]]").and_then(RefreshEntry::read) {
                manifest.judge_refresh(&entry, &item);
                judge(Read::Refresh(&entry, &file));
                manifest.refresh.push(entry);
            }
        }
        root.close();
        manifest.judge_whole(keys.as_ref(), refresh.as_ref());
        let mistakes = document.into_result(Some(())).err().unwrap_or_default();
        (manifest, mistakes)
    }

    fn judge_key(&self, entry: &KeyEntry, item: &Item<'_>) {
        if self.keys.iter().any(|earlier| earlier.kid == entry.kid) {
            item.reject(format!("two keys are called `{}`", entry.kid), "keep one of the two");
        }
        if entry.state == KeyState::Active && self.keys.iter().any(|key| key.state == KeyState::Active) {
            let remedy = "one key signs: write `state = \"retiring\"` for the older one";
            item.reject("two keys are active", remedy);
        }
        self.judge_file(&entry.file, item);
    }

    fn judge_refresh(&self, entry: &RefreshEntry, item: &Item<'_>) {
        if self.refresh.iter().any(|earlier| earlier.id == entry.id) {
            item.reject(format!("two refresh keys have the id {}", entry.id), "keep one of the two");
        }
        if entry.state == KeyState::Active && self.refresh.iter().any(|key| key.state == KeyState::Active) {
            let remedy = "new tokens are made with one: write `state = \"retiring\"` for the older one";
            item.reject("two refresh keys are active", remedy);
        }
        self.judge_file(&entry.file, item);
    }

    fn judge_file(&self, file: &str, item: &Item<'_>) {
        if self.files().any(|earlier| earlier == file) {
            item.reject(format!("two keys are in `{file}`"), "give each its own file");
        }
    }

    fn judge_whole(&self, keys: Option<&Item<'_>>, refresh: Option<&Item<'_>>) {
        let remedy = "write `state = \"active\"` for the one that is to be used";
        if let Some(item) = keys.filter(|_| !self.keys.iter().any(|key| key.state == KeyState::Active)) {
            item.reject("no key is active, so nothing could be signed", remedy);
        }
        let active = |key: &RefreshEntry| key.state == KeyState::Active;
        if let Some(item) = refresh.filter(|_| !self.refresh.iter().any(active)) {
            item.reject("no refresh key is active, so no session could begin", remedy);
        }
    }

    /// The names of all files that it names.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let keys = self.keys.iter().map(|entry| entry.file.as_str());
        keys.chain(self.refresh.iter().map(|entry| entry.file.as_str()))
    }

    /// The text of the file; reading it gives the same manifest.
    pub(super) fn text(&self) -> String {
        let mut text =
            "# Which key is in which file; `gateway auth keys` shows and changes it. Holds no secret.\n\
                        schema = 1\n"
                .to_owned();
        for KeyEntry { kid, algorithm, state, since, file } in &self.keys {
            let since = humantime::format_rfc3339_seconds(*since);
            // To write to a text never fails.
            let _ = write!(
                text,
                "\n[[key]]\nkid = \"{kid}\"\nalgorithm = \"{algorithm}\"\nstate = \"{state}\"\n\
                 since = \"{since}\"\nfile = \"{file}\"\n"
            );
        }
        for RefreshEntry { id, state, since, file } in &self.refresh {
            let since = humantime::format_rfc3339_seconds(*since);
            let _ = write!(
                text,
                "\n[[refresh]]\nid = {id}\nstate = \"{state}\"\nsince = \"{since}\"\nfile = \"{file}\"\n"
            );
        }
        text
    }
}

fn all<'d>(item: &Item<'d>, example: &str) -> Vec<Item<'d>> {
    let items = item.list(example).unwrap_or_default();
    if items.len() > MOST {
        item.reject(format!("these are more than {MOST} keys"), "remove what signs and verifies no more");
    }
    items.into_iter().take(MOST).collect()
}

impl KeyEntry {
    fn read(mut section: Section<'_>) -> Option<(Self, Item<'_>)> {
        let kid = section.required("kid", "kid = \"...\"").and_then(|item| plain(&item, "the name of a key"));
        let algorithm = section.required("algorithm", "algorithm = \"ES256\"");
        let algorithm = algorithm.and_then(|item| item.choice("an algorithm of keys", &KeyAlgorithm::ALL));
        let state = section.required("state", "state = \"upcoming\"").and_then(|item| state(&item));
        let since = section.required("since", SINCE).and_then(|item| moment(&item));
        let file = section.required("file", "file = \"key.pem\"");
        let name = file.as_ref().and_then(|item| plain(item, "the name of a file in this directory"));
        section.close();
        let entry = Self { kid: kid?, algorithm: algorithm?, state: state?, since: since?, file: name? };
        Some((entry, file?))
    }
}

impl RefreshEntry {
    fn read(mut section: Section<'_>) -> Option<(Self, Item<'_>)> {
        let id = section.required("id", "id = 1").and_then(|item| item.integer(1..=255));
        let state = section.required("state", "state = \"active\"").and_then(|item| state(&item));
        let since = section.required("since", SINCE).and_then(|item| moment(&item));
        let file = section.required("file", "file = \"refresh-1.key\"");
        let name = file.as_ref().and_then(|item| plain(item, "the name of a file in this directory"));
        section.close();
        let id = u8::try_from(id?).ok()?;
        Some((Self { id, state: state?, since: since?, file: name? }, file?))
    }
}

/// The year 2100: what is later is a slip, and what is far later cannot be written.
const NO_MOMENT: u64 = 4_102_444_800;
const SINCE: &str = "since = \"2026-11-21T10:00:00Z\"";

fn state(item: &Item<'_>) -> Option<KeyState> {
    item.choice("a state of keys", &KeyState::ALL)
}

fn moment(item: &Item<'_>) -> Option<SystemTime> {
    let text = item.text()?;
    let moment = humantime::parse_rfc3339(text).ok();
    // The file has whole seconds, whoever wrote it.
    let moment = moment.and_then(|moment| {
        let since = moment.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
        (since < NO_MOMENT).then(|| SystemTime::UNIX_EPOCH + Duration::from_secs(since))
    });
    if moment.is_none() {
        item.reject(format!("`{text}` is not a moment"), format!("write it as in `{SINCE}`"));
    }
    moment
}

/// Letters, digits, `-`, `_` and `.`, and no way out of the directory.
fn plain(item: &Item<'_>, noun: &str) -> Option<String> {
    let text = item.text()?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if text.is_empty() || text.len() > 200 || text.starts_with('.') || !text.bytes().all(legal) {
        item.reject(format!("`{text}` is not {noun}"), "write letters, digits, `-`, `_` and `.` only");
        return None;
    }
    Some(text.to_owned())
}
