//! What the answers of a legacy prove, one subject a file.

mod compression;
mod cors;
mod drift;
mod errors;
mod json;
mod methods;
mod refusal;
mod slash;
mod template;
mod tokens;
mod validation;
mod versions;

use super::{Finding, Heard, Known};

/// In the order in which a person reads them.
pub fn learn(heard: &Heard, known: &Known<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    errors::learn(heard, known, &mut findings);
    tokens::learn(heard, known, &mut findings);
    validation::learn(heard, known, &mut findings);
    json::learn(heard, known, &mut findings);
    slash::learn(heard, known, &mut findings);
    methods::learn(heard, known, &mut findings);
    cors::learn(heard, known, &mut findings);
    compression::learn(heard, known, &mut findings);
    versions::learn(heard, known, &mut findings);
    drift::learn(heard, known, &mut findings);
    findings
}
