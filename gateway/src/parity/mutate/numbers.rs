//! Numbers as other encoders would write them, and numbers a little wrong.

use super::{
    Bench, Kind,
    document::{Document, Value},
    place_of,
};

pub(super) fn break_them(document: &Document<'_>, bench: &mut Bench<'_>) {
    for site in document.sites.iter().filter(|site| site.value == Value::Number) {
        let place = place_of(&site.path);
        bench.lay(Kind::NumberText, &place, || document.with(site, &spelled_otherwise(site.text)));
        if let Ok(number) = site.text.parse::<i64>() {
            bench.lay(Kind::OffByOne, &place, || document.with(site, &number.saturating_add(1).to_string()));
        } else if let Ok(number) = site.text.parse::<f64>() {
            bench.lay(Kind::Rounded, &place, || document.with(site, &format!("{number:.0}.0")));
        }
    }
}

/// The same number: `1` as `1.0`, `1.0` as `1`, `1e-07` as `1e-7`, anything else with one more zero.
fn spelled_otherwise(text: &str) -> String {
    if let Some((mantissa, exponent)) = text.split_once(['e', 'E']) {
        let digits = exponent.trim_start_matches(['+', '-', '0']);
        let sign = if exponent.starts_with('-') { "-" } else { "" };
        return match format!("{mantissa}e{sign}{digits}") {
            same if same == text => format!("{mantissa}e{sign}0{digits}"),
            other => other,
        };
    }
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None if text.contains('.') => format!("{text}0"),
        None => format!("{text}.0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parity::json::number::is_same;

    #[test]
    fn it_is_the_same_number_and_another_text() {
        for text in ["1", "1.0", "0.5", "1e-07", "1e-7", "1E+16", "-3", "12.250"] {
            let otherwise = spelled_otherwise(text);
            assert!(is_same(text, &otherwise) && text != otherwise, "{text} {otherwise}");
        }
    }
}
