//! The model's part: the shapes that clients see, and the statements that the name of the table suggests.

use super::{Answers, Argument, Arguments, From, Name, Operation, Whole, service::Call};
use crate::skeleton::{
    answers::Struct,
    naming,
    requests::Fields,
    room::{Addition, declares},
    sql,
    table::Table,
};

pub(super) const NAMES: &[Name] = &[
    ("Answer", "gateway_macros::Answer"),
    ("DatabaseFailure", "crate::db::DatabaseFailure"),
    ("DateTime", "chrono::DateTime"),
    ("Decimal", "crate::contract::field::Decimal"),
    ("IndexMap", "indexmap::IndexMap"),
    ("NaiveDate", "chrono::NaiveDate"),
    ("NaiveDateTime", "chrono::NaiveDateTime"),
    ("NaiveTime", "chrono::NaiveTime"),
    ("Reading", "crate::db::Reading"),
    ("Row", "tokio_postgres::Row"),
    ("TimeDelta", "crate::contract::field::TimeDelta"),
    ("Type", "tokio_postgres::types::Type"),
    ("UnitOfWork", "crate::db::UnitOfWork"),
    ("Utc", "chrono::Utc"),
    ("Uuid", "crate::contract::field::Uuid"),
    ("Value", "crate::contract::python::Value"),
    ("read", "crate::db::row::read"),
];

pub(super) struct Model {
    pub(super) addition: Addition,
    pub(super) call: Option<Call>,
    /// What the table could not say.
    pub(super) open: Option<String>,
    /// The request model of which every field is read.
    pub(super) reads: Option<String>,
}

/// One parameter of the path and the column it chooses rows by.
struct Chosen {
    argument: String,
    column: String,
    /// What the function takes, what the driver calls it, and how the service makes it.
    kind: &'static str,
    driver: &'static str,
    made: String,
}

/// A function of the model, whose name may still have to be another.
struct Statement {
    name: &'static str,
    unit: &'static str,
    /// Its parameters behind the unit of work.
    takes: String,
    gives: String,
    body: String,
    result: String,
    /// What the service gives it.
    given: Vec<String>,
    /// The service's arguments that it takes.
    uses: Vec<String>,
    /// The request model of which it reads every field.
    reads: Option<String>,
}

pub(super) fn write(
    operation: &Operation,
    arguments: &Arguments,
    answers: &Answers<'_, '_>,
    whole: &Whole,
    (table, fields): (Option<&Table<'_>>, &Fields),
    present: &str,
) -> Model {
    let row = whole.row.as_ref().and_then(|name| answers.structs.get_key_value(name));
    let chosen = table.map(|table| chosen(table, arguments));
    let mut open = chosen.as_ref().and_then(|chosen| chosen.as_ref().err().cloned());
    let chosen = chosen.and_then(Result::ok);
    let shown = row.map(|(name, _)| constant(name, present));
    let statement = table.zip(chosen).and_then(|(table, chosen)| {
        let rows = row.zip(shown.as_deref()).map(|((name, row), shown)| Rows { name, row, shown });
        let body = arguments.list.iter().find(|argument| argument.from == From::Body);
        let body = body.and_then(|body| fields.get_key_value(&body.kind));
        match (operation.route.method(), body, &rows) {
            ("POST", Some((model, fields)), Some(rows)) => insert(table, (model, fields), rows),
            _ => statement(operation, table, &chosen, whole, rows),
        }
    });
    if let (Some(_), Some(table)) = (&statement, table.filter(|table| table.is_guessed())) {
        let guessed = "no database was asked: its columns and their types are guessed from the answer";
        open = Some(format!("`{}`: {guessed}", table.name));
    }
    let is_read = statement.as_ref().is_some_and(|statement| statement.name != "delete");
    let route = &operation.route;
    let unmade =
        format!("#[expect(dead_code, reason = \"`{route}` has no rule yet that would make one\")]\n");
    let mut items = Vec::new();
    for (name, one) in &answers.structs {
        if !declares(present, "struct", name) {
            items.push(one.written(name));
        }
    }
    if let (true, Some((name, row)), Some(constant)) = (is_read, row, &shown) {
        if !declares(present, "const", constant) {
            items.push(columns(constant, row));
        }
        if !present.contains(&format!("impl {name} {{")) {
            let unused = if row.elsewhere().next().is_some() { unmade.as_str() } else { "" };
            items.push(of(name, row, unused));
        }
    }
    let reads = statement.as_ref().and_then(|statement| statement.reads.clone());
    let call = statement.map(|statement| statement.put(operation, present, &mut items));
    let head = format!("//! Rows of `{}`, and the shape in which clients see them.\n", operation.resource);
    Model { addition: Addition { head, items, ..Addition::default() }, call, open, reads }
}

/// Every parameter of the path chooses rows by a column, or there is no statement.
fn chosen(table: &Table<'_>, arguments: &Arguments) -> Result<Vec<Chosen>, String> {
    let path = arguments.list.iter().filter(|argument| argument.from == From::Path);
    path.map(|argument| {
        let Argument { name, kind, .. } = argument;
        let column = table.chosen_by(name.trim_start_matches("r#"));
        let column = column
            .ok_or_else(|| format!("`{}` has no column `{name}`: no statement was written", table.name))?;
        let driver = table.column(&column).and_then(|column| Some(column.rust()?.1));
        let (kind, driver, made) = match (kind.as_str(), driver) {
            ("Whole", None | Some("INT4")) => ("i32", "INT4", format!("column::integer({name})?")),
            ("Uuid", None | Some("UUID")) => ("Uuid", "UUID", format!("*{name}")),
            ("String", Some(driver @ ("TEXT" | "VARCHAR"))) => {
                ("&str", driver, format!("column::text({name})?"))
            }
            ("String", None) => ("&str", "VARCHAR", format!("column::text({name})?")),
            _ => {
                return Err(format!(
                    "`{name}` is no value of the column `{column}`: no statement was written"
                ));
            }
        };
        Ok(Chosen { argument: name.clone(), column, kind, driver, made })
    })
    .collect()
}

/// What rows are made into.
struct Rows<'a> {
    name: &'a str,
    row: &'a Struct,
    shown: &'a str,
}

