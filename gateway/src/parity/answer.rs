//! One side's answer, as its client got it.

use super::coding;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// In the order and spelling in which they came.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header that came once.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(candidate, _)| candidate.eq_ignore_ascii_case(name));
        let value = named.next().map(|(_, value)| value.as_str());
        value.filter(|_| named.next().is_none())
    }

    /// The body as a program reads it; nothing where it is packed in a way that cannot be undone.
    pub(super) fn unpacked(&self) -> Option<Vec<u8>> {
        if !self.header("content-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("gzip")) {
            return Some(self.body.clone());
        }
        coding::unpacked("gzip", &self.body)
    }

    /// Whether the length that it states is the one that it has.
    pub(super) fn states_its_length(&self) -> bool {
        self.header("content-length").is_some_and(|length| length == self.body.len().to_string())
    }
}
