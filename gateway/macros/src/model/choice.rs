//! An enum without data: an `Enum` of the original, or with `#[model(literal)]` a `Literal[...]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, Error, Expr, ExprLit, ExprUnary, Ident, Lit, UnOp, Variant};

use crate::{attributes::all, field::value_of};

pub(super) fn derive(name: &Ident, data: &DataEnum, literal: bool) -> syn::Result<TokenStream> {
    let values = all(data.variants.iter().map(value))?;
    let numbers = values.iter().filter(|value| is_number(value)).count();
    let (read, kind) = match (numbers, literal) {
        (0, false) => (quote! { read }, quote! { &'static str }),
        (0, true) => (quote! { read_literal }, quote! { &'static str }),
        (_, false) if numbers == values.len() => (quote! { read_number }, quote! { i64 }),
        (_, true) if numbers == values.len() => (quote! { read_literal_number }, quote! { i64 }),
        _ => return Err(Error::new(name.span(), "the values are all texts or all integers")),
    };
    let variants = data.variants.iter().map(|variant| &variant.ident);
    Ok(quote! {
        impl ::gateway::contract::field::Field for #name {
            type Rules = ::gateway::contract::field::Unconstrained;

            fn read<'a>(
                given: &'a ::gateway::contract::python::Value,
                _: &Self::Rules,
                errors: &mut ::gateway::contract::validation::Errors<'a>,
            ) -> ::core::option::Option<Self> {
                const VALUES: &[(#kind, #name)] = &[#((#values, #name::#variants)),*];
                ::gateway::contract::field::choice::#read(VALUES, given, errors)
            }
        }
    })
}

pub(crate) fn value(variant: &Variant) -> syn::Result<Expr> {
    if !variant.fields.is_empty() {
        let message = "a variant that holds a model needs #[model(tag = \"...\")] on the enum";
        return Err(Error::new(variant.ident.span(), message));
    }
    let message = "say the value of the original's member: #[field(value = \"...\")]";
    value_of(variant)?.ok_or_else(|| Error::new(variant.ident.span(), message))
}

/// The value as an expression of one type.
pub(crate) fn typed(variant: &Variant) -> syn::Result<TokenStream> {
    let value = value(variant)?;
    Ok(if is_number(&value) {
        quote! { (#value as i64) }
    } else {
        quote! { #value }
    })
}

fn is_number(value: &Expr) -> bool {
    match value {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => is_number(expr),
        Expr::Lit(ExprLit { lit, .. }) => matches!(lit, Lit::Int(_)),
        _ => false,
    }
}
