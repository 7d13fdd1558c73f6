//! Derives what a request model and an answer are from a struct that reads like its Pydantic original.
//!
//! What each word means stands in the crate that uses them: `gateway::contract::model`, `gateway::contract::answer`.

mod answer;
mod attributes;
mod field;
mod model;
mod names;

use proc_macro::TokenStream;
use syn::{DeriveInput, Error, parse_macro_input};

/// A request model, or an enum of values or of models: `gateway::contract::model`.
#[proc_macro_derive(Model, attributes(model, field))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    model::derive(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// What a handler answers with: `gateway::contract::answer`.
#[proc_macro_derive(Answer, attributes(answer, field))]
pub fn derive_answer(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    answer::derive(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// Pydantic checks a generic model only once it is named for a type; so do we.
fn refuse_generics(input: &DeriveInput) -> syn::Result<()> {
    if input.generics.params.is_empty() {
        return Ok(());
    }
    let message = "a model has no parameters: write one struct for each type that it is used with";
    Err(Error::new_spanned(&input.generics, message))
}
