//! The service's part: everything that the rule needs is there, and the rule itself is not.

use super::{Arguments, Known, Name, Operation, Protection, Whole};
use crate::skeleton::{naming, room::Addition};

pub(super) const NAMES: &[Name] = &[
    ("model", "super::model"),
    ("column", "crate::contract::column"),
    ("unwritten", "crate::contract::unwritten"),
    ("CurrentUser", "crate::auth::user::CurrentUser"),
    ("Decimal", "crate::contract::field::Decimal"),
    ("Failure", "crate::contract::Failure"),
    ("IndexMap", "indexmap::IndexMap"),
    ("Reading", "crate::db::Reading"),
    ("UnitOfWork", "crate::db::UnitOfWork"),
    ("Uuid", "crate::contract::field::Uuid"),
    ("Value", "crate::contract::python::Value"),
    ("Whole", "crate::contract::field::Whole"),
];

/// The statement that the service begins with, as the model made it.
pub(super) struct Call {
    pub(super) result: String,
    pub(super) expression: String,
    /// The arguments that it uses.
    pub(super) uses: Vec<String>,
}

pub(super) fn write(
    known: &Known<'_>,
    operation: &Operation,
    arguments: &Arguments,
    whole: &Whole,
    call: Option<&Call>,
) -> Addition {
    let unit = if operation.only_reads() { "unit: &impl Reading" } else { "unit: &UnitOfWork" };
    let mut taken = vec![unit.to_owned()];
    let mut unused = Vec::new();
    if call.is_none() {
        unused.push("unit".to_owned());
    }
    if known.protection == Protection::Bearer {
        taken.push("user: CurrentUser".to_owned());
        unused.push("user".to_owned());
    }
    for argument in &arguments.list {
        taken.push(format!("{}: &{}", argument.name, argument.kind));
        if !call.is_some_and(|call| call.uses.contains(&argument.name)) {
            unused.push(argument.name.clone());
        }
    }
    let begun = call.map_or_else(String::new, |call| {
        unused.push(call.result.clone());
        format!("let {} = {};\n", call.result, call.expression)
    });
    let given = match unused.as_slice() {
        [only] => only.clone(),
        several => format!("({})", several.join(", ")),
    };
    let item = format!(
        "/// `{route}`\npub(super) async fn {}({}) -> Result<{}, Failure> {{\n{begun}\
         // The rule of the original's `{}` goes here.\nErr(unwritten({:?}, {given}))\n}}\n",
        operation.handler,
        taken.join(", "),
        whole.kind.as_deref().unwrap_or("()"),
        operation.handler,
        operation.route.as_str(),
        route = operation.route,
    );
    let head = format!("//! The rules of {}.\n", naming::snake(&operation.resource));
    Addition { head, items: vec![item], ..Addition::default() }
}
