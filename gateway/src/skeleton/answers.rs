//! What a handler answers with: the structs of an answer, and which of them is made of a row.

use indexmap::IndexMap;

use super::{
    catalog::Column,
    document::{Document, Schema},
    naming,
    shape::{Kind, Shape, shape},
    table::Table,
};

pub(super) struct Answers<'d, 't> {
    document: &'d Document,
    table: Option<&'t Table<'t>>,
    /// Those that stand inside of others last.
    pub(super) structs: IndexMap<String, Struct>,
    pub(super) open: Vec<String>,
}

pub(super) struct Struct {
    pub(super) about: String,
    pub(super) members: Vec<Member>,
    pub(super) is_plain: bool,
}

pub(super) struct Member {
    pub(super) field: String,
    /// As clients see it.
    pub(super) name: String,
    pub(super) kind: String,
    /// Read from a row; where no database was asked, because the name says nothing against it.
    pub(super) is_column: bool,
    pub(super) comment: Option<&'static str>,
}

/// What the whole answer is.
pub(super) struct Whole {
    /// The type that the service returns; none: a status without a body.
    pub(super) kind: Option<String>,
    /// The struct that is made of rows of the table.
    pub(super) row: Option<String>,
    pub(super) is_list: bool,
}

impl<'d, 't> Answers<'d, 't> {
    pub(super) fn new(document: &'d Document, table: Option<&'t Table<'t>>) -> Self {
        Self { document, table, structs: IndexMap::new(), open: Vec::new() }
    }

    pub(super) fn whole(&mut self, schema: Option<&'d Schema>, handler: &str) -> Whole {
        let Some(schema) = schema else { return Whole { kind: None, row: None, is_list: false } };
        let answer = shape(self.document, schema);
        if let Kind::Anything(why) = &answer.kind {
            let name = naming::pascal(handler);
            let about = "A plain dict of the original: no schema says what is in it.".to_owned();
            self.structs.insert(name.clone(), Struct { about, members: Vec::new(), is_plain: true });
            self.open.push(format!("the answer: {why}; `{name}` waits for its members"));
            return Whole { kind: Some(name), row: None, is_list: false };
        }
        let kind = self.kind(&answer);
        let row = self.structs.iter().find(|(_, one)| one.is_row()).map(|(name, _)| name.clone());
        let is_list = row.as_ref().is_some_and(|row| *row != kind);
        Whole { kind: Some(kind), row, is_list }
    }

    fn kind(&mut self, answer: &Shape<'d>) -> String {
        let kind = match &answer.kind {
            Kind::Bool => "bool".to_owned(),
            Kind::Integer => "i64".to_owned(),
            Kind::Float => "f64".to_owned(),
            Kind::Decimal => "Decimal".to_owned(),
            Kind::Uuid => "Uuid".to_owned(),
            Kind::DateTime => "DateTime<Utc>".to_owned(),
            Kind::Date => "NaiveDate".to_owned(),
            Kind::Time => "NaiveTime".to_owned(),
            Kind::TimeDelta => "TimeDelta".to_owned(),
            Kind::Text | Kind::Bytes | Kind::Email | Kind::Url | Kind::Choice(_) | Kind::Literal => {
                "String".to_owned()
            }
            Kind::Model(name) => {
                self.model(name, answer.said);
                naming::pascal(name)
            }
            Kind::List(items) => format!("Vec<{}>", self.kind(&shape(self.document, items))),
            Kind::Dict(values) => format!("IndexMap<String, {}>", self.kind(&shape(self.document, values))),
            Kind::Anything(_) => "Value".to_owned(),
        };
        if answer.nullable { format!("Option<{kind}>") } else { kind }
    }

    fn model(&mut self, name: &str, schema: &'d Schema) {
        let own = naming::pascal(name);
        if self.structs.contains_key(&own) {
            return;
        }
        let about = format!("The original's `{}`, members in its order.", name.escape_debug());
        self.structs.insert(own.clone(), Struct { about, members: Vec::new(), is_plain: false });
        let members =
            schema.properties.iter().map(|(member, said)| self.member(&own, member, said)).collect();
        if let Some(one) = self.structs.get_mut(&own) {
            one.members = members;
        }
    }

    fn member(&mut self, owner: &str, name: &str, said: &'d Schema) -> Member {
        let whole = shape(self.document, said);
        let is_nested =
            matches!(whole.kind, Kind::Model(_) | Kind::List(_) | Kind::Dict(_) | Kind::Anything(_));
        // An interval has months, which no `timedelta` has: what is read of it has to be decided.
        let is_plain = !is_nested && whole.kind != Kind::TimeDelta;
        let guessed = self.kind(&whole);
        let column = self.table.and_then(|table| table.column(name)).filter(|_| !is_nested);
        let (kind, is_column) = match column.and_then(Column::rust) {
            Some((kind, _)) if whole.nullable => (format!("Option<{kind}>"), true),
            Some((kind, _)) => (kind.to_owned(), true),
            None => (guessed, is_plain && self.table.is_some_and(Table::is_guessed)),
        };
        let comment = match whole.kind {
            Kind::Anything(why) => Some(why),
            _ => None,
        };
        let field = naming::identifier(name);
        self.open.extend(comment.map(|comment| format!("`{owner}.{field}`: {comment}")));
        Member { field, name: name.to_owned(), kind, is_column, comment }
    }
}

impl Struct {
    /// Most of it are columns of the table.
    fn is_row(&self) -> bool {
        let columns = self.members.iter().filter(|member| member.is_column).count();
        columns * 2 > self.members.len()
    }

    /// What `of` has to be given beside the row.
    pub(super) fn elsewhere(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| !member.is_column)
    }

    pub(super) fn written(&self, name: &str) -> String {
        let mut text = format!("/// {}\n#[derive(Debug, Answer)]\n", self.about);
        if self.is_plain {
            text += "#[answer(plain)]\n";
        }
        text += &format!("pub(super) struct {name} {{\n");
        for member in &self.members {
            if let Some(comment) = member.comment {
                text += &format!("// The original: {comment}.\n");
            }
            if member.field.trim_start_matches("r#") != member.name {
                text += &format!("#[field(alias = {:?})]\n", member.name);
            }
            text += &format!("{}: {},\n", member.field, member.kind);
        }
        text + "}\n"
    }
}
