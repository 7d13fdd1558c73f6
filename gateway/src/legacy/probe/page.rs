//! Puts learned values into the text of a `legacy.toml`: each on a line of its own, behind it the request that proved
//! it. What a person wrote stays as it is, unless it is to be overwritten.

use toml_edit::{DocumentMut, InlineTable, Item, TableLike, Value};

use super::{
    Finding,
    finding::{Content, Learned},
};

/// How a line of ours is known again.
const MARK: &str = "# probed: ";

#[derive(Debug, thiserror::Error)]
pub enum BadPage {
    /// The parser's own report names line and column.
    #[error("is no TOML: {0}")]
    Syntax(toml_edit::TomlError),
    #[error("`{0}`, or what stands below it, is no section")]
    NoSection(&'static str),
}

/// The text of the file, and what was done to it.
#[derive(Debug)]
pub struct Page {
    pub text: String,
    pub written: Vec<&'static str>,
    /// Values that a person wrote, and that are not as learned.
    pub left: Vec<&'static str>,
}

impl Page {
    pub fn with(before: &str, findings: &[Finding], overwrite: bool) -> Result<Self, BadPage> {
        let (mark, plain) = match before.strip_prefix('\u{feff}') {
            Some(rest) => ("\u{feff}", rest),
            None => ("", before),
        };
        let mut document: DocumentMut = plain.parse().map_err(BadPage::Syntax)?;
        let (mut written, mut left) = (Vec::new(), Vec::new());
        if document.is_empty() {
            document.insert("schema", toml_edit::value(1));
        }
        for finding in findings {
            let Some(learned) = finding.to_be_written() else { continue };
            let (section, key) = section(&mut document, learned)?;
            if section.get(key).is_some_and(|item| !is_ours(item)) && !overwrite {
                left.push(learned.key);
                continue;
            }
            let mut value = value_of(learned);
            value.decor_mut().set_prefix(" ");
            value.decor_mut().set_suffix(format!("  {MARK}{}", proof(finding)));
            match section.get_mut(key).and_then(Item::as_value_mut) {
                Some(present) => *present = value,
                None => drop(section.insert(key, Item::Value(value))),
            }
            written.push(learned.key);
        }
        let text = document.to_string();
        let text =
            if plain.contains("\r\n") { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text };
        let text = if written.is_empty() { before.to_owned() } else { format!("{mark}{text}") };
        Ok(Self { text, written, left })
    }
}

/// The section that a key belongs to, made where it is not there yet.
fn section<'d>(
    document: &'d mut DocumentMut,
    learned: &Learned,
) -> Result<(&'d mut dyn TableLike, &'static str), BadPage> {
    let (table, key) = (learned.table.name(), learned.key);
    let mut item = document.entry(table).or_insert_with(toml_edit::table);
    let (below, name) = key.rsplit_once('.').map_or((None, key), |(below, name)| (Some(below), name));
    if let Some(below) = below {
        let above = item.as_table_like_mut().ok_or(BadPage::NoSection(table))?;
        item = above.entry(below).or_insert_with(toml_edit::table);
    }
    Ok((item.as_table_like_mut().ok_or(BadPage::NoSection(table))?, name))
}

fn is_ours(item: &Item) -> bool {
    let suffix = item.as_value().and_then(|value| value.decor().suffix()?.as_str());
    suffix.is_some_and(|suffix| suffix.trim_start().starts_with(MARK))
}

/// In one line: what ends a line would end the comment.
fn proof(finding: &Finding) -> String {
    let line = format!("{}  ->  {}", finding.question, finding.answer);
    line.chars().map(|each| if each.is_control() { ' ' } else { each }).collect()
}

