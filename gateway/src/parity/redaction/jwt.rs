//! A JWT stays one: the keys of its claims and its times stay, who it is about becomes a pseudonym, and nobody signed it.

use super::{
    Redactor,
    detect::SIGNED,
    text::{How, Replaced},
    wrapping::base64_of,
};

impl Redactor {
    pub(super) fn jwt(&mut self, token: &str, header: &str, claims: &str, how: How) -> Replaced {
        let inside = How { forced: None, is_told: false, ..how };
        let [header, claims] = [header, claims].map(|part| {
            let replaced = self.json_inside(part, inside);
            base64_of(&replaced.map_or_else(|| part.to_owned(), |replaced| replaced.text), true, false)
        });
        let signature = token.rsplit('.').next().unwrap_or_default();
        let pseudonym = self.pseudonyms.of(signature);
        let length = SIGNED.len().min(signature.len());
        Replaced::new(format!("{header}.{claims}.{}{}", &SIGNED[..length], &pseudonym[length..]), "jwt")
    }
}
