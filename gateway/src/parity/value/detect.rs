//! Which class a set of values has that were generated for one purpose.

use super::{Class, Form, alphabet::Alphabet, instant, instant::Instant, packed};

/// One value in several runs: all of one class, or nothing.
pub fn detect(samples: &[&str]) -> Option<Class> {
    let first = samples.first()?;
    if let Some(version) = uuid(first) {
        return all(samples, Class::Uuid { version });
    }
    if Instant::read(first).is_some() {
        return all(samples, Class::Instant);
    }
    if instant::http_date(first).is_some() {
        return all(samples, Class::HttpDate);
    }
    if samples.iter().all(|text| packed::open(Form::Jwt, text).is_some()) {
        return packed::learn(Form::Jwt, samples);
    }
    if samples.iter().all(|text| packed::open(Form::Base64, text).is_some()) {
        return packed::learn(Form::Base64, samples);
    }
    opaque(samples)
}

fn all(samples: &[&str], class: Class) -> Option<Class> {
    samples.iter().all(|text| class.fits(text)).then_some(class)
}

/// The version of a UUID with its hyphens, in small letters.
pub(super) fn uuid(text: &str) -> Option<u8> {
    let is_plain = text.len() == 36 && !text.bytes().any(|byte| byte.is_ascii_uppercase());
    let uuid = is_plain.then(|| uuid::Uuid::try_parse(text).ok()).flatten()?;
    Some(uuid.get_version_num() as u8)
}

/// How many to a second, of a number that can be an instant between 2001 and 2100.
pub(super) fn epoch(text: &str) -> Option<u32> {
    let whole = text.split('.').next().unwrap_or_default();
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !text.split('.').all(is_digits) {
        return None;
    }
    match (whole.len(), whole.as_bytes().first()?) {
        (10, b'1'..=b'4') => Some(1),
        (13, b'1'..=b'4') => Some(1_000),
        _ => None,
    }
}

/// What nobody chose: long enough, of letters that encodings use, and different nearly everywhere.
fn opaque(samples: &[&str]) -> Option<Class> {
    let is_coded = |text: &&str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+/=.$".contains(&byte)) && text.len() >= 6
    };
    if !samples.iter().all(is_coded) {
        return None;
    }
    let prefix = common_prefix(samples.iter().copied());
    // A chance letter that all have in common is not a prefix.
    let end = prefix.rfind(|letter: char| !letter.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
    let prefix = &prefix[..end];
    let rests: Vec<&str> = samples.iter().map(|text| &text[end..]).collect();
    let (has_digits, has_letters) = rests.iter().fold((0, 0), |(digits, letters), rest| {
        let digit = rest.bytes().any(|byte| byte.is_ascii_digit());
        let letter = rest.bytes().any(|byte| byte.is_ascii_alphabetic());
        (digits + usize::from(digit), letters + usize::from(letter))
    });
    let is_mixed = has_digits * 2 >= rests.len() && has_letters * 2 >= rests.len();
    let (shortest, longest) =
        rests.iter().fold((usize::MAX, 0), |(low, high), rest| (low.min(rest.len()), high.max(rest.len())));
    if shortest < 6 || !is_mixed {
        return None;
    }
    let differs = rests[0].bytes().zip(rests[rests.len() - 1].bytes()).filter(|(one, other)| one != other);
    if differs.count() * 2 < shortest {
        return None;
    }
    let slack = longest - shortest;
    let alphabet = rests.iter().fold(Alphabet::default(), |found, rest| found.with(Alphabet::of(rest)));
    Some(Class::Opaque {
        shortest: (shortest - slack.min(shortest)) + end,
        longest: longest + slack + end,
        prefix: prefix.to_owned(),
        alphabet: complete(alphabet),
    })
}

/// Few letters may leave one group out by chance: what has letters beyond `f` has all of that case.
fn complete(alphabet: Alphabet) -> Alphabet {
    [("z", "abz"), ("Z", "ABZ"), ("a", "a0"), ("A", "A0"), ("_", "-aAzZ0")].iter().fold(
        alphabet,
        |found, (sign, group)| if found.holds(sign) { found.with(Alphabet::of(group)) } else { found },
    )
}

pub(super) fn common_prefix<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut texts = texts;
    let mut prefix = texts.next().unwrap_or_default();
    for text in texts {
        let same = prefix.bytes().zip(text.bytes()).take_while(|(one, other)| one == other).count();
        prefix = &prefix[..prefix.floor_char_boundary(same)];
    }
    prefix.to_owned()
}

/// Numbers that are all instants of the same unit.
pub fn epoch_of(texts: &[&str]) -> Option<Class> {
    let per_second = epoch(texts.first()?)?;
    texts.iter().all(|text| epoch(text) == Some(per_second)).then_some(Class::Epoch { per_second })
}
