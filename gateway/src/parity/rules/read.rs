//! Reads `rules.toml`: every mistake at once, with its place and a remedy.

use std::{path::Path, time::Duration};

use chrono::NaiveDate;
use regex::Regex;

use super::{Accept, At, Level, Matcher, Operation, Reset, Rule, Rules, State, accept::Said, at::BadAt};
use crate::config::{
    document::{Document, item::Item, scalar::Scalar, section::Section},
    mistakes::Mistakes,
};

const SCHEMA: i64 = 1;
const SHORTEST_REASON: usize = 10;
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

pub(super) fn read(name: &Path, text: &str, today: NaiveDate) -> Result<Rules, Mistakes> {
    let document = Document::read(name, text);
    let mut root = document.root();
    let mut rules = Rules::default();
    if let Some(schema) = root.required("schema", "schema = 1") {
        schema.integer(SCHEMA..=SCHEMA);
    }
    if let Some(mut levels) = root.optional("levels").and_then(|item| item.section("[levels]")) {
        let spelling = levels.optional("spelling");
        if let Some(level) = spelling.and_then(|item| item.choice("a level", &[Level::Warn, Level::Fail])) {
            rules.spelling = level;
        }
        levels.close();
    }
    if let Some(mut headers) = root.optional("headers").and_then(|item| item.section("[headers]")) {
        let names = headers.optional("volatile").and_then(|item| texts(&item, r#"["x-trace"]"#));
        rules.volatile.extend(names.into_iter().flatten().map(|name| name.to_ascii_lowercase()));
        headers.close();
    }
    for mut section in sections(&mut root, "rule") {
        rules.rules.extend(rule(&mut section, today));
        section.close();
    }
    for mut section in sections(&mut root, "accept") {
        rules.accepts.extend(accept(&mut section));
        section.close();
    }
    if let Some(section) = root.optional("credentials").and_then(|item| item.section("[credentials]")) {
        for entry in section.entries() {
            if let (Some(user), Some(from)) = (entry.key.text(), variable(&entry.value)) {
                rules.credentials.push((user.to_owned(), from));
            }
        }
    }
    if let Some(mut section) = root.optional("state").and_then(|item| item.section("[state]")) {
        rules.state = state(&mut section);
        section.close();
    }
    root.close();
    document.into_result(Some(rules))
}

fn sections<'d>(root: &mut Section<'d>, key: &'static str) -> Vec<Section<'d>> {
    let example = format!("[[{key}]]");
    let items = root.optional(key).and_then(|item| item.list(&example)).unwrap_or_default();
    items.iter().filter_map(|item| item.section(&example)).collect()
}

fn rule(section: &mut Section<'_>, today: NaiveDate) -> Option<Rule> {
    let place = anchored(section);
    let expect = section.required("expect", "expect = \"uuid\"");
    let matcher = expect.as_ref().and_then(matcher);
    let reason = reason(section);
    let written = section.optional("expires");
    let expires = written.as_ref().and_then(Item::day);
    if let (Some(item), Some(day)) = (&written, expires)
        && day < today
    {
        item.reject(
            format!("the rule expired on {day}"),
            "remove the rule, or look at it again and set a new day",
        );
    }
    if let (Some(item), Some(Matcher::Ignore), None) = (&expect, &matcher, &written) {
        item.reject("what is ignored has no end", "add `expires = 2027-03-01`, or use a narrower matcher");
    }
    let (operation, at) = place?;
    Some(Rule { operation, at, expect: matcher?, reason: reason?, expires })
}

fn accept(section: &mut Section<'_>) -> Option<Accept> {
    let place = anchored(section);
    let mut side = |key, example| {
        let said = section.required(key, example).and_then(|item| Scalar::read(&item));
        said.map(|said| Said::of(&said.to_string()))
    };
    let (from, to) = (side("from", "from = \"present\""), side("to", "to = \"absent\""));
    let signed = section.required("approved_by", "approved_by = \"ada\"");
    let approved_by = signed.and_then(|item| item.text().map(str::to_owned));
    let reason = reason(section);
    let (operation, at) = place?;
    Some(Accept { operation, at, from: from?, to: to?, approved_by: approved_by?, reason: reason? })
}

fn anchored(section: &mut Section<'_>) -> Option<(Operation, At)> {
    let operation = section.required("op", "op = \"GET /items/{id}\"");
    let operation = operation.and_then(|item| item.text().map(Operation::new));
    let at = section.required("at", "at = \"body $.items[*].score\"").and_then(|item| {
        item.parsed(|error| match error {
            BadAt::Pattern(_) => "anchor it at `$`, as in `body $.items[*].id`".to_owned(),
            BadAt::Unknown(_) => {
                "write `status`, `header NAME`, `trailer NAME`, `body`, `body $.path`, `event`, \
                                  `event $.path`, `frame`, `frame $.path` or `pieces`"
                    .to_owned()
            }
        })
    });
    Some((operation?, at?))
}

fn reason(section: &mut Section<'_>) -> Option<String> {
    let item = section.required("reason", "reason = \"why the difference does no harm\"")?;
    let text = item.text()?.trim();
    if text.len() < SHORTEST_REASON {
        item.reject("this is no reason", "say in a sentence why the difference does no harm");
        return None;
    }
    Some(text.to_owned())
}

/// In the words of the file: those that stand alone, and those with parameters.
const PLAIN: [&str; 9] =
    ["equal", "lexeme", "type", "uuid", "bound", "unordered", "present", "null_or_absent", "ignore"];

fn matcher(item: &Item<'_>) -> Option<Matcher> {
    if !item.is_table() {
        let name = item.choice("a matcher", &PLAIN)?;
        return Some(match name {
            "equal" => Matcher::Equal,
            "lexeme" => Matcher::Lexeme,
            "type" => Matcher::Type,
            "uuid" => Matcher::Uuid,
            "bound" => Matcher::Bound,
            "unordered" => Matcher::Unordered { key: None },
            "present" => Matcher::Present,
            "null_or_absent" => Matcher::NullOrAbsent,
            _ => Matcher::Ignore,
        });
    }
    let mut section = item.section("{ number = { rel = 1e-9 } }")?;
    let matcher = parametrised(&mut section);
    if matcher.is_none() && section.entries().is_empty() {
        item.reject("no matcher is named", "write it as in `{ number = { rel = 1e-9 } }`");
    }
    section.close();
    matcher
}

fn parametrised(section: &mut Section<'_>) -> Option<Matcher> {
    let regex = section.optional("regex").and_then(|item| {
        item.parsed::<Regex>(|_| "write a regular expression for the whole value".to_owned())
            .map(Matcher::Regex)
    });
    let number = below(section, "number", "{ rel = 1e-9 }", |inside| {
        let mut bound = |key, example| inside.optional(key).and_then(|item| item.number(example));
        let (abs, rel) = (bound("abs", "0.01"), bound("rel", "1e-9"));
        Some(Matcher::Number { abs: abs.unwrap_or(0.0), rel: rel.unwrap_or(0.0) })
    });
    let instant = below(section, "instant", "{ within = \"2s\" }", |inside| {
        let within =
            inside.required("within", "within = \"2s\"")?.duration(Duration::ZERO..=LONGEST, "2s")?;
        Some(Matcher::Instant { within })
    });
    let unordered = below(section, "unordered", "{ key = \"id\" }", |inside| {
        let key = inside.required("key", "key = \"id\"")?.text()?;
        Some(Matcher::Unordered { key: Some(key.trim_start_matches("$.").to_owned()) })
    });
    let url = below(section, "url", "{ ignore_host = true }", |inside| {
        let ignore_host = inside.required("ignore_host", "ignore_host = true")?.boolean()?;
        Some(Matcher::Url { ignore_host })
    });
    let trim = below(section, "text", "{ trim = true }", |inside| {
        let item = inside.required("trim", "trim = true")?;
        match item.boolean()? {
            true => Some(Matcher::Trim),
            false => item.wrong_type("`true`", "write `trim = true`, or leave the rule out"),
        }
    });
    let mut named = [regex, number, instant, unordered, url, trim].into_iter().flatten();
    named.next()
}

fn below(
    section: &mut Section<'_>,
    key: &'static str,
    example: &str,
    read: impl FnOnce(&mut Section<'_>) -> Option<Matcher>,
) -> Option<Matcher> {
    let mut inside = section.optional(key)?.section(example)?;
    let matcher = read(&mut inside);
    inside.close();
    matcher
}

fn texts(item: &Item<'_>, example: &str) -> Option<Vec<String>> {
    let items = item.list(example)?;
    Some(items.iter().filter_map(Item::text).map(str::to_owned).collect())
}

/// Where a secret stands: never in the file.
fn variable(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    if text.strip_prefix("env:").is_none_or(str::is_empty) {
        item.reject("a secret does not stand in this file", "name its variable, as in `\"env:COMPAT_ADA\"`");
        return None;
    }
    Some(text.to_owned())
}

fn state(section: &mut Section<'_>) -> State {
    let example = r#"{ command = ["./reset.sh"] }"#;
    let database = section.optional("database").and_then(|item| variable(&item));
    let written = section.optional("reset");
    let reset = written.as_ref().and_then(|item| {
        let mut inside = item.section(example)?;
        let command = inside.optional("command").and_then(|item| texts(&item, r#"["./reset.sh"]"#));
        let template = inside.optional("template").and_then(|item| item.text().map(str::to_owned));
        inside.close();
        match (command, template) {
            (Some(command), None) if !command.is_empty() => Some(Reset::Command(command)),
            (None, Some(template)) => Some(Reset::Template(template)),
            (_, _) => item.wrong_type(
                "a `command` or a `template`",
                &format!("write `{example}` or `{{ template = \"seeded\" }}`"),
            ),
        }
    });
    let tables = section.optional("fingerprint");
    let fingerprint = tables.as_ref().and_then(|item| texts(item, r#"["users"]"#)).unwrap_or_default();
    let needing = match &reset {
        Some(Reset::Template(_)) => written.as_ref(),
        Some(Reset::Command(_)) | None => tables.as_ref().filter(|_| !fingerprint.is_empty()),
    };
    if let (None, Some(item)) = (&database, needing) {
        item.reject("there is no database to do this in", "add `database = \"env:COMPAT_DATABASE_URL\"`");
    }
    State { database, reset, fingerprint }
}
