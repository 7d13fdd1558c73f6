//! Each class: what may stand for a recorded value, what may not and why, and which class values have.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::{Bound, Class, detect, epoch_of, instant::Instant, token};

/// What is wrong with a live value in the place of a recorded one, both of the class of these samples.
fn wrong(class: &Class, recorded: &str, live: &str) -> Option<&'static str> {
    class.pair(recorded, live, &mut Vec::new()).err().map(|wrong| wrong.kind)
}

fn bounds(class: &Class, recorded: &str, live: &str) -> Vec<Bound> {
    let mut bounds = Vec::new();
    class.pair(recorded, live, &mut bounds).unwrap();
    bounds
}

fn jwt(claims: &str, signature: &str) -> String {
    let packed = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{signature}", packed(r#"{"alg":"HS256","typ":"JWT"}"#), packed(claims))
}

fn cursor(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

const UUID: &str = "9999411b-7547-487f-ae3d-c8be92c0dea6";

#[test]
fn a_class_takes_what_is_written_alike_and_nothing_else() {
    let uuid = detect(&[UUID, "1234411b-7547-487f-ae3d-c8be92c0dea6"]).unwrap();
    let second = epoch_of(&["1767605400", "1767605460"]).unwrap();
    let milli = epoch_of(&["1767605400123", "1767605460123"]).unwrap();
    let fraction = epoch_of(&["1767605400.5", "1767605460.25"]).unwrap();
    let date = detect(&["Mon, 05 Jan 2026 09:30:01 GMT"]).unwrap();
    let number = Class::Number { least: 0.5, most: 1.5 };
    let sequence = Class::Sequence { scope: "GET /items".to_owned() };
    for (class, recorded, live, expected) in [
        (&uuid, UUID, "aaaa411b-7547-487f-ae3d-c8be92c0dea6", None),
        (&uuid, UUID, "aaaa411b-7547-187f-ae3d-c8be92c0dea6", Some("format")),
        (&uuid, UUID, "AAAA411B-7547-487F-AE3D-C8BE92C0DEA6", Some("format")),
        (&uuid, UUID, "aaaa411b7547487fae3dc8be92c0dea6", Some("format")),
        (&second, "1767605400", "1767605999", None),
        (&second, "1767605400", "1767605999123", Some("format")),
        (&second, "1767605400", "1767605999.5", Some("format")),
        (&second, "1767605400", "2026-01-05T09:30:01", Some("format")),
        (&milli, "1767605400123", "1767605400999", None),
        (&milli, "1767605400123", "1767605400", Some("format")),
        (&fraction, "1767605400.5", "1767605401.125", None),
        (&fraction, "1767605400.5", "1767605401", Some("format")),
        (&date, "Mon, 05 Jan 2026 09:30:01 GMT", "Tue, 06 Jan 2026 10:00:00 GMT", None),
        (&date, "Mon, 05 Jan 2026 09:30:01 GMT", "Tue, 06 Jan 2026 10:00:00 UTC", Some("format")),
        (&number, "1.25", "0.75", None),
        (&number, "1.25", "1.75", Some("range")),
        (&number, "1.25", "1", Some("format")),
        (&number, "1.25", "1.2e0", Some("format")),
        (&number, "1.25", "much", Some("format")),
        (&sequence, "7", "8", None),
        (&sequence, "7", "08", Some("format")),
        (&sequence, "7", "-8", Some("format")),
        (&sequence, "7", "8.0", Some("format")),
    ] {
        assert_eq!(wrong(class, recorded, live), expected, "{} {recorded} {live}", class.name());
    }
}

#[test]
fn an_instant_keeps_zone_precision_and_separator() {
    let at = |text: &str| Instant::read(text).unwrap_or_else(|| panic!("{text}"));
    let recorded = "2026-01-05T09:30:01.123456Z";
    for (live, expected) in [
        ("2027-02-28T23:59:59.000001Z", None),
        ("2027-02-28T23:59:59.000001+00:00", Some("format")),
        ("2027-02-28T23:59:59.000001", Some("format")),
        ("2027-02-28T23:59:59.001Z", Some("format")),
        ("2027-02-28 23:59:59.000001Z", Some("format")),
        // Python leaves the microseconds out where there are none, and only then.
        ("2027-02-28T23:59:59Z", None),
        ("2027-02-28", Some("format")),
        ("1767605400", Some("format")),
    ] {
        assert_eq!(wrong(&Class::Instant, recorded, live), expected, "{live}");
    }
    assert_eq!(wrong(&Class::Instant, "2026-01-05T09:30:01Z", "2026-01-05T09:30:02.5Z"), Some("format"));
    // Each zone is reckoned: these are one moment.
    let moments = ["09:30:00Z", "09:30:00", "10:30:00+01:00", "15:00:00+05:30", "04:30:00-0500"];
    for moment in moments {
        assert_eq!(at(&format!("2026-01-05T{moment}")).micros, 1_767_605_400_000_000, "{moment}");
    }
    assert_eq!(at("2026-01-05T09:30:00.5Z").micros, 1_767_605_400_500_000);
    assert_eq!(
        [at("2026-01-05T09:30:00Z").grain(), at("2026-01-05T09:30:00.123Z").grain()],
        [1_000_000, 1_000]
    );
    for none in [
        "2026-01-05T09:30",
        "2026-13-05T09:30:00Z",
        "2026-01-05T09:30:00X",
        "2026-01-05T09:30:00.Z",
        "2026-01-05T09:30:00+1",
    ] {
        assert_eq!(Instant::read(none), None, "{none}");
    }
}

#[test]
fn a_token_keeps_its_prefix_length_and_letters() {
    let class = detect(&["tok_0a1b2c3d4e5f6a7b", "tok_9f8e7d6c5b4a3f2e"]).unwrap();
    for (live, expected) in [
        ("tok_00112233aabbccdd", None),
        ("key_00112233aabbccdd", Some("format")),
        ("tok_00112233AABBCCDD", Some("format")),
        ("tok_00112233aabbccdz", Some("format")),
        ("tok_00112233aabbccd", Some("format")),
        ("tok_00112233aabbccddee", Some("format")),
    ] {
        assert_eq!(wrong(&class, "tok_0a1b2c3d4e5f6a7b", live), expected, "{live}");
    }
    let is_unique = |class: &Class, one: &str, other: &str| match bounds(class, one, other)[..] {
        [Bound::Same { is_unique, .. }] => is_unique,
        ref other => panic!("{other:?}"),
    };
    assert!(is_unique(&class, "tok_0a1b2c3d4e5f6a7b", "tok_00112233aabbccdd"));
    // Of so few letters two can be the same by chance.
    let short = detect(&["a1b2c3", "d4e5f6"]).unwrap();
    assert!(!is_unique(&short, "a1b2c3", "0a0b0c"));
    for chosen in [
        &["open", "done"][..],
        &["Groceries", "Fenster"],
        &["a1b2c3", "two words 2"],
        &["1234567", "7654321"],
    ] {
        assert_eq!(detect(chosen), None, "{chosen:?}");
    }
}

#[test]
fn a_jwt_is_compared_claim_by_claim() {
    let recorded = jwt(r#"{"sub":"1","exp":1767605400,"jti":"0a1b2c3d4e5f"}"#, "c2lnbmF0dXJl");
    let again = jwt(r#"{"sub":"1","exp":1767605460,"jti":"9f8e7d6c5b4a"}"#, "YW5vdGhlcnNpZw");
    let class = detect(&[&recorded, &again]).unwrap();
    assert_eq!(class.name(), "jwt");
    for (claims, expected) in [
        (r#"{"sub":"1","exp":1767609000,"jti":"001122aabbcc"}"#, None),
        (r#"{"sub":"2","exp":1767609000,"jti":"001122aabbcc"}"#, Some("content")),
        (r#"{"sub":1,"exp":1767609000,"jti":"001122aabbcc"}"#, Some("content")),
        (r#"{"sub":"1","exp":1767609000123,"jti":"001122aabbcc"}"#, Some("format")),
        (r#"{"sub":"1","exp":"1767609000","jti":"001122aabbcc"}"#, Some("content")),
        (r#"{"sub":"1","exp":1767609000}"#, Some("content")),
        (r#"{"sub":"1","exp":1767609000,"jti":"001122aabbcc","role":"admin"}"#, Some("content")),
    ] {
        assert_eq!(wrong(&class, &recorded, &jwt(claims, "c2ln")), expected, "{claims}");
    }
    let other_head = recorded.replacen("eyJ", "eyK", 1);
    assert_eq!(wrong(&class, &recorded, &other_head), Some("format"));
    assert_eq!(wrong(&class, &recorded, "a.b.c"), Some("format"));
    let expires = bounds(&class, &recorded, &again);
    assert!(
        expires.contains(&Bound::Moment {
            recorded: 1_767_605_400_000_000,
            live: 1_767_605_460_000_000,
            grain: 1_000_000
        }),
        "{expires:?}"
    );
}

#[test]
fn a_cursor_is_what_it_holds() {
    let class =
        detect(&[&cursor(r#"{"after":17,"by":"id"}"#), &cursor(r#"{"after":42,"by":"id"}"#)]).unwrap();
    assert_eq!(class.name(), "cursor");
    let recorded = cursor(r#"{"after":17,"by":"id"}"#);
    for (live, expected) in [
        (cursor(r#"{"after":99,"by":"id"}"#), None),
        (cursor(r#"{"after":"99","by":"id"}"#), Some("content")),
        (cursor(r#"{"after":99,"by":"at"}"#), Some("content")),
        (cursor("[99]"), Some("content")),
        ("not a cursor".to_owned(), Some("format")),
    ] {
        assert_eq!(wrong(&class, &recorded, &live), expected, "{live}");
    }
    let padded = |text: &str| base64::prelude::BASE64_URL_SAFE.encode(text);
    let (one, other) = (r#"{"n":171}"#, r#"{"n":17}"#);
    let class = detect(&[&padded(other), &padded(r#"{"n":99}"#)]).unwrap();
    assert!(padded(other).ends_with('=') && !padded(one).ends_with('='));
    assert_eq!(
        wrong(&class, &padded(other), &padded(one)),
        Some("format"),
        "as long, and padded in another way"
    );
    assert_eq!(wrong(&class, &padded(other), &padded(r#"{"n":18}"#)), None);
}

#[test]
fn a_text_is_compared_around_what_is_generated() {
    let class = token::learn(
        &["/items/17/tags?at=2026-01-05T09:30:01Z", "/items/42/tags?at=2026-01-05T10:30:01Z"],
        "s",
    );
    let class = class.unwrap();
    let recorded = "/items/17/tags?at=2026-01-05T09:30:01Z";
    for (live, expected) in [
        ("/items/99/tags?at=2026-01-05T11:30:01Z", None),
        ("/items/99/tags?at=2026-01-05T11:30:01+00:00", Some("format")),
        ("/items/99/marks?at=2026-01-05T11:30:01Z", Some("value")),
        ("/items/99/tags?at=2026-01-05T11:30:01Z&x", Some("value")),
        ("/items//tags?at=2026-01-05T11:30:01Z", Some("value")),
    ] {
        assert_eq!(wrong(&class, recorded, live), expected, "{live}");
    }
    assert_eq!(token::learn(&["one two", "one two three"], "s"), None);
    assert_eq!(token::learn(&["one two", "one red"], "s"), None, "words are chosen");
}

#[test]
fn samples_of_two_kinds_have_no_class() {
    for samples in [
        &[UUID, "9999411b-7547-187f-ae3d-c8be92c0dea6"][..],
        &[UUID, "2026-01-05T09:30:01Z"],
        &["2026-01-05T09:30:01Z", "Mon, 05 Jan 2026 09:30:01 GMT"],
        &[],
    ] {
        assert_eq!(detect(samples), None, "{samples:?}");
    }
    for texts in [
        &["1767605400", "1767605400123"][..],
        &["17676054001", "17676054002"],
        &["0767605400"],
        &["1767605400x"],
        &[""],
    ] {
        assert_eq!(epoch_of(texts), None, "{texts:?}");
    }
    let joined = |one: &[&str], other: &[&str]| detect(one).unwrap().join(detect(other).unwrap());
    assert_eq!(joined(&[UUID], &["9999411b-7547-187f-ae3d-c8be92c0dea6"]), None);
    assert_eq!(joined(&[UUID], &["2026-01-05T09:30:01Z"]), None);
    let wider =
        joined(&["tok_0a1b2c3d4e5f", "tok_9f8e7d6c5b4a"], &["tok_0a1b2c3d4e5f6a7b", "tok_9f8e7d6c5b4a3f2e"])
            .unwrap();
    assert!(wider.fits("tok_00112233aabbcc") && !wider.fits("key_00112233aabbcc"));
}

proptest! {
    /// Whatever a backend writes as isoformat() does is read as the moment that it is, and is like itself.
    #[test]
    fn every_instant_of_python_is_read(micros in 0_u64..4_000_000_000_000_000, zone in prop::sample::select(vec!["", "Z", "+00:00"])) {
        let at = chrono::DateTime::from_timestamp_micros(i64::try_from(micros).unwrap()).unwrap();
        let fraction = if micros % 1_000_000 == 0 { "" } else { "%.6f" };
        let text = format!("{}{zone}", at.format(&format!("%Y-%m-%dT%H:%M:%S{fraction}")));
        let read = Instant::read(&text);
        prop_assert_eq!(read.as_ref().map(|instant| instant.micros), Some(micros), "{}", &text);
        prop_assert!(wrong(&Class::Instant, &text, &text).is_none());
    }

    /// What was learned of some values takes each of them in the place of any other.
    #[test]
    fn a_class_takes_its_own_samples(samples in prop::collection::vec("tok_[0-9a-f]{8}[0-9][a-f]", 2..5)) {
        let texts: Vec<&str> = samples.iter().map(String::as_str).collect();
        if let Some(class) = detect(&texts) {
            for one in &texts {
                for other in &texts {
                    prop_assert!(class.fits(other) && wrong(&class, one, other).is_none(), "{} {}", one, other);
                }
            }
        }
    }
}
