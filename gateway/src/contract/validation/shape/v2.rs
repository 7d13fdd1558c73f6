//! One mistake as Pydantic 2 and FastAPI show it: `type`, `loc`, `msg`, `input`, `ctx`, `url`.

use super::{Entry, Told};
use crate::contract::{
    python::string,
    validation::detail::{context, place},
};

pub(super) fn entry(told: &Told, pages: Option<&str>) -> Entry {
    let mut kind = String::new();
    string(told.problem.kind, &mut kind);
    let message = told.problem.message.to_string();
    let place = place(&told.place);
    let context = (!told.problem.context.is_empty()).then(|| context(&told.problem.context));
    let mut whole = format!("{{\"type\":{kind},\"loc\":{place},\"msg\":");
    string(&message, &mut whole);
    whole.push_str(",\"input\":");
    whole.push_str(&told.input);
    if let Some(context) = &context {
        whole.push_str(",\"ctx\":");
        whole.push_str(context);
    }
    // FastAPI makes the complaint about broken JSON by itself.
    if let Some(pages) = pages.filter(|_| told.document.is_none()) {
        whole.push_str(",\"url\":");
        string(&format!("{pages}{}", told.problem.kind), &mut whole);
    }
    whole.push('}');
    Entry { kind, place, message, input: told.input.clone(), context, whole }
}
