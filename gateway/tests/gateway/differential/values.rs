//! Values of a type as JSON texts: good ones, those at its edges, and what is none of it.

use serde_json::Value;

use super::document::Schema;
use crate::twin::random::Random;

const INTEGERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "7.0",
    "1e2",
    "1.5",
    "-0.0",
    "\"7\"",
    "\" 7 \"",
    "\"+7\"",
    "\"-7\"",
    "\"007\"",
    "\"1_0\"",
    "\"_1\"",
    "\"7.0\"",
    "\"7.5\"",
    "\"1e2\"",
    "\"٣\"",
    "\"0x10\"",
    "\"\"",
    "true",
    "false",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "123456789012345678901234567890",
    "\"123456789012345678901234567890\"",
    "1e19",
    "1e400",
    "NaN",
    "Infinity",
];
const NUMBERS: &[&str] = &[
    "0",
    "-0.0",
    "0.1",
    "1e-7",
    "1e-6",
    "1e16",
    "1.5e16",
    "1e22",
    "5e-324",
    "1.7976931348623157e308",
    "1e309",
    "123456789012345678",
    "9007199254740993",
    "3",
    "-1",
    "-1e-300",
    "\"1.5\"",
    "\"1e5\"",
    "\" 1.5 \"",
    "\"nan\"",
    "\"inf\"",
    "\"-Infinity\"",
    "\"1_000.5\"",
    "\".5\"",
    "\"5.\"",
    "\"\"",
    "\"x\"",
    "true",
    "NaN",
    "Infinity",
    "-Infinity",
    "12345678901234567890123456789012345678901234567890",
];
const DECIMALS: &[&str] = &[
    "1.50",
    "\"1.50\"",
    "1e2",
    "\"1E+2\"",
    "\"NaN\"",
    "\"-Infinity\"",
    "\"sNaN\"",
    "9999.99",
    "\"9999.99\"",
    "10000",
    "\"10000.00\"",
    "0.001",
    "\"0.001\"",
    "-0.00",
    "\"-0.00\"",
    "\"00001.50\"",
    "\" 1.5 \"",
    "\"1_0\"",
    "1.10",
    "1e-2",
    "1e-3",
    "123456.7",
    "true",
    "\"\"",
    "\"x\"",
    "\".5\"",
    "\"5.\"",
    "\"٣\"",
    "0.1",
    "1e20",
    "-9999.99",
    "1.005",
    "\"1.50000\"",
    "9999.990",
    "1e400",
    "NaN",
    "123456789012345678901234567890",
];
const TEXTS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\" \"",
    "\"Größe 設計\"",
    "\"\\ud83d\\ude00 😀\"",
    "\"e\\u0301\"",
    "\"\\u0000\"",
    "\"a\\u0000b\"",
    "\"\\ud800\"",
    "\"x\\udc00\"",
    "\"\\u007f\\u0085\\u2028\"",
    "\"\\ufeffbom\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"null\"",
    "\"%_\\\\\"",
    "\"'; DROP TABLE tasks; --\"",
    "\"\\uE000\\uFFFF\"",
    "\"שלום\"",
];
const DATES: &[&str] = &[
    "2026-06-01",
    "2024-02-29",
    "2023-02-29",
    "1970-01-01",
    "0001-01-01",
    "9999-12-31",
    "2026-13-01",
    "2026-6-1",
    "1600-01-01",
    "20260601",
    "0000-01-01",
];
const TIMES: &[&str] = &[
    "17:00:00",
    "17:00",
    "00:00:00",
    "23:59:59.999999",
    "23:59:60",
    "24:00:00",
    "12:30:15.1",
    "12:30:15.1234567",
    "12:30:15,5",
    "1:2:3",
    "12",
    "12:30:15.",
    "12:60:00",
    "170000",
];
const ZONES: &[&str] = &[
    "", "Z", "z", "+00:00", "-00:00", "+05:45", "-0330", "+14:00", "+23:59", "+24:00", "+5", " Z", "+01",
    "UTC",
];
const STAMPS: &[&str] = &[
    "0",
    "1",
    "-1",
    "1767605400",
    "1767605400.5",
    "1767605400.1234567",
    "20000000000",
    "20000000001",
    "-20000000001",
    "1767605400000",
    "253402300800",
    "1e10",
    "\"1767605400\"",
    "\"1767605400.25\"",
    "\"-5\"",
    "\"\"",
    "\"now\"",
    "true",
    "1e20",
    "NaN",
    "\"nan\"",
    "-62135596800",
];
const OTHERS: &[&str] =
    &["null", "true", "false", "0", "-3", "2.5", "\"x\"", "\"\"", "[]", "{}", "[1,2]", "{\"a\":1}", "[null]"];