/// A row of what the body says, where a column takes it as it comes.
fn insert(table: &Table<'_>, body: (&str, &[(String, String)]), rows: &Rows<'_>) -> Option<Statement> {
    let Rows { name, row, shown } = rows;
    let (model, fields) = body;
    let written: Vec<_> = fields
        .iter()
        .filter_map(|(field, kind)| {
            let (column, driver) = table.column(field.trim_start_matches("r#"))?.written_by(kind)?;
            Some((column, format!("(&new.{field}, Type::{driver})")))
        })
        .collect();
    if written.is_empty() || row.elsewhere().next().is_some() {
        return None;
    }
    let (columns, params): (Vec<_>, Vec<_>) = written.into_iter().unzip();
    let places: Vec<_> = (1..=columns.len()).map(|place| format!("${place}")).collect();
    let others = table.others(&columns);
    let about = match others.as_slice() {
        [] => String::new(),
        others => format!("// The original also writes: {}.\n", others.join(", ")),
    };
    let body = format!(
        "{about}let sql = format!(\"INSERT INTO {} ({}) VALUES ({}) RETURNING {{{shown}}}\");\n\
         let rows = unit.change(&sql, &[{}]).await?;\n\
         rows.first().map({name}::of).transpose()?.ok_or(DatabaseFailure::NoRow)\n",
        sql::name(table.name).escape_debug(),
        columns
            .iter()
            .map(|column| sql::name(column).escape_debug().to_string())
            .collect::<Vec<_>>()
            .join(", "),
        places.join(", "),
        params.join(", "),
    );
    Some(Statement {
        name: "insert",
        unit: "&UnitOfWork",
        takes: format!(", new: &{model}"),
        gives: (*name).to_owned(),
        body,
        result: naming::identifier(&naming::singular(table.name)),
        given: vec!["new".to_owned()],
        uses: vec!["new".to_owned()],
        reads: (columns.len() == fields.len()).then(|| model.to_owned()),
    })
}

