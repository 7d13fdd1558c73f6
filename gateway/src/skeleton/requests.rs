//! Request models: what a body and the parameters of a query are, with every constraint the document tells.

use indexmap::IndexMap;
use serde_json::{Number, Value};

use super::{
    document::{Document, Parameter, Schema},
    naming,
    shape::{Kind, Shape, shape},
};

/// The fields of each request model, with their types as they are written.
pub(super) type Fields = IndexMap<String, Vec<(String, String)>>;

/// The models of one route, those inside of others first.
pub(super) struct Requests<'d> {
    document: &'d Document,
    /// Members that may be absent from a change are told from those that are null.
    partial: bool,
    /// Nobody reads the fields until somebody writes the rule.
    unread: String,
    pub(super) models: IndexMap<String, String>,
    /// The fields of each, and their types.
    pub(super) fields: Fields,
    /// What the document could not say, place by place.
    pub(super) open: Vec<String>,
}

/// A field's type and what stands in its `#[field(...)]`.
struct Field {
    kind: String,
    words: Vec<String>,
    comment: Option<String>,
}

impl<'d> Requests<'d> {
    pub(super) fn new(document: &'d Document, route: &str, partial: bool) -> Self {
        let unread =
            format!("#[expect(dead_code, reason = \"`{route}` has no rule yet that would read it\")]\n");
        Self { document, partial, unread, models: IndexMap::new(), fields: IndexMap::new(), open: Vec::new() }
    }

    /// The type of a whole body.
    pub(super) fn body(&mut self, schema: &'d Schema, called: &str) -> String {
        let whole = shape(self.document, schema);
        let kind = self.kind(&whole, called);
        if let Kind::Anything(why) = &whole.kind {
            self.open.push(format!("the body: {why}; it is taken as it comes"));
        }
        if whole.nullable { format!("Option<{kind}>") } else { kind }
    }

    /// The struct of a form, which FastAPI names after the function.
    pub(super) fn form(&mut self, schema: &'d Schema, called: &str) -> String {
        let whole = shape(self.document, schema);
        if matches!(whole.kind, Kind::Model(_)) {
            self.model(called, whole.said);
        }
        called.to_owned()
    }

