//! Derives what a request model and an answer are from a struct that reads like its Pydantic original.

mod answer;
mod attributes;
mod model;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// A request model, or an enum of texts: `gateway::contract::model`.
#[proc_macro_derive(Model, attributes(model, field))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    model::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// What a handler answers with: `gateway::contract::answer`.
#[proc_macro_derive(Answer, attributes(answer, field))]
pub fn derive_answer(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    answer::derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
