//! Secrets that are known, in every coding in which they could have been written.

use aho_corasick::{AhoCorasick, MatchKind};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};

#[derive(Debug)]
pub(super) struct Known {
    machine: AhoCorasick,
    /// Of each form, whose it is.
    whose: Vec<usize>,
    secrets: Vec<String>,
}

/// A shorter form would be found by chance.
pub const SHORTEST: usize = 4;

impl Known {
    /// `None` if there are none, or too many for a machine.
    pub(super) fn new(secrets: &[Vec<u8>]) -> Option<Self> {
        let mut forms = Vec::new();
        let mut whose = Vec::new();
        for (number, secret) in secrets.iter().enumerate() {
            for form in self::forms(secret) {
                whose.push(number);
                forms.push(form);
            }
        }
        if forms.is_empty() {
            return None;
        }
        let machine = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms).ok()?;
        let secrets = secrets.iter().map(|secret| String::from_utf8_lossy(secret).into_owned()).collect();
        Some(Self { machine, whose, secrets })
    }

    /// Where each is, and which.
    pub(super) fn found<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = (usize, &'a str)> {
        let hits = self.machine.find_iter(bytes);
        hits.map(|hit| (hit.start(), self.secrets[self.whose[hit.pattern().as_usize()]].as_str()))
    }
}

fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![secret.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    forms.extend(percent(secret));
    for offset in 0..3 {
        forms.push(within_base64(secret, offset, &BASE64_STANDARD_NO_PAD));
        forms.push(within_base64(secret, offset, &BASE64_URL_SAFE_NO_PAD));
    }
    if let Ok(text) = str::from_utf8(secret) {
        let quoted = serde_json::Value::from(text).to_string();
        forms.push(quoted.as_bytes()[1..quoted.len() - 1].to_vec());
        let again = serde_json::Value::from(&quoted[1..quoted.len() - 1]).to_string();
        forms.push(again.as_bytes()[1..again.len() - 1].to_vec());
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        forms.push(escaped.replace('"', "&quot;").into_bytes());
        forms.push(in_ascii(text).into_bytes());
    }
    forms.retain(|form| form.len() >= SHORTEST);
    forms.sort();
    forms.dedup();
    forms
}

/// The characters that the secret alone decides, where it begins so many bytes after a group of three.
fn within_base64(secret: &[u8], offset: usize, engine: &impl Engine) -> Vec<u8> {
    let mut bytes = vec![0; offset];
    bytes.extend_from_slice(secret);
    let coded = engine.encode(&bytes);
    let first = [0, 2, 3][offset];
    let last = if bytes.len().is_multiple_of(3) { coded.len() } else { coded.len() - 1 };
    coded.as_bytes().get(first..last).unwrap_or_default().to_vec()
}

fn percent(secret: &[u8]) -> [Vec<u8>; 3] {
    let coded = |is_bare: &dyn Fn(u8) -> bool, is_upper: bool| {
        let byte = |byte: &u8| match byte {
            byte if is_bare(*byte) => vec![*byte],
            byte if is_upper => format!("%{byte:02X}").into_bytes(),
            byte => format!("%{byte:02x}").into_bytes(),
        };
        secret.iter().flat_map(byte).collect::<Vec<u8>>()
    };
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let mut form = coded(&unreserved, true);
    if secret.contains(&b' ') {
        let text = String::from_utf8_lossy(&form).replace("%20", "+");
        form = text.into_bytes();
    }
    [coded(&unreserved, true), coded(&unreserved, false), form]
}

/// As Python writes it.
fn in_ascii(text: &str) -> String {
    let mut units = [0; 2];
    let one = |character: char| {
        if character.is_ascii() {
            return character.to_string();
        }
        character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
    };
    text.chars().map(one).collect()
}
