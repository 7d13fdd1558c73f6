//! One value, wherever it stands: what it wraps is replaced inside, and what it is decides what it becomes.

use super::{
    Redactor,
    detect::{self, Class},
    harmless,
    policy::Mode,
    wrapping::{self, DEEPEST, Wrapping},
};

/// What is known of a value from where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    pub(super) mode: Mode,
    /// Secret because of its place, and why.
    pub(super) forced: Option<&'static str>,
    /// Whether errors are told here, so that plain sentences stay.
    pub(super) is_told: bool,
    pub(super) depth: u8,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Replaced {
    pub(super) text: String,
    pub(super) class: String,
}

impl How {
    pub(super) fn of(mode: Mode) -> Self {
        Self { mode, forced: None, is_told: false, depth: 0 }
    }

    pub(super) fn forced(self, class: &'static str) -> Self {
        Self { forced: Some(class), ..self }
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

impl Replaced {
    pub(super) fn new(text: String, class: &str) -> Self {
        Self { text, class: class.to_owned() }
    }
}

impl Redactor {
    /// What stands for the text, or nothing if it stays.
    pub(super) fn text(&mut self, text: &str, how: How) -> Option<Replaced> {
        if let Some(wrapping) = wrapping::of(text) {
            if how.depth < DEEPEST {
                return self.unwrapped(text, &wrapping, how.deeper());
            }
            return Some(Replaced::new(self.pseudonyms.of(text), "nested"));
        }
        if !text.contains(char::is_alphanumeric)
            || how.is_told && how.forced.is_none() && harmless::is_told(text)
        {
            return None;
        }
        if let Some(class) = how.forced {
            let is_none =
                ["null", "none", "true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word));
            return (!is_none).then(|| Replaced { class: class.to_owned(), ..self.whole(text, how) });
        }
        match how.mode {
            Mode::Strict => self.unlisted(text, how),
            Mode::Secrets => self.found(text, how),
        }
    }

    fn unwrapped(&mut self, text: &str, wrapping: &Wrapping, how: How) -> Option<Replaced> {
        match wrapping {
            Wrapping::Json => self.json_inside(text, how),
            Wrapping::Jwt { header, claims } => Some(self.jwt(text, header, claims, how)),
            Wrapping::Scheme { length } => {
                let (scheme, rest) = text.split_at(*length);
                let forced = how.forced("token");
                let rest = if scheme.eq_ignore_ascii_case("basic ") {
                    self.basic(rest, forced)
                } else {
                    self.text(rest, forced)
                };
                rest.map(|rest| Replaced::new(format!("{scheme}{}", rest.text), &rest.class))
            }
            Wrapping::Url => self.url(text, how),
            Wrapping::Form => {
                let pairs = self.pairs(text, how, |_, _, _| {}, |_, _| false)?;
                Some(Replaced::new(pairs, "form"))
            }
            Wrapping::Percent(decoded) => {
                let inside = self.text(decoded, how)?;
                Some(Replaced::new(wrapping::percent_of(&inside.text, text), &inside.class))
            }
            Wrapping::Base64 { decoded, is_url, is_padded } => {
                let inside = self.text(decoded, how)?;
                Some(Replaced::new(wrapping::base64_of(&inside.text, *is_url, *is_padded), &inside.class))
            }
            Wrapping::Hex(decoded) => {
                let inside = self.text(decoded, how)?;
                let is_upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
                Some(Replaced::new(wrapping::hex_of(&inside.text, is_upper), &inside.class))
            }
        }
    }

    /// `user:password`, where the user has a name elsewhere too.
    fn basic(&mut self, coded: &str, how: How) -> Option<Replaced> {
        let Some(Wrapping::Base64 { decoded, is_url, is_padded }) = wrapping::of(coded) else {
            return Some(Replaced::new(self.pseudonyms.of(coded), "basic"));
        };
        let (user, password) = decoded.split_once(':').unwrap_or((decoded.as_str(), ""));
        let user =
            self.text(user, How { forced: None, ..how }).map_or_else(|| user.to_owned(), |user| user.text);
        let password = self.text(password, how).map_or_else(|| password.to_owned(), |password| password.text);
        let pair = if decoded.contains(':') { format!("{user}:{password}") } else { user };
        Some(Replaced::new(wrapping::base64_of(&pair, is_url, is_padded), "basic"))
    }

    /// Strict: what nobody knows to be harmless.
    fn unlisted(&mut self, text: &str, how: How) -> Option<Replaced> {
        if harmless::is_harmless(text) && !detect::is_card(text) || self.pseudonyms.kept_number(text) {
            return None;
        }
        Some(self.whole(text, how))
    }

    /// All of it, and what has a form of its own as it is replaced everywhere.
    fn whole(&mut self, text: &str, how: How) -> Replaced {
        let spans = detect::spans(text);
        if spans.is_empty() {
            return Replaced::new(self.pseudonyms.of(text), "text");
        }
        if let [(place, class)] = spans.as_slice()
            && place.len() == text.len()
        {
            return self.one(text, *class, how);
        }
        let seed = self.pseudonyms.seed(text);
        let mut replaced = String::with_capacity(text.len());
        let mut end = 0;
        for (place, class) in spans {
            replaced += &self.pseudonyms.of_part(&text[end..place.start], seed);
            replaced += &self.one(&text[place.clone()], class, how).text;
            end = place.end;
        }
        replaced += &self.pseudonyms.of_part(&text[end..], seed);
        // The parts are what they must be, and together they can still be taken for something else.
        if wrapping::of(&replaced).is_some() || detect::looks_real(&replaced) {
            replaced = self.pseudonyms.of(text);
        }
        Replaced::new(replaced, "text")
    }

    /// Test data: what looks like a secret, or was one before.
    pub(super) fn found(&mut self, text: &str, how: How) -> Option<Replaced> {
        if self.pseudonyms.knows(text) {
            return Some(Replaced::new(self.pseudonyms.of(text), "known"));
        }
        let mut replaced = String::new();
        let (mut end, mut first) = (0, None);
        for (place, class) in detect::spans(text) {
            let part = &text[place.clone()];
            let stays = class == Class::Uuid || class == Class::Email && detect::is_nobodys_email(part);
            if stays && !self.pseudonyms.knows(part) {
                continue;
            }
            let one = self.one(part, class, how);
            if one.text != part {
                replaced += &text[end..place.start];
                replaced += &one.text;
                end = place.end;
                first.get_or_insert(class);
            }
        }
        let rest = self.known_words(&text[end..]);
        let has_known = rest.is_some();
        replaced += rest.as_deref().unwrap_or(&text[end..]);
        let class = first.map(|class| class.to_string()).or(has_known.then(|| "known".to_owned()))?;
        Some(Replaced { text: replaced, class })
    }

    fn known_words(&mut self, text: &str) -> Option<String> {
        let mut changed = false;
        let replaced = text
            .split_inclusive(|character: char| !character.is_alphanumeric() && !"_-".contains(character))
            .map(|piece| {
                let word = piece.trim_end_matches(|character: char| {
                    !character.is_alphanumeric() && !"_-".contains(character)
                });
                if !self.pseudonyms.knows(word) {
                    return piece.to_owned();
                }
                changed = true;
                self.pseudonyms.of(word) + &piece[word.len()..]
            })
            .collect();
        changed.then_some(replaced)
    }

    /// A part of a text that has one of the forms.
    fn one(&mut self, part: &str, class: Class, how: How) -> Replaced {
        if matches!(class, Class::Url | Class::Jwt | Class::Token)
            && how.depth < DEEPEST
            && let Some(wrapping) = wrapping::of(part)
        {
            let inside = self.unwrapped(part, &wrapping, how.deeper());
            return inside.unwrap_or_else(|| Replaced::new(part.to_owned(), class.into()));
        }
        Replaced::new(self.pseudonyms.of(part), class.into())
    }

    /// A number of a JSON document.
    pub(super) fn number(&mut self, number: &str, how: How) -> Option<Replaced> {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        if let Some(class) = how.forced
            && digits > 2
        {
            return Some(Replaced::new(self.pseudonyms.of_number(number), class));
        }
        if detect::is_card(number) && !detect::is_nobodys_card(number) {
            return Some(Replaced::new(self.pseudonyms.of(number), Class::Card.into()));
        }
        if digits > 8 {
            self.pseudonyms.keep_number(number);
        }
        None
    }
}
