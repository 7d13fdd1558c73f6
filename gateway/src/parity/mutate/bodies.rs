//! Bodies that are empty, cut off, no JSON, or the same JSON laid out otherwise.

use super::{
    Bench, Kind, Subject,
    document::{Document, Value, with_body},
    place_of,
};
use crate::parity::exchange::content::Content;

pub(super) fn break_them(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let Content::Text(text) = &subject.live.body.content else { return };
    let Some((end, _)) = text.char_indices().next_back() else { return };
    bench.lay(Kind::BodyEmptied, "body", || with_body(subject.live, ""));
    bench.lay(Kind::BodyCut, "body", || with_body(subject.live, &text[..end]));
    if let Some(document) = &subject.document {
        bench.lay(Kind::NotJson, "body", || {
            with_body(subject.live, "<html><body>Internal Server Error</body></html>")
        });
        lay_out(document, bench);
    }
}

fn lay_out(document: &Document<'_>, bench: &mut Bench<'_>) {
    for site in &document.sites {
        let place = place_of(&site.path);
        match &site.value {
            Value::Object(members) => {
                let written = |members: &[&str], comma: &str| format!("{{{}}}", members.join(comma));
                bench.lay(Kind::Indented, &place, || document.with(site, &written(members, ",\n  ")));
                let reversed: Vec<&str> = members.iter().rev().copied().collect();
                bench.lay(Kind::MembersReordered, &place, || document.with(site, &written(&reversed, ",")));
                if let Some(first) = members.first() {
                    let twice: Vec<&str> = [*first].into_iter().chain(members.iter().copied()).collect();
                    bench.lay(Kind::MemberTwice, &place, || document.with(site, &written(&twice, ",")));
                }
            }
            Value::Array(items) => {
                bench.lay(Kind::Indented, &place, || document.with(site, &format!("[{}]", items.join(", "))));
            }
            Value::Text(_) | Value::Number | Value::Word => {}
        }
    }
}