fn statement(
    operation: &Operation,
    table: &Table<'_>,
    chosen: &[Chosen],
    whole: &Whole,
    rows: Option<Rows<'_>>,
) -> Option<Statement> {
    let wanted = wanted(chosen);
    let params = params(chosen);
    let from = sql::name(table.name).escape_debug().to_string();
    let takes: String =
        chosen.iter().map(|one| format!(", {}: {}", naming::identifier(&one.column), one.kind)).collect();
    let given: Vec<_> = chosen.iter().map(|one| one.made.clone()).collect();
    let uses: Vec<_> = chosen.iter().map(|one| one.argument.clone()).collect();
    let made = |name, unit, gives, body, result| {
        Some(Statement { name, unit, takes, gives, body, result, given, uses, reads: None })
    };
    if operation.route.method() == "DELETE" {
        let body = format!(
            "let sql = \"DELETE FROM {from}{wanted} RETURNING *\";\n\
             let rows = unit.change(sql, {params}).await?;\nOk(!rows.is_empty())\n"
        );
        let (gives, result) = ("bool".to_owned(), "is_deleted".to_owned());
        return made("delete", "&UnitOfWork", gives, body, result).filter(|_| !chosen.is_empty());
    }
    let Rows { name, row, shown } = rows?;
    let is_whole = row.elsewhere().next().is_none();
    let kind = if is_whole { name } else { "Row" };
    let one = naming::identifier(&naming::singular(table.name));
    let select = format!("SELECT {{{shown}}} FROM {from}{wanted}");
    let unit = "&impl Reading";
    match operation.only_reads() && whole.is_list {
        true => {
            let rows = format!("unit.query(&sql, {params}).await");
            let body = format!("let sql = format!(\"{select} ORDER BY id\");\n");
            let body = body
                + &if is_whole {
                    format!("let rows = {rows}?;\nrows.iter().map({name}::of).collect()\n")
                } else {
                    format!("{rows}\n")
                };
            made("list", unit, format!("Vec<{kind}>"), body, naming::identifier(table.name))
        }
        false if chosen.is_empty() => None,
        false => {
            let one_of = if is_whole {
                format!("rows.first().map({name}::of).transpose()")
            } else {
                "Ok(rows.into_iter().next())".to_owned()
            };
            let body = format!(
                "let sql = format!(\"{select}\");\nlet rows = unit.query(&sql, {params}).await?;\n{one_of}\n"
            );
            made("find", unit, format!("Option<{kind}>"), body, one)
        }
    }
}

fn wanted(chosen: &[Chosen]) -> String {
    let conditions = chosen
        .iter()
        .zip(1..)
        .map(|(one, place)| format!("{} = ${place}", sql::name(&one.column).escape_debug()));
    let conditions: Vec<_> = conditions.collect();
    if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) }
}

fn params(chosen: &[Chosen]) -> String {
    let params =
        chosen.iter().map(|one| format!("(&{}, Type::{})", naming::identifier(&one.column), one.driver));
    format!("&[{}]", params.collect::<Vec<_>>().join(", "))
}

/// `SHOWN`, unless that is the list of another struct.
fn constant(name: &str, present: &str) -> String {
    if declares(present, "const", "SHOWN") && !declares(present, "struct", name) {
        format!("{}_SHOWN", naming::snake(name).to_uppercase())
    } else {
        "SHOWN".to_owned()
    }
}

/// Names that a statement cannot have bare stand in quotes there.
fn columns(constant: &str, row: &Struct) -> String {
    let names = row
        .members
        .iter()
        .filter(|member| member.is_column)
        .map(|member| sql::name(&member.name).escape_debug().to_string());
    let mut lines = vec![String::new()];
    for name in names {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(&name),
            Some(line) if line.len() + name.len() < 80 => *line += &format!(", {name}"),
            _ => lines.push(name),
        }
    }
    let text = lines.join(", \\\n                     ");
    format!("const {constant}: &str = \"{text}\";\n")
}

fn of(name: &str, row: &Struct, unused: &str) -> String {
    let beside = row.elsewhere().map(|member| format!(", {}: {}", member.field, member.kind));
    let beside: String = beside.collect();
    let fields = row.members.iter().map(|member| match member.is_column {
        true => format!("{}: read(row, {:?})?,\n", member.field, member.name),
        false => format!("{},\n", member.field),
    });
    let fields: String = fields.collect();
    format!(
        "impl {name} {{\n{unused}fn of(row: &Row{beside}) -> Result<Self, DatabaseFailure> {{\nOk(Self {{\n{fields}}})\n}}\n}}\n"
    )
}

impl Statement {
    /// Written unless it is there, under the handler's name where another function has its own.
    fn put(self, operation: &Operation, present: &str, items: &mut Vec<String>) -> Call {
        let signature = |name: &str| {
            let Self { unit, takes, gives, .. } = &self;
            format!("async fn {name}(unit: {unit}{takes}) -> Result<{gives}, DatabaseFailure> {{")
        };
        let spaceless = |text: &str| text.split_whitespace().collect::<String>().replace(",)", ")");
        let is_there = spaceless(present).contains(&spaceless(&signature(self.name)));
        let name =
            if !is_there && declares(present, "fn", self.name) { &operation.handler } else { self.name };
        if !is_there {
            items.push(format!("pub(super) {}\n{}}}\n", signature(name), self.body));
        }
        let given: String = self.given.iter().map(|given| format!(", {given}")).collect();
        let expression = format!("model::{name}(unit{given}).await?");
        Call { result: self.result, expression, uses: self.uses }
    }
}
