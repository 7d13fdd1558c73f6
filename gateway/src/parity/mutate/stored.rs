//! What a route stores that answers as it should: columns left empty or wrong, rows missing or there twice.

use super::{
    Bench, Kind, Subject,
    document::{Site, Value},
    place_of,
};

pub(super) fn break_them(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let Some(document) = &subject.document else { return };
    for site in &document.sites {
        let place = place_of(&site.path);
        match (&site.value, site.path.steps().len()) {
            (Value::Array(rows), 0) => {
                let Some((last, others)) = rows.split_last() else { continue };
                let written = |rows: &[&str]| format!("[{}]", rows.join(","));
                bench.lay(Kind::RowMissing, &place, || document.with(site, &written(others)));
                let twice: Vec<&str> = rows.iter().copied().chain([*last]).collect();
                bench.lay(Kind::RowTwice, &place, || document.with(site, &written(&twice)));
            }
            // A row, and the columns of one.
            (_, 1) => {}
            _ => {
                if site.text != "null" {
                    bench.lay(Kind::NotStored, &place, || document.with(site, "null"));
                }
                bench.lay(Kind::StoredWrong, &place, || document.with(site, &wrong(site)));
            }
        }
    }
}

fn wrong(site: &Site<'_>) -> String {
    match &site.value {
        Value::Text(text) => serde_json::Value::from(format!("{text}x")).to_string(),
        Value::Number => {
            site.text.parse::<i64>().map_or_else(|_| "0".to_owned(), |number| (number + 1).to_string())
        }
        Value::Word if site.text == "true" => "false".to_owned(),
        Value::Word => "true".to_owned(),
        Value::Object(_) => "{}".to_owned(),
        Value::Array(_) => "[]".to_owned(),
    }
}
