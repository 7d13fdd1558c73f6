//! The proposal as TOML: by itself, or put into a `legacy.toml` of which everything that a person wrote stays as it is.

use std::path::Path;

use serde::Serialize;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TableLike};

use super::{Line, Proposal};
use crate::{config::mistakes::Mistakes, contract::profile::Profile};

/// How a line of ours is known again.
const MARK: &str = "# inspected: ";

#[derive(Debug, thiserror::Error)]
pub enum BadPage {
    /// The parser's own report names line and column.
    #[error("is no TOML: {0}")]
    Syntax(toml_edit::TomlError),
    #[error("`{0}` is no section")]
    NoSection(&'static str),
}

/// The text of the file, and what was done to it.
#[derive(Debug, Default, Serialize)]
pub struct Page {
    #[serde(skip)]
    pub text: String,
    pub written: Vec<String>,
    /// What a person wrote otherwise.
    pub left: Vec<String>,
}

impl Page {
    pub fn with(before: &str, proposal: &Proposal) -> Result<Self, BadPage> {
        let (mark, plain) = match before.strip_prefix('\u{feff}') {
            Some(rest) => ("\u{feff}", rest),
            None => ("", before),
        };
        let mut document: DocumentMut = plain.parse().map_err(BadPage::Syntax)?;
        if document.is_empty() {
            document.insert("schema", toml_edit::value(1));
        }
        let mut page = Self::default();
        let legacy = document.entry("legacy").or_insert_with(implicit);
        let legacy = legacy.as_table_like_mut().ok_or(BadPage::NoSection("legacy"))?;
        page.tokens(legacy, &proposal.tokens)?;
        page.users(legacy, &proposal.users)?;
        if page.written.is_empty() {
            return Ok(Self { text: before.to_owned(), ..page });
        }
        let text = document.to_string();
        let text =
            if plain.contains("\r\n") { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text };
        Ok(Self { text: format!("{mark}{text}"), ..page })
    }

    /// The proposal by itself, to be put into a file by hand.
    pub fn fragment(proposal: &Proposal) -> String {
        let mut legacy = Table::new();
        legacy.set_implicit(true);
        let mut page = Self::default();
        // A section of our own is one.
        let sections = page.tokens(&mut legacy, &proposal.tokens);
        drop(sections.and_then(|()| page.users(&mut legacy, &proposal.users)));
        let mut document = DocumentMut::new();
        document.insert("legacy", Item::Table(legacy));
        document.to_string().trim_start().to_owned()
    }

    /// The proposal as the gateway reads it, with what else a profile needs.
    pub fn profile(proposal: &Proposal) -> Result<Profile, Mistakes> {
        let token =
            "[[legacy.tokens]]\nname = \"-\"\nalgorithm = \"HS256\"\nsubject = \"sub:text\"\nrequire = []\n";
        let text = format!(
            "schema = 1\n{}{}[errors]\nshape = \"detail\"\nbad_token = {{ status = 401, body = '{{}}' }}\n",
            if proposal.tokens.is_empty() { token } else { "" },
            Self::fragment(proposal)
        );
        Profile::parse(Path::new("the proposal"), &text)
    }

    fn users(&mut self, legacy: &mut dyn TableLike, lines: &[Line]) -> Result<(), BadPage> {
        if lines.is_empty() {
            return Ok(());
        }
        let users = legacy.entry("users").or_insert_with(toml_edit::table);
        let users = users.as_table_like_mut().ok_or(BadPage::NoSection("legacy.users"))?;
        for line in lines {
            let key = format!("legacy.users.{}", line.key);
            match users.get(line.key) {
                Some(present) if is_same(present, line) => continue,
                Some(present) if is_ours(present) => {}
                Some(_) => {
                    self.left.push(key);
                    continue;
                }
                None => {}
            }
            put(users, line);
            self.written.push(key);
        }
        Ok(())
    }

