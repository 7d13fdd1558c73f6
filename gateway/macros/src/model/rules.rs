//! The rules of a field's type, as a constant that is built from what the field says.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{GenericArgument, PathArguments, Type};

use crate::{
    attributes::{Setting, Value},
    field::Declared,
};

pub(super) fn of(field: &Declared<'_>, strip_whitespace: bool) -> syn::Result<TokenStream> {
    let kind = field.kind;
    let start = quote! { <#kind as ::gateway::contract::field::Field>::Rules };
    built(&start, &field.rules, strip_whitespace.then_some(kind))
}

/// `NONE.min_length(1).items(NONE.max_length(5))`: a rule that the type does not have is an error where it was written.
/// `str_strip_whitespace` holds for every text inside of `stripped`, unless the field says otherwise.
fn built(kind: &TokenStream, settings: &[Setting], stripped: Option<&Type>) -> syn::Result<TokenStream> {
    let mut rules = quote! { <#kind as ::gateway::contract::field::Constraints>::NONE };
    let texts = stripped.map_or(Texts::No, Texts::of);
    if matches!(texts, Texts::Itself) {
        rules = quote! { #rules.strip_whitespace(true) };
    }
    for setting in settings {
        let name = &setting.name;
        let value = match (&setting.value, name.to_string().as_str()) {
            (_, part @ ("items" | "keys" | "values")) => {
                built(&rules_of(kind, part), setting.list()?, texts.inside(part))?
            }
            (Value::Word, _) => quote! { true },
            (Value::Expr(_) | Value::List(_), _) => setting.expr()?.to_token_stream(),
        };
        rules = quote! { #rules.#name(#value) };
    }
    for part in ["items", "keys", "values"] {
        let Some(inner) = texts.inside(part).filter(|_| settings.iter().all(|known| known.name != part))
        else {
            continue;
        };
        let (name, value) = (format_ident!("{part}"), built(&rules_of(kind, part), &[], Some(inner))?);
        rules = quote! { #rules.#name(#value) };
    }
    Ok(rules)
}

/// The type of the rules that stand inside of others.
fn rules_of(kind: &TokenStream, part: &str) -> TokenStream {
    match part {
        "keys" => quote! { <#kind as ::gateway::contract::model::Entries>::Keys },
        "values" => quote! { <#kind as ::gateway::contract::model::Entries>::Values },
        _ => quote! { <#kind as ::gateway::contract::model::Items>::Items },
    }
}

/// Where a type has texts, as it is written: one by another name has none.
enum Texts<'t> {
    No,
    Itself,
    /// By the rules that are about them.
    Inside(Vec<(&'static str, &'t Type)>),
}

impl<'t> Texts<'t> {
    fn of(kind: &'t Type) -> Self {
        let Type::Path(path) = kind else { return Self::No };
        let Some(last) = path.path.segments.last() else { return Self::No };
        let inner: Vec<_> = match &last.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.args.iter().filter_map(of_type).collect(),
            PathArguments::None | PathArguments::Parenthesized(_) => Vec::new(),
        };
        match (last.ident.to_string().as_str(), inner.as_slice()) {
            ("String", []) => Self::Itself,
            ("Option" | "Given", [inner]) => Self::of(inner),
            ("Vec" | "IndexSet", [items]) => Self::holding(&[("items", *items)]),
            ("IndexMap", [keys, values]) => Self::holding(&[("keys", *keys), ("values", *values)]),
            _ => Self::No,
        }
    }

    /// Of the parts that have texts themselves.
    fn holding(parts: &[(&'static str, &'t Type)]) -> Self {
        Self::Inside(parts.iter().filter(|(_, kind)| !matches!(Self::of(kind), Self::No)).copied().collect())
    }

    fn inside(&self, part: &str) -> Option<&'t Type> {
        match self {
            Self::Inside(parts) => parts.iter().find(|(name, _)| *name == part).map(|(_, kind)| *kind),
            Self::No | Self::Itself => None,
        }
    }
}

fn of_type(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(kind) => Some(kind),
        _ => None,
    }
}
