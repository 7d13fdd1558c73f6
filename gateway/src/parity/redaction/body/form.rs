//! `a=1&b=two+words`, in a form and in the query of a target.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::super::{
    Redactor,
    names::{self, Says},
    policy::Mode,
    text::{How, Replaced},
    wrapping::form_of,
};

impl Redactor {
    pub(super) fn form(&mut self, text: &str, at: &str) -> Option<String> {
        let at = at.replace("body", "form");
        let how = How::of(self.policy.mode);
        self.pairs(
            text,
            how,
            |redactor, name, class| {
                redactor.note(format!("{at} {name}"), class);
            },
            |_, _| false,
        )
    }

    /// What stands for the pairs, if something of them is replaced.
    pub(in crate::parity::redaction) fn pairs(
        &mut self,
        text: &str,
        how: How,
        mut noted: impl FnMut(&mut Self, &str, &str),
        keeps: impl Fn(&Self, &str) -> bool,
    ) -> Option<String> {
        let mut changed = false;
        let mut replaced = Vec::new();
        for pair in text.split('&') {
            let (raw_name, raw_value) =
                pair.split_once('=').map_or((pair, None), |(name, value)| (name, Some(value)));
            let name = plain(raw_name);
            if keeps(self, &name) {
                replaced.push(Cow::Borrowed(pair));
                continue;
            }
            let other_name = self.pair_name(&name, raw_value.is_some(), how);
            let written = other_name
                .as_ref()
                .map_or_else(|| raw_name.to_owned(), |other| form_of(&other.text, raw_name));
            let value = raw_value.and_then(|raw| self.pair_value(&name, raw, how));
            if value.is_none() && other_name.is_none() {
                replaced.push(Cow::Borrowed(pair));
                continue;
            }
            changed = true;
            let shown = other_name.as_ref().map_or(name.as_ref(), |other| other.text.as_str());
            let class = value.as_ref().map(|(_, class)| class.clone());
            noted(self, shown, &class.unwrap_or_else(|| "text".to_owned()));
            replaced.push(Cow::Owned(match (value, raw_value) {
                (Some((value, _)), _) => format!("{written}={value}"),
                (None, Some(raw)) => format!("{written}={raw}"),
                (None, None) => written,
            }));
        }
        changed.then(|| replaced.join("&"))
    }

    /// A name without a value is one itself.
    fn pair_name(&mut self, name: &str, has_value: bool, how: How) -> Option<Replaced> {
        if has_value && names::is_identifier(name) && !self.pseudonyms.knows(name) {
            return None;
        }
        self.text(name, how)
    }

    fn pair_value(&mut self, name: &str, raw: &str, how: How) -> Option<(String, String)> {
        let value = plain(raw);
        let forced = match names::says(name, &self.policy.sensitive) {
            Says::Secret => Some("name"),
            Says::Personal if self.policy.mode == Mode::Strict => Some("name"),
            Says::Personal | Says::Nothing => how.forced,
        };
        let replaced = self.text(&value, How { forced, ..how })?;
        Some((form_of(&replaced.text, raw), replaced.class))
    }
}

fn plain(raw: &str) -> String {
    let spaced = raw.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
