//! The rules of a field's type, as a constant that is built from what the field says.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericArgument, Ident, PathArguments, Type};

use crate::{
    attributes::{Setting, Value},
    field::Declared,
};

pub(super) fn of(field: &Declared<'_>, strip_whitespace: bool) -> syn::Result<TokenStream> {
    let kind = field.kind;
    let start = quote! { <#kind as ::gateway::contract::field::Field>::Rules };
    let strip = strip_whitespace.then(|| stripped(kind, &start)).flatten();
    built(&start, &field.rules).map(|rules| quote! { #rules #strip })
}

/// `NONE.min_length(1).items(NONE.max_length(5))`: a rule that the type does not have is an error where it was written.
fn built(kind: &TokenStream, settings: &[Setting]) -> syn::Result<TokenStream> {
    let mut rules = quote! { <#kind as ::gateway::contract::field::Constraints>::NONE };
    for setting in settings {
        let name = &setting.name;
        let value = match (&setting.value, name.to_string().as_str()) {
            (_, "items" | "keys" | "values") => built(&part(kind, name), setting.list()?)?,
            (Value::Word, _) => quote! { true },
            (Value::Expr(_) | Value::List(_), _) => setting.expr()?.to_token_stream(),
        };
        rules = quote! { #rules.#name(#value) };
    }
    Ok(rules)
}

/// The type of the rules that stand inside of others.
fn part(kind: &TokenStream, name: &Ident) -> TokenStream {
    match name.to_string().as_str() {
        "keys" => quote! { <#kind as ::gateway::contract::model::Entries>::Keys },
        "values" => quote! { <#kind as ::gateway::contract::model::Entries>::Values },
        _ => quote! { <#kind as ::gateway::contract::model::Items>::Items },
    }
}

/// `str_strip_whitespace` holds for every text of the model, inside of lists as well.
fn stripped(kind: &Type, rules: &TokenStream) -> Option<TokenStream> {
    let Type::Path(path) = kind else { return None };
    let last = path.path.segments.last()?;
    let inner = || match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(inner) => Some(inner),
                _ => None,
            })
        }
        PathArguments::None | PathArguments::Parenthesized(_) => None,
    };
    match last.ident.to_string().as_str() {
        "String" => Some(quote! { .strip_whitespace(true) }),
        "Option" | "Given" => stripped(inner()?, rules),
        "Vec" => {
            let items = quote! { <#rules as ::gateway::contract::model::Items>::Items };
            let strip = stripped(inner()?, &items)?;
            Some(quote! { .items(<#items as ::gateway::contract::field::Constraints>::NONE #strip) })
        }
        _ => None,
    }
}
