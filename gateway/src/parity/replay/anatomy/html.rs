//! What a page gives: the fields of its forms, its `meta` elements and its links.

use std::sync::LazyLock;

use regex::Regex;

use super::{Spot, Visit, Way, views};

/// Start tags of which a client uses something, and their attributes.
static TAGS: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?is)<(input|meta|option|button|a|form)\s([^>]*)>"));
static ATTRIBUTES: LazyLock<Regex> =
    LazyLock::new(|| expression(r#"(?s)([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"#));

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("the expressions are right, which every test of a page shows")
}

/// Each by the name of its field. Nothing is replaced in a page: only servers send them.
pub(super) fn fields(resource: &str, page: &str, visit: &mut dyn Visit) {
    for tag in TAGS.captures_iter(page) {
        let (mut name, mut values) = (String::new(), Vec::new());
        for attribute in ATTRIBUTES.captures_iter(&tag[2]) {
            let text = attribute.iter().skip(2).flatten().next().map_or("", |text| text.as_str());
            match attribute[1].to_ascii_lowercase().as_str() {
                "name" | "property" => text.clone_into(&mut name),
                "value" | "content" | "href" | "action" => values.push(text.replace("&amp;", "&")),
                _ => {}
            }
        }
        for value in values {
            let spot = Spot::new(format!("body <{}> {name}", &tag[1]), &name, resource, Way::Named);
            let _ = views::text(&spot, &value, 0, visit);
        }
    }
}
