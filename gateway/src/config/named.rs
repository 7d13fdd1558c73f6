//! Variables that a file names for itself: `env:COMPAT_ADA`.

use std::path::Path;

use super::{
    DOTENV, Secret,
    mistakes::{Mistake, Mistakes},
    source::Source,
};

/// What the text says, or the variable that it names; from the environment, else from `.env`.
///
/// # Errors
///
/// The variable is not there, or is no text.
pub fn resolve(text: &str) -> Result<Secret, Mistakes> {
    let Some(name) = text.strip_prefix("env:") else { return Ok(Secret::from(text.to_owned())) };
    let mut mistakes = Mistakes::default();
    let source = Source::read(Path::new(DOTENV), &mut mistakes);
    let found = source.layers().into_iter().find_map(|layer| layer.get(name));
    match found.and_then(|variable| variable.text.clone()) {
        Some(value) => Ok(Secret::from(value)),
        None => {
            let what = if found.is_some() { "is no UTF-8 text" } else { "is not set" };
            mistakes.push(Mistake::in_variable(name, what, format!("set it: `{text}` asks for it")));
            Err(mistakes)
        }
    }
}