    /// One struct of all these parameters.
    pub(super) fn parameters(&mut self, called: &str, parameters: &[&'d Parameter], about: &str) {
        let fields: String = parameters
            .iter()
            .map(|one| {
                // A field's underscores are hyphens of a header.
                let is_header = one.place == "header";
                let name = if is_header { naming::snake(&one.name) } else { one.name.clone() };
                self.member(called, &name, &one.schema, one.required, true)
            })
            .collect();
        self.put(called, &format!("/// {about}\n{}#[derive(Debug, Model)]\n", self.unread), &fields);
    }

    /// The type of a path parameter, or of anything that stands alone.
    pub(super) fn alone(&mut self, schema: &'d Schema, called: &str) -> String {
        let whole = shape(self.document, schema);
        // Rules belong to fields: a range that fits a small integer would be forgotten here.
        match whole.kind {
            Kind::Integer => "Whole".to_owned(),
            _ => self.kind(&whole, called),
        }
    }

    pub(super) fn is_ruled(&self, schema: &'d Schema) -> bool {
        let whole = shape(self.document, schema);
        !rules(&whole).is_empty()
    }

    /// Somebody reads all of its fields already.
    pub(super) fn is_read(&mut self, model: &str) {
        if let Some(text) = self.models.get_mut(model) {
            *text = text.replacen(&self.unread, "", 1);
        }
    }

    fn put(&mut self, name: &str, head: &str, fields: &str) {
        self.models.insert(name.to_owned(), format!("{head}pub(crate) struct {name} {{\n{fields}}}\n"));
    }

    fn model(&mut self, name: &str, schema: &'d Schema) {
        let own = naming::pascal(name);
        if self.models.contains_key(&own) {
            return;
        }
        // A model may hold itself: its place is taken before its fields are looked at.
        self.models.insert(own.clone(), String::new());
        let fields: String = schema
            .properties
            .iter()
            .map(|(member, said)| self.member(name, member, said, schema.required.contains(member), false))
            .collect();
        self.models.shift_remove(&own);
        let extra = match &schema.additional_properties {
            Some(super::document::Additional::Any(false)) => "#[model(extra = \"forbid\")]\n",
            _ => "",
        };
        if let Some(super::document::Additional::Any(true) | super::document::Additional::Of(_)) =
            &schema.additional_properties
        {
            self.open.push(format!(
                "`{name}` keeps members that it does not declare: give it a field with `extra`"
            ));
        }
        let unread = if schema.properties.is_empty() { "" } else { &self.unread };
        let head = format!(
            "/// The original's `{}`.\n{unread}#[derive(Debug, Model)]\n{extra}",
            name.escape_debug()
        );
        self.put(&own, &head, &fields);
    }

    fn member(
        &mut self,
        owner: &str,
        name: &str,
        said: &'d Schema,
        required: bool,
        parameter: bool,
    ) -> String {
        let field = self.field(owner, name, said, required, parameter);
        let own = naming::identifier(name);
        let mut words = field.words;
        if own.trim_start_matches("r#") != name {
            words.insert(0, format!("alias = {name:?}"));
        }
        self.fields.entry(naming::pascal(owner)).or_default().push((own.clone(), field.kind.clone()));
        let mut text = String::new();
        if let Some(comment) = field.comment {
            text += &format!("// The original: {comment}.\n");
            self.open.push(format!("`{owner}.{own}`: {comment}"));
        }
        if !words.is_empty() {
            text += &format!("#[field({})]\n", words.join(", "));
        }
        text + &format!("pub(crate) {own}: {},\n", field.kind)
    }

    fn field(&mut self, owner: &str, name: &str, said: &'d Schema, required: bool, parameter: bool) -> Field {
        let whole = shape(self.document, said);
        let mut kind = self.kind(&whole, &(naming::pascal(owner) + &naming::pascal(name)));
        let mut words = rules(&whole);
        let mut comment = match whole.kind {
            Kind::Anything(why) => Some(why.to_owned()),
            _ => None,
        };
        // A whole number of any size cannot be written down in a default.
        if said.default.as_ref().is_some_and(Value::is_number) && kind == "Whole" {
            kind = "i64".to_owned();
        }
        if whole.nullable {
            kind = format!("Option<{kind}>");
        }
        let default = said.default.as_ref().filter(|default| !default.is_null());
        match default.map(|default| written(default, &whole)) {
            Some(Some(default)) => words.push(format!("default = {default}")),
            Some(None) => comment = Some(format!("its default is `{}`", default.unwrap_or(&Value::Null))),
            None if required && whole.nullable => words.push("required".to_owned()),
            None if required => {}
            // `exclude_unset` matters to a change; elsewhere absent is as good as null.
            None if whole.nullable && (parameter || !self.partial) => {}
            None => kind = format!("Given<{kind}>"),
        }
        Field { kind, words, comment }
    }

    fn kind(&mut self, whole: &Shape<'d>, called: &str) -> String {
        match &whole.kind {
            Kind::Bool => "bool".to_owned(),
            Kind::Integer => integer(whole.said).to_owned(),
            Kind::Float => "f64".to_owned(),
            Kind::Text => "String".to_owned(),
            Kind::Bytes => "UploadFile".to_owned(),
            Kind::Decimal => "Decimal".to_owned(),
            Kind::Uuid => "Uuid".to_owned(),
            Kind::DateTime => "DateTime".to_owned(),
            Kind::Date => "Date".to_owned(),
            Kind::Time => "Time".to_owned(),
            Kind::TimeDelta => "TimeDelta".to_owned(),
            Kind::Email => "Email".to_owned(),
            Kind::Url => "Url".to_owned(),
            Kind::Choice(name) => self.choice(&naming::pascal(name), whole.said, ""),
            Kind::Literal => self.choice(called, whole.said, "#[model(literal)]\n"),
            Kind::Model(name) => {
                self.model(name, whole.said);
                naming::pascal(name)
            }
            Kind::List(items) => format!("Vec<{}>", self.inner(items, called)),
            Kind::Dict(values) => format!("IndexMap<String, {}>", self.inner(values, called)),
            Kind::Anything(_) => "Value".to_owned(),
        }
    }

    fn inner(&mut self, schema: &'d Schema, called: &str) -> String {
        let whole = shape(self.document, schema);
        let kind = self.kind(&whole, called);
        if whole.nullable { format!("Option<{kind}>") } else { kind }
    }

    fn choice(&mut self, name: &str, schema: &Schema, literal: &str) -> String {
        let values = schema.only.iter().chain(&schema.values).filter_map(Value::as_str);
        let variants: String = values
            .map(|value| format!("#[field(value = {value:?})]\n{},\n", naming::variant(value)))
            .collect();
        let text = format!(
            "#[derive(Clone, Copy, Debug, Model)]\n{literal}pub(crate) enum {name} {{\n{variants}}}\n"
        );
        self.models.insert(name.to_owned(), text);
        name.to_owned()
    }
}

/// Pydantic's `int` has no end; one between bounds that fit is an `i32`.
fn integer(said: &Schema) -> &'static str {
    let fits = |bound: &Option<Value>| {
        bound
            .as_ref()
            .and_then(Value::as_f64)
            .is_some_and(|bound| (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&bound))
    };
    let least = fits(&said.minimum) || fits(&said.exclusive_minimum);
    let most = fits(&said.maximum) || fits(&said.exclusive_maximum);
    if least && most { "i32" } else { "Whole" }
}