    /// A profile of tokens is written where there is none, because two that could take one token are a mistake; the one
    /// that an earlier proposal wrote is replaced as a whole.
    fn tokens(&mut self, legacy: &mut dyn TableLike, lines: &[Line]) -> Result<(), BadPage> {
        if lines.is_empty() {
            return Ok(());
        }
        let tokens = legacy.entry("tokens").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        let tokens = tokens.as_array_of_tables_mut().ok_or(BadPage::NoSection("[legacy.tokens]"))?;
        let is_as_proposed = |table: &Table| {
            table.len() == lines.len()
                && lines.iter().all(|line| table.get(line.key).is_some_and(|present| is_same(present, line)))
        };
        let is_alone = tokens.len() == 1;
        match tokens.get_mut(0) {
            None => {
                let mut table = Table::new();
                lines.iter().for_each(|line| put(&mut table, line));
                tokens.push(table);
            }
            Some(table) if is_as_proposed(table) => return Ok(()),
            Some(table) if is_alone && table.iter().all(|(_, item)| is_ours(item)) => {
                table.clear();
                lines.iter().for_each(|line| put(table, line));
            }
            Some(_) => {
                self.left.push("legacy.tokens".to_owned());
                return Ok(());
            }
        }
        self.written.push("legacy.tokens".to_owned());
        Ok(())
    }
}

fn implicit() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

fn put(table: &mut dyn TableLike, line: &Line) {
    let mut value = line.value.clone();
    value.decor_mut().set_prefix(" ");
    // What ends a line would end the comment.
    let proof: String = line.proof.chars().map(|each| if each.is_control() { ' ' } else { each }).collect();
    value.decor_mut().set_suffix(format!("  {MARK}{proof}"));
    match table.get_mut(line.key).and_then(Item::as_value_mut) {
        Some(present) => *present = value,
        None => drop(table.insert(line.key, Item::Value(value))),
    }
}

fn is_ours(item: &Item) -> bool {
    let suffix = item.as_value().and_then(|value| value.decor().suffix()?.as_str());
    suffix.is_some_and(|suffix| suffix.trim_start().starts_with(MARK))
}

/// Whether it says the same, however it is spaced and quoted.
fn is_same(item: &Item, line: &Line) -> bool {
    let bare = |text: String| text.split_whitespace().collect::<String>().replace('\'', "\"");
    let present = item.as_value().cloned().map(|mut value| {
        value.decor_mut().clear();
        bare(value.to_string())
    });
    present == Some(bare(line.value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal() -> Proposal {
        let mut proposal = Proposal::default();
        proposal.user("table", "user", "ten rows\nof them");
        proposal.user("login_case", "exact", "an index");
        proposal.token("name", "access", "for logs");
        proposal
    }

    const TABLE: &str = "table = \"user\"  # inspected: ten rows of them";
    const CASE: &str = "login_case = \"exact\"  # inspected: an index";
    const NAME: &str = "name = \"access\"  # inspected: for logs";

    #[test]
    fn it_stands_by_itself() {
        let expected = format!("[[legacy.tokens]]\n{NAME}\n\n[legacy.users]\n{TABLE}\n{CASE}\n");
        assert_eq!(Page::fragment(&proposal()), expected);
        let page = Page::with("", &proposal()).unwrap();
        assert_eq!(page.text, format!("schema = 1\n\n{expected}"));
        assert_eq!(page.written, ["legacy.tokens", "legacy.users.table", "legacy.users.login_case"]);
    }

    #[test]
    fn what_a_person_wrote_stays_byte_for_byte() {
        let before = "# a\nschema = 1 # b\n[[legacy.tokens]] # c\nname = 'mine'\n[legacy.users]\n  table='people' # d\n\n[errors]\n";
        let page = Page::with(before, &proposal()).unwrap();
        let expected = before.replace("# d\n", &format!("# d\n{CASE}\n"));
        assert_eq!(page.text, expected);
        assert_eq!(page.left, ["legacy.tokens", "legacy.users.table"]);
        let again = Page::with(&page.text, &proposal()).unwrap();
        assert_eq!(again.text, expected);
        // The same in other words, with a remark: it is as proposed already.
        let same = "[legacy.users]\ntable = 'x'\nlogin_case =   \"exact\" # as the legacy\n";
        let page = Page::with(same, &proposal()).unwrap();
        assert!(page.text.contains("login_case =   \"exact\" # as the legacy"), "{}", page.text);
        assert_eq!(page.left, ["legacy.users.table"]);
    }

    #[test]
    fn a_line_of_ours_is_brought_up_to_date() {
        let before = "[legacy.users]\r\ntable = \"old\"  # inspected: once\r\n";
        let page = Page::with(before, &Proposal { tokens: Vec::new(), ..proposal() }).unwrap();
        assert_eq!(page.text, format!("[legacy.users]\r\n{TABLE}\r\n{CASE}\r\n"));
    }

    #[test]
    fn a_token_of_ours_is_replaced_and_one_with_a_line_of_a_person_is_not() {
        let tokens = Proposal { users: Vec::new(), ..proposal() };
        let before = "[[legacy.tokens]] # c\nname = \"once\"  # inspected: a\nkid = \"k\"  # inspected: b\n\n[errors]\n";
        let page = Page::with(before, &tokens).unwrap();
        assert_eq!(page.text, format!("[[legacy.tokens]] # c\n{NAME}\n\n[errors]\n"));
        assert_eq!((page.written.as_slice(), page.left.len()), (&["legacy.tokens".to_owned()][..], 0));
        let again = Page::with(&page.text, &tokens).unwrap();
        assert_eq!((again.text.as_str(), again.written.len(), again.left.len()), (page.text.as_str(), 0, 0));
        let mine = before.replace("# inspected: b", "# mine");
        let page = Page::with(&mine, &tokens).unwrap();
        assert_eq!((page.text.as_str(), page.left.len()), (mine.as_str(), 1));
    }

    #[test]
    fn what_is_no_section_is_not_touched() {
        for before in ["legacy = 1", "[legacy]\nusers = 2\n", "[legacy]\ntokens = 3\n", "[legacy"] {
            assert!(Page::with(before, &proposal()).is_err(), "{before}");
        }
    }
}
