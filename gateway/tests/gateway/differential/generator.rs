//! Requests from the types that the document declares: a good one first, then what is wrong with it.

use std::collections::BTreeMap;

use super::{
    ask::{Ask, Token},
    document::{Field, Operation, Schema},
    values::{deep, edge, good, plain, quoted, wrong},
};
use crate::twin::random::Random;

pub(super) struct Generator<'a> {
    random: Random,
    operations: &'a [Operation],
    turn: usize,
    /// The ids that answers have given and who made each, by the collection that it was put into.
    made: BTreeMap<&'static str, Vec<(usize, u32)>>,
    /// Whose rows the request that is being written is about.
    owner: Option<u32>,
}

/// Sample rows by the parameter that names them, and the collection where one is made.
const ROWS: [(&str, usize, &str); 4] = [
    ("task_id", 120, "/api/tasks"),
    ("project_id", 3, "/api/projects"),
    ("tag_id", 8, "/api/tags"),
    ("comment_id", 54, "/api/tasks/{task_id}/comments"),
];
/// Of those that were made; older ones are mostly deleted.
const RECENT: usize = 12;

const CONTENT_TYPES: [&str; 12] = [
    "application/json; charset=utf-8",
    "APPLICATION/JSON",
    "application/vnd.api+json",
    "application/json;",
    "application/json; charset=utf-16",
    "text/plain",
    "text/plain;charset=UTF-8",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonx",
    "json",
    "",
];
const BODIES: [&str; 14] = [
    "",
    " ",
    "null",
    "[]",
    "{}",
    "5",
    "\"x\"",
    "true",
    "[{}]",
    "{",
    "{}}",
    "\u{feff}{}",
    "{\"a\":1,}",
    "{'a':1}",
];
const PIECES: [&str; 18] = [
    "\"", "\\", "\\u", "\\ud83d", "{", "}", "[", "]", ",", ":", " ", "\n", "\0", "é", "-", "1", "NaN",
    "\u{feff}",
];
const PATHS: [&str; 14] = [
    "0",
    "-1",
    "2147483647",
    "2147483648",
    "9223372036854775808",
    "1.0",
    "%2B1",
    "%201",
    "1_0",
    "%D9%A3",
    "abc",
    "1e3",
    "%31",
    "1%20",
];
const QUERIES: [&str; 12] = [
    "=",
    "&",
    "q",
    "limit",
    "limit=",
    "skip=%",
    "q=%zz",
    "q=%ff%fe",
    "q=a+b",
    "q=a%2Bb",
    "limit=5;skip=1",
    "%6Cimit=3",
];

impl<'a> Generator<'a> {
    pub(super) fn new(seed: u64, operations: &'a [Operation]) -> Self {
        Self { random: Random::new(seed), operations, turn: 0, made: BTreeMap::new(), owner: None }
    }

    /// A row that the answer says was made.
    pub(super) fn learn(&mut self, ask: &Ask, created: Option<u64>) {
        let collection = ask.route.strip_prefix("POST ");
        let known = ROWS.iter().find(|(_, _, known)| Some(*known) == collection);
        let id = created.and_then(|id| usize::try_from(id).ok());
        if let (Some((name, ..)), Some(id), Token::User(user)) = (known, id, ask.token) {
            self.made.entry(name).or_default().push((id, user));
        }
    }

    /// The routes in turn: none is asked less than another.
    pub(super) fn ask(&mut self) -> Ask {
        let operation = &self.operations[self.turn % self.operations.len()];
        self.turn += 1;
        let mut types = Vec::new();
        self.owner = None;
        let path = self.path(operation, &mut types);
        let query = self.query(operation, &mut types);
        let mut ask = Ask {
            route: operation.route.clone(),
            method: operation.method.clone(),
            target: format!("{path}{query}"),
            token: self.token(),
            headers: Vec::new(),
            body: Vec::new(),
            types: Vec::new(),
        };
        if let Some(Schema::Object(fields)) = &operation.body {
            self.body(&mut ask, fields, &mut types);
        }
        if self.random.chance(25) {
            ask.header("accept-encoding", "gzip");
        }
        if self.random.chance(20) {
            let origin = ["http://localhost:3000", "http://evil.example", "null"][self.random.below(3)];
            ask.header("origin", origin);
        }
        types.sort_unstable();
        types.dedup();
        Ask { types, ..ask }
    }

    fn path(&mut self, operation: &Operation, types: &mut Vec<&'static str>) -> String {
        let mut path = operation.path.clone();
        for parameter in operation.parameters.iter().filter(|parameter| parameter.is_in_path) {
            types.push(parameter.schema.name());
            let value = if self.random.chance(12) {
                PATHS[self.random.below(PATHS.len())].to_owned()
            } else {
                self.id(&parameter.name)
            };
            path = path.replace(&format!("{{{}}}", parameter.name), &value);
        }
        path
    }

    /// Mostly whoever owns what is asked for, or all that anybody heard would be that it is not there.
    fn token(&mut self) -> Token {
        let token = match self.owner {
            Some(user) if self.random.chance(80) => Token::User(user),
            _ => Token::random(&mut self.random),
        };
        if let Token::User(user) = token {
            self.owner = Some(user);
        }
        token
    }