/// One that is taken.
pub(super) fn good(schema: &Schema, random: &mut Random) -> String {
    match schema {
        Schema::Integer { least, most } => {
            let from = (*least).max(1);
            let width = usize::try_from((most - from).clamp(0, 39)).unwrap();
            (from + i64::try_from(random.below(width + 1)).unwrap()).to_string()
        }
        Schema::Number { .. } => {
            random.pick(&["0.5", "3", "0.1", "1e-7", "1e16", "2.0", "12345.678"]).to_owned()
        }
        Schema::Decimal => random.pick(&["1.50", "\"2.25\"", "0", "\"-3\"", "9999.99", "7"]).to_owned(),
        Schema::Text { shortest, longest } => {
            let length = (*shortest).max(1 + random.below(12)).min(*longest);
            text(length, random)
        }
        Schema::Instant => {
            let date = random.pick(&["2026-06-01", "2024-02-29", "1969-12-31"]);
            let time = random.pick(&["17:00:00", "09:30:15.123456", "23:59:59.5"]);
            format!("\"{date}T{time}{}\"", random.pick(&["Z", "+05:45", "", "-03:30"]))
        }
        Schema::Choice(values) => quoted(&values[random.below(values.len())]),
        Schema::Boolean => random.pick(&["true", "false"]).to_owned(),
        Schema::List(item) => {
            let items: Vec<_> = (0..random.below(4)).map(|_| good(item, random)).collect();
            format!("[{}]", items.join(","))
        }
        Schema::Object(fields) => {
            let members = fields.iter().filter(|field| field.is_required);
            let members: Vec<_> = members
                .map(|field| format!("{}:{}", quoted(&field.name), good(&field.schema, random)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Schema::Nullable(inner) if random.chance(85) => good(inner, random),
        Schema::Nullable(_) => "null".to_owned(),
        Schema::Anything => random.pick(OTHERS).to_owned(),
    }
}

/// One at or beyond an edge of its type.
pub(super) fn edge(schema: &Schema, random: &mut Random) -> String {
    match schema {
        Schema::Integer { least, most } if random.chance(40) => {
            let edges = [*least, least - 1, least + 1, *most, most - 1, most + 1];
            edges[random.below(edges.len())].to_string()
        }
        Schema::Integer { .. } => random.pick(INTEGERS).to_owned(),
        Schema::Number { least } if *least > f64::MIN && random.chance(20) => {
            [*least, least - 0.5, least + 0.5][random.below(3)].to_string()
        }
        Schema::Number { .. } => random.pick(NUMBERS).to_owned(),
        Schema::Decimal => random.pick(DECIMALS).to_owned(),
        Schema::Text { shortest, longest } if random.chance(50) => {
            let lengths = [*shortest, shortest.saturating_sub(1), *longest, longest - 1, longest + 1];
            text(lengths[random.below(lengths.len())], random)
        }
        Schema::Text { .. } => random.pick(TEXTS).to_owned(),
        Schema::Instant => instant(random),
        Schema::Choice(values) => {
            let value = &values[random.below(values.len())];
            let (upper, space, less) = (value.to_uppercase(), format!(" {value}"), &value[1..]);
            quoted([upper.as_str(), &space, less, "", "0"][random.below(5)])
        }
        Schema::Boolean => {
            random.pick(&["\"yes\"", "\"off\"", "1", "0", "2", "1.0", "\"t\"", "\"TRUE\"", "\"\""]).to_owned()
        }
        Schema::List(item) => format!("[{},{}]", good(item, random), edge(item, random)),
        Schema::Object(_) | Schema::Anything => random.pick(OTHERS).to_owned(),
        Schema::Nullable(inner) => edge(inner, random),
    }
}

/// One of another type.
pub(super) fn wrong(random: &mut Random) -> String {
    random.pick(OTHERS).to_owned()
}

/// Deeper than anybody means, and not as deep as either side can go.
pub(super) fn deep(random: &mut Random) -> String {
    let depth = [3, 30, 200, 400][random.below(4)];
    let (open, close) = if random.chance(50) { ("[", "]") } else { ("{\"a\":", "}") };
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The value as it stands in a query or a path.
pub(super) fn plain(value: &str) -> String {
    let text = serde_json::from_str(value).unwrap_or_else(|_| value.to_owned());
    percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// So many characters, of one to four bytes each.
fn text(length: usize, random: &mut Random) -> String {
    let characters: Vec<char> =
        if random.chance(60) { vec!['a', 'b', ' '] } else { vec!['x', 'ü', '長', '😀'] };
    let text: String = (0..length).map(|_| characters[random.below(characters.len())]).collect();
    quoted(&text)
}

fn instant(random: &mut Random) -> String {
    if random.chance(30) {
        return random.pick(STAMPS).to_owned();
    }
    let separator = random.pick(&["T", "T", "T", " ", "t", "_", "  ", ""]);
    let (date, time, zone) = (random.pick(DATES), random.pick(TIMES), random.pick(ZONES));
    if random.chance(10) { quoted(date) } else { quoted(&format!("{date}{separator}{time}{zone}")) }
}
