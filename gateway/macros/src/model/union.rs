//! `#[model(tag = "kind")]` on an enum of models: a union with a discriminator.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, Error, Fields, Ident, LitStr, Type, Variant};

use crate::{attributes::all, field::value_of};

pub(super) fn derive(name: &Ident, data: &DataEnum, tag: &LitStr) -> syn::Result<TokenStream> {
    let tags = all(data.variants.iter().map(tag_of))?;
    let arms = all(data.variants.iter().zip(&tags).zip(0_usize..).map(|((variant, tag), at)| {
        let (ident, kind) = (&variant.ident, held(variant)?);
        Ok(quote! {
            ::core::option::Option::Some(#at) => errors
                .within(::gateway::contract::validation::Step::Name(#tag), |errors| {
                    ::gateway::contract::model::read::<#kind>(given, errors)
                })
                .map(Self::#ident),
        })
    }))?;
    Ok(quote! {
        impl ::gateway::contract::field::Field for #name {
            type Rules = ::gateway::contract::field::Unconstrained;

            fn read<'a>(
                given: &'a ::gateway::contract::python::Value,
                _: &Self::Rules,
                errors: &mut ::gateway::contract::validation::Errors<'a>,
            ) -> ::core::option::Option<Self> {
                match ::gateway::contract::model::tagged(given, #tag, &[#(#tags),*], errors) {
                    #(#arms)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    })
}

fn tag_of(variant: &Variant) -> syn::Result<syn::Expr> {
    let message = "say the tag of this model: #[field(value = \"...\")]";
    value_of(variant)?.ok_or_else(|| Error::new(variant.ident.span(), message))
}

/// The model that a variant holds.
pub(crate) fn held(variant: &Variant) -> syn::Result<&Type> {
    match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Ok(&fields.unnamed[0].ty),
        _ => Err(Error::new(variant.ident.span(), "a variant of a union holds one model")),
    }
}