    /// Mostly a row that is there, or was: of the sample, or one that was made a while ago by the same user as others
    /// in this request.
    fn id(&mut self, name: &str) -> String {
        let (owner, none) = (self.owner, Vec::new());
        let made = self.made.get(name).unwrap_or(&none);
        let fitting = made.iter().rev().filter(|(_, user)| owner.is_none_or(|owner| owner == *user));
        let recent: Vec<_> = fitting.take(RECENT).copied().collect();
        if !recent.is_empty() && self.random.chance(60) {
            let (id, user) = recent[self.random.below(recent.len())];
            self.owner = Some(user);
            return id.to_string();
        }
        let sample = ROWS.iter().find(|(known, ..)| *known == name).map_or(30, |(_, sample, _)| *sample);
        (self.random.below(sample) + 1).to_string()
    }

    fn query(&mut self, operation: &Operation, types: &mut Vec<&'static str>) -> String {
        let known: Vec<_> = operation.parameters.iter().filter(|parameter| !parameter.is_in_path).collect();
        let mut pairs = Vec::new();
        if !known.is_empty() {
            let is_bold = self.random.chance(50);
            for _ in 0..[0, 1, 1, 2, 3, 5][self.random.below(6)] {
                let parameter = known[self.random.below(known.len())];
                types.push(parameter.schema.name());
                let value = match self.random.below(10) {
                    0 if is_bold => wrong(&mut self.random),
                    1..5 if is_bold => edge(&parameter.schema, &mut self.random),
                    _ => good(&parameter.schema, &mut self.random),
                };
                pairs.push(format!("{}={}", parameter.name, plain(&value)));
            }
        }
        if self.random.chance(8) {
            pairs.push(QUERIES[self.random.below(QUERIES.len())].to_owned());
        }
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }

    fn body(&mut self, ask: &mut Ask, fields: &[Field], types: &mut Vec<&'static str>) {
        let mut body = if self.random.chance(4) {
            BODIES[self.random.below(BODIES.len())].as_bytes().to_vec()
        } else {
            self.object(fields, types).into_bytes()
        };
        if self.random.chance(5) {
            self.damage(&mut body);
        }
        match self.random.below(40) {
            0..5 => ask.header("content-type", CONTENT_TYPES[self.random.below(CONTENT_TYPES.len())]),
            5 | 6 => {}
            7 => {
                body.push(0xff);
                ask.header("content-type", "text/plain");
            }
            8 => {
                let text = String::from_utf8_lossy(&body).into_owned();
                body = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                ask.header("content-type", "application/json");
            }
            _ => ask.header("content-type", "application/json"),
        }
        ask.body = body;
    }

    /// Good members, then up to three things that may be wrong with them.
    fn object(&mut self, fields: &[Field], types: &mut Vec<&'static str>) -> String {
        let mut members: Vec<(String, String)> = Vec::new();
        for field in fields {
            if field.is_required || self.random.chance(35) {
                types.push(field.schema.name());
                members.push((quoted(&field.name), self.value(field)));
            }
        }
        for _ in 0..[0, 1, 1, 1, 2, 3][self.random.below(6)] {
            let field = &fields[self.random.below(fields.len())];
            types.push(field.schema.name());
            let value = match self.random.below(12) {
                0 => wrong(&mut self.random),
                1 => "null".to_owned(),
                2 => deep(&mut self.random),
                _ => edge(&field.schema, &mut self.random),
            };
            let name = quoted(&field.name);
            let at = members.iter().position(|(candidate, _)| *candidate == name);
            match (self.random.below(12), at) {
                // Absent, unknown, spelled otherwise, and twice.
                (0, Some(at)) => drop(members.remove(at)),
                (1, _) => members.push(("\"unknown\"".to_owned(), value)),
                (2, _) => members.push((name.to_uppercase(), value)),
                (3, _) => members.insert(self.random.below(members.len() + 1), (name, value)),
                (_, Some(at)) => members[at].1 = value,
                (_, None) => members.push((name, value)),
            }
        }
        let between = self.random.pick(&[",", ",", ",", ", ", ",\n", " ,\t"]);
        let members: Vec<_> = members.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        format!("{{{}}}", members.join(between))
    }

    /// A project in a task is one that is there: nothing would ever be stored otherwise.
    fn value(&mut self, field: &Field) -> String {
        if field.name.ends_with("_id") { self.id(&field.name) } else { good(&field.schema, &mut self.random) }
    }

    /// Some bytes less, more or other than a client meant.
    fn damage(&mut self, body: &mut Vec<u8>) {
        let at = self.random.below(body.len() + 1);
        match self.random.below(4) {
            0 => body.truncate(at),
            1 if at < body.len() => drop(body.remove(at)),
            2 if at < body.len() => body[at] = u8::try_from(self.random.below(256)).unwrap(),
            _ => drop(body.splice(at..at, self.random.pick(&PIECES).bytes())),
        }
    }
}