fn value_of(learned: &Learned) -> Value {
    match &learned.value {
        Content::Text(text) => text.as_str().into(),
        Content::Number(number) => (*number).into(),
        Content::Answer(answer) => {
            let mut table = InlineTable::new();
            table.insert("status", i64::from(answer.status.as_u16()).into());
            table.insert("body", String::from_utf8_lossy(&answer.body).into_owned().into());
            let mut headers = InlineTable::new();
            for (name, value) in &answer.headers {
                if name != http::header::CONTENT_TYPE || value != "application/json" {
                    headers
                        .insert(name.as_str(), String::from_utf8_lossy(value.as_bytes()).into_owned().into());
                }
            }
            if !headers.is_empty() {
                table.insert("headers", headers.into());
            }
            table.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Verdict, Worth, finding::Table},
        *,
    };

    fn finding(key: &'static str, text: &str) -> Finding {
        let learned = Learned::error(key, Content::Text(text.to_owned()));
        let (question, answer) = ("GET /x".to_owned(), "404\n{}".to_owned());
        Finding { subject: "x", question, answer, verdict: Verdict::Value(learned, Worth::New) }
    }

    fn check(before: &str, overwrite: bool, after: &str) {
        let findings = [finding("shape", "errors"), finding("validation.body", "'\"{x}\"")];
        let page = Page::with(before, &findings, overwrite).unwrap();
        assert_eq!(page.text, after);
    }

    const SHAPE: &str = "shape = \"errors\"  # probed: GET /x  ->  404 {}";
    const BODY: &str = "body = \"\"\"'\"{x}\"\"\"\"  # probed: GET /x  ->  404 {}";

    #[test]
    fn every_other_byte_stays() {
        check(
            "# a\nschema = 1 # b\n\n[errors] # c\n  # d\n",
            false,
            &format!("# a\nschema = 1 # b\n\n[errors] # c\n{SHAPE}\n\n[errors.validation]\n{BODY}\n  # d\n"),
        );
        check(
            "\u{feff}[errors]\r\nshape = 'detail' # mine\r\n[errors.validation]\r\nstatus = 400 # own\r\n",
            false,
            &format!(
                "\u{feff}[errors]\r\nshape = 'detail' # mine\r\n[errors.validation]\r\nstatus = 400 # own\r\n{BODY}\r\n"
            ),
        );
    }

    #[test]
    fn a_table_that_is_not_there_yet_comes_last() {
        let mut finding = finding("untyped", "json");
        let Verdict::Value(learned, _) = &mut finding.verdict else { panic!("{finding:?}") };
        learned.table = Table::Json;
        let line = "untyped = \"json\"  # probed: GET /x  ->  404 {}\n";
        for (before, after) in [
            ("[errors]\n\n[errors.below.\"/a\"]\nshape = 'text'\n", format!("\n[json]\n{line}")),
            ("[errors]\n[json]\nfloats = 'json.dumps'\n", line.to_owned()),
        ] {
            let page = Page::with(before, std::slice::from_ref(&finding), false).unwrap();
            assert_eq!(page.text, format!("{before}{after}"));
        }
        let refused = Page::with("json = 1", &[finding], false).unwrap_err();
        assert_eq!(refused.to_string(), "`json`, or what stands below it, is no section");
    }

    #[test]
    fn a_line_of_ours_is_replaced_and_one_of_a_person_only_when_asked() {
        let validation = format!("\n[errors.validation]\n{BODY}\n");
        for (line, overwrite, expected) in [
            ("shape = 'detail'  # probed: long ago", false, SHAPE),
            ("shape = 'detail'  # mine", false, "shape = 'detail'  # mine"),
            ("shape = 'detail'  # mine", true, SHAPE),
        ] {
            check(&format!("[errors]\n{line}\n"), overwrite, &format!("[errors]\n{expected}\n{validation}"));
        }
    }

    #[test]
    fn what_is_no_section_is_not_touched() {
        for before in ["errors = 1", "[[errors]]", "[errors]\nvalidation = 2\n", "[errors"] {
            let findings = [finding("validation.body", "x")];
            assert!(Page::with(before, &findings, true).is_err(), "{before}");
        }
    }
}
