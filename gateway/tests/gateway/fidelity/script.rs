//! What a case is: who sends which bytes, and which bytes must arrive at the other end, in order.
//!
//! A file of cases reads from top to bottom like a diagram: `>` is what the client sends, `>>` what arrives at the legacy,
//! `<<` what the legacy sends, `<` what arrives at the client. `#` begins a comment, `##` a case.

use std::path::PathBuf;

use compat_tests::repository;

use super::bytes::{Template, read};

pub(super) struct Case {
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) steps: Vec<Step>,
}

pub(super) struct Step {
    pub(super) line: usize,
    pub(super) who: Who,
    pub(super) what: What,
}

/// The four places at which bytes are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    ClientSends,
    LegacyHears,
    LegacySends,
    ClientHears,
}

pub(super) enum What {
    Bytes(Template),
    /// The client opens another connection; the legacy is asked on another one.
    Another,
    /// Nothing more is sent; nothing more came.
    End,
}

impl Case {
    /// The file's own cases, in its order.
    pub(super) fn of_subject(subject: &str) -> Vec<Self> {
        let path = folder().join(subject).with_extension("txt");
        let text = std::fs::read_to_string(&path).unwrap();
        let mut cases: Vec<Self> = Vec::new();
        let mut open = None;
        for (number, line) in text.lines().enumerate() {
            if let Some(name) = line.strip_prefix("## ") {
                cases.push(Self { subject: subject.to_owned(), name: name.to_owned(), steps: Vec::new() });
                open = None;
            } else if line.is_empty() || line.starts_with('#') {
                open = None;
            } else {
                let case = cases.last_mut().unwrap_or_else(|| panic!("{subject}:{number}: no case yet"));
                case.add(number + 1, line, &mut open);
            }
        }
        cases
    }

    /// Lines of one kind that follow one another are one piece of bytes.
    fn add(&mut self, line: usize, text: &str, open: &mut Option<Who>) {
        let (sign, rest) = text.split_once(' ').unwrap_or((text, ""));
        let place = format!("{}:{line}", self.subject);
        let (arrows, event) = sign.split_at(sign.trim_end_matches(['|', '+']).len());
        let who = match arrows {
            ">" => Who::ClientSends,
            ">>" => Who::LegacyHears,
            "<<" => Who::LegacySends,
            "<" => Who::ClientHears,
            _ => panic!("{place}: `{sign}` says nobody"),
        };
        let what = match event {
            "" => {
                let (bytes, joined) = (read(rest, &place), *open == Some(who));
                *open = Some(who);
                match self.steps.last_mut() {
                    Some(Step { what: What::Bytes(before), .. }) if joined => return before.extend(bytes),
                    _ => What::Bytes(bytes),
                }
            }
            "|" => What::End,
            "+" => What::Another,
            _ => panic!("{place}: `{sign}` says nothing"),
        };
        if !matches!(what, What::Bytes(_)) {
            *open = None;
        }
        self.steps.push(Step { line, who, what });
    }

    /// Whether both connections are as good after it as before.
    pub(super) fn keeps_its_connections(&self) -> bool {
        self.steps.iter().all(|step| match &step.what {
            What::Bytes(bytes) => {
                // After these a connection serves nobody else.
                let last: &[&[u8]] = &[b"HTTP/1.1 5", b"HTTP/1.1 101", b"HTTP/1.0"];
                step.who != Who::LegacySends || !bytes.starts_with_any(last)
            }
            What::Another | What::End => false,
        })
    }
}

/// The names of all files of cases.
pub(super) fn subjects() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let texts = entries.filter(|path| path.extension().is_some_and(|extension| extension == "txt"));
    let mut names: Vec<_> =
        texts.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

pub(super) fn folder() -> PathBuf {
    repository().join("gateway/tests/gateway/fidelity")
}