/// What `#[field(...)]` says besides names and defaults.
fn rules(whole: &Shape<'_>) -> Vec<String> {
    let said = whole.said;
    match &whole.kind {
        Kind::Integer => bounds(said, |number| number.as_f64().map(|number| format!("{number:.0}"))),
        Kind::Float => bounds(said, |number| number.as_f64().map(|number| format!("{number:?}"))),
        Kind::Decimal => bounds(said, |number| Some(format!("\"{number}\""))),
        Kind::Text => {
            let mut rules = lengths(said.min_length, said.max_length);
            rules.extend(said.pattern.as_ref().map(|pattern| format!("pattern = {}", raw(pattern))));
            rules
        }
        Kind::Url => lengths(None, said.max_length),
        Kind::List(_) => {
            let mut rules = lengths(said.min_items, said.max_items);
            if said.unique_items {
                rules.push("unique = true".to_owned());
            }
            rules
        }
        Kind::Bool
        | Kind::Bytes
        | Kind::Uuid
        | Kind::DateTime
        | Kind::Date
        | Kind::Time
        | Kind::TimeDelta
        | Kind::Email
        | Kind::Choice(_)
        | Kind::Literal
        | Kind::Model(_)
        | Kind::Dict(_)
        | Kind::Anything(_) => Vec::new(),
    }
}

fn bounds(said: &Schema, spelled: impl Fn(&Number) -> Option<String>) -> Vec<String> {
    let bounds = [
        ("gt", &said.exclusive_minimum),
        ("ge", &said.minimum),
        ("lt", &said.exclusive_maximum),
        ("le", &said.maximum),
        ("multiple_of", &said.multiple_of),
    ];
    let told = bounds.into_iter().filter_map(|(name, bound)| {
        let Some(Value::Number(number)) = bound else { return None };
        spelled(number).map(|bound| format!("{name} = {bound}"))
    });
    told.collect()
}

fn lengths(least: Option<u64>, most: Option<u64>) -> Vec<String> {
    let least = least.map(|least| format!("min_length = {least}"));
    let most = most.map(|most| format!("max_length = {most}"));
    least.into_iter().chain(most).collect()
}

/// A literal that needs no escapes, where nothing in the text ends it.
fn raw(text: &str) -> String {
    let can_be = !text.contains("\"#") && !text.contains(char::is_control);
    if can_be && text.contains(['\\', '"']) { format!("r#\"{text}\"#") } else { format!("{text:?}") }
}

/// A default as an expression, where its type has one that can be written down.
fn written(default: &Value, whole: &Shape<'_>) -> Option<String> {
    let some = |text: String| if whole.nullable { format!("Some({text})") } else { text };
    match (&whole.kind, default) {
        (Kind::Bool, Value::Bool(yes)) => Some(some(yes.to_string())),
        (Kind::Integer, Value::Number(number)) => Some(some(number.to_string())),
        (Kind::Float, Value::Number(number)) => Some(some(format!("{:?}", number.as_f64()?))),
        (Kind::Text, Value::String(text)) => Some(some(format!("{text:?}.to_owned()"))),
        (Kind::Choice(name), Value::String(text)) => {
            Some(some(format!("{}::{}", naming::pascal(name), naming::variant(text))))
        }
        (Kind::List(_), Value::Array(items)) if items.is_empty() => Some(some("Vec::new()".to_owned())),
        _ => None,
    }
}
