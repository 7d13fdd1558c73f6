//! The router's part: what comes in over HTTP, and with which status the answer goes out.

use super::{Arguments, From, Known, Name, Operation, Protection, Whole};
use crate::skeleton::room::Addition;

pub(super) const NAMES: &[Name] = &[
    ("service", "super::service"),
    ("Body", "crate::contract::request::Body"),
    ("Cookie", "crate::contract::request::Cookie"),
    ("CurrentUser", "crate::auth::user::CurrentUser"),
    ("Decimal", "crate::contract::field::Decimal"),
    ("Failure", "crate::contract::Failure"),
    ("Form", "crate::contract::request::Form"),
    ("Header", "crate::contract::request::Header"),
    ("Path", "crate::contract::request::Path"),
    ("Query", "crate::contract::request::Query"),
    ("ReadOnly", "crate::db::ReadOnly"),
    ("Reply", "crate::contract::answer::Reply"),
    ("UnitOfWork", "crate::db::UnitOfWork"),
    ("Uuid", "crate::contract::field::Uuid"),
    ("Value", "crate::contract::python::Value"),
    ("Whole", "crate::contract::field::Whole"),
];

pub(super) fn write(
    known: &Known<'_>,
    operation: &Operation,
    arguments: &Arguments,
    whole: &Whole,
) -> Addition {
    let (unit, unit_type) =
        if operation.only_reads() { ("read_only", "ReadOnly") } else { ("unit", "UnitOfWork") };
    let mut taken = vec![format!("{unit}: {unit_type}")];
    let mut given = vec![format!("&{unit}")];
    if known.protection == Protection::Bearer {
        taken.push("user: CurrentUser".to_owned());
        given.push("user".to_owned());
    }
    for from in [From::Path, From::Query, From::Header, From::Cookie, From::Form, From::Body] {
        let extractor = format!("{from:?}");
        let own: Vec<_> = arguments.list.iter().filter(|argument| argument.from == from).collect();
        let names: Vec<_> = own.iter().map(|argument| argument.name.as_str()).collect();
        let kinds: Vec<_> = own.iter().map(|argument| argument.kind.as_str()).collect();
        match own.as_slice() {
            [] => continue,
            [only] => taken.push(format!("{extractor}({}): {extractor}<{}>", only.name, only.kind)),
            _ => taken.push(format!(
                "{extractor}(({})): {extractor}<({})>",
                names.join(", "),
                kinds.join(", ")
            )),
        }
        given.extend(names.iter().map(|name| format!("&{name}")));
    }
    let call = format!("service::{}({}).await?", operation.handler, given.join(", "));
    let body = match (&whole.kind, operation.status) {
        (None, _) => format!("{call};\nOk(Reply::no_content())"),
        (Some(_), 201) => format!("Ok(Reply::created({call}))"),
        (Some(_), _) => format!("Ok(Reply::ok({call}))"),
    };
    let item = format!(
        "/// `{}`\npub(crate) async fn {}({}) -> Result<Reply, Failure> {{\n{body}\n}}\n",
        operation.route,
        operation.handler,
        taken.join(", ")
    );
    let head = format!("//! {} over HTTP.\n", crate::skeleton::naming::pascal(&operation.resource));
    Addition { head, items: vec![item], ..Addition::default() }
}
