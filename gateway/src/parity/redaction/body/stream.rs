//! Bodies of many documents: JSON lines, and server-sent events with JSON or text in them.

use super::super::{Redactor, text::How};

impl Redactor {
    pub(super) fn lines(&mut self, text: &str, at: &str) -> Option<String> {
        self.each_line(text, at, |line| (0, line.len()))
    }

    /// The payload of `data:`, `id:` and comments; the names of events and how long to wait stay if they are harmless.
    pub(super) fn events(&mut self, text: &str, at: &str) -> Option<String> {
        self.each_line(text, at, |line| {
            let start = line.find(':').map_or(0, |colon| colon + 1);
            let start = start + usize::from(line[start..].starts_with(' '));
            (start, line.len())
        })
    }

    fn each_line(
        &mut self,
        text: &str,
        at: &str,
        payload: impl Fn(&str) -> (usize, usize),
    ) -> Option<String> {
        let how = How::of(self.policy.mode);
        let mut changed = false;
        let mut replaced = String::with_capacity(text.len());
        for whole in text.split_inclusive('\n') {
            let line = whole.trim_end_matches(['\r', '\n']);
            let (start, end) = payload(line);
            let inside = &line[start..end];
            let other = if let Some(document) = self.json(inside, how, true) {
                self.note_all(&document.places, at);
                (!document.places.is_empty()).then_some(document.text)
            } else if inside.is_empty() || self.policy.keeps_body() {
                None
            } else {
                let replaced = self.text(inside, How { is_told: true, ..how });
                replaced.map(|replaced| {
                    self.note(at.to_owned(), &replaced.class);
                    replaced.text
                })
            };
            changed |= other.is_some();
            replaced.push_str(&line[..start]);
            replaced.push_str(other.as_deref().unwrap_or(inside));
            replaced.push_str(&whole[end..]);
        }
        changed.then_some(replaced)
    }
}
