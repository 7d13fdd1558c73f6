//! The first draft of a native route: three rooms and a place in the list, from the lock and the OpenAPI document.
//!
//! What the document says is written down; what it cannot say is left open, in a comment and in the summary. Nothing
//! here touches a file: texts come in, texts go out.

mod answers;
pub mod catalog;
pub mod document;
mod imports;
mod list;
mod naming;
mod operation;
mod ordered;
mod requests;
mod rooms;
mod room;
mod shape;
mod sql;
mod table;

use indexmap::IndexMap;

use crate::routes::key::RouteKey;
use catalog::Column;
use document::Document;
use operation::Operation;

/// The files of `native`, by their path in it.
pub type Files = IndexMap<String, String>;

/// What is known before anything is written.
pub struct Known<'a> {
    pub route: &'a RouteKey,
    pub document: &'a Document,
    /// Whether the gateway verifies a token before the handler runs, and who else protects the route.
    pub protection: Protection,
    /// The folder of the resource, where the document's tag is not what it should be called.
    pub resource: Option<&'a str>,
    /// The function, where the original's name is taken.
    pub handler: Option<&'a str>,
    /// Of every table, where a database was asked.
    pub columns: Option<&'a [Column]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protection {
    Open,
    Bearer,
    /// In a way that the gateway leaves to the legacy: the names of the schemes.
    Other(Vec<String>),
}

/// Why there can be no draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the document has no operation for it: a hidden route, or one of a mounted application")]
    NotInTheDocument,
    #[error("`{file}` has it already: the route is registered")]
    Registered { file: &'static str },
    #[error(
        "`{file}` has a function `{name}` already: write the new one beside it, or choose another --handler"
    )]
    Handler { file: String, name: String },
    #[error("`{file}` has no {what}: is this the folder `gateway/src/native`?")]
    NoList { file: &'static str, what: &'static str },
    #[error("its path has a character that a text of Rust cannot have as it is")]
    Path,
    #[error("`{name}` is no name of a module: choose one with --resource")]
    Resource { name: String },
}

/// What is to be written, and what a person has to know about it.
#[derive(Debug)]
pub struct Draft {
    pub resource: String,
    pub handler: String,
    /// Only those that change.
    pub files: Files,
    /// What the document could not say.
    pub open: Vec<String>,
}

/// `native_list` is `native.rs` itself.
pub const NATIVE_LIST: &str = "../native.rs";

/// Everything that is wrong is told at once.
pub fn draft(known: &Known<'_>, present: &Files) -> Result<Draft, Vec<Refusal>> {
    let operation = Operation::read(known).map_err(|refusal| vec![refusal])?;
    let mut refusals = Vec::new();
    let list = present.get(NATIVE_LIST).map_or("", String::as_str);
    let registered = list::with(list, &operation);
    let registered = registered.map_err(|refusal| refusals.push(refusal)).ok();
    let written = rooms::write(known, &operation, present);
    let written = written.map_err(|more| refusals.extend(more)).ok();
    let (Some(registered), Some(mut written)) = (registered, written) else { return Err(refusals) };
    written.files.insert(NATIVE_LIST.to_owned(), registered);
    written.files.retain(|path, text| present.get(path) != Some(text));
    Ok(Draft {
        resource: operation.resource,
        handler: operation.handler,
        files: written.files,
        open: written.open,
    })
}

#[cfg(test)]
mod tests;
