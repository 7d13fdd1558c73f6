//! `#[derive(Model)]`: a struct becomes a request model, an enum a choice of texts.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DataStruct, DeriveInput, Error, Expr, Field, Ident, Variant, spanned::Spanned};

use crate::attributes::{Setting, settings};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    match &input.data {
        Data::Struct(data) => model(&input.ident, data),
        Data::Enum(data) => choice(&input.ident, data),
        Data::Union(_) => Err(Error::new(input.ident.span(), "a request model is a struct or an enum")),
    }
}

fn model(name: &Ident, data: &DataStruct) -> syn::Result<TokenStream> {
    let members = data.fields.iter().map(member).collect::<syn::Result<Vec<_>>>()?;
    let (reads, listed): (Vec<_>, Vec<_>) = members.into_iter().unzip();
    let fields: Vec<_> = data.fields.iter().map(|field| &field.ident).collect();
    Ok(quote! {
        impl ::gateway::contract::model::Model for #name {
            const MEMBERS: &'static [::gateway::contract::model::Member] = &[#(#listed),*];
            const EXTRA: ::gateway::contract::model::Extra = ::gateway::contract::model::Extra::Ignore;

            fn read_members<'a>(
                members: &mut ::gateway::contract::model::Members<'a, '_>,
            ) -> ::core::option::Option<Self> {
                #(#reads)*
                ::core::option::Option::Some(Self { #(#fields: #fields?),* })
            }
        }

        impl ::gateway::contract::field::Field for #name {
            type Rules = ::gateway::contract::field::Unconstrained;

            const SHAPE: ::gateway::contract::field::Shape =
                ::gateway::contract::field::Shape::Model(<Self as ::gateway::contract::model::Model>::MEMBERS);

            fn read<'a>(
                given: &'a ::gateway::contract::python::Value,
                _: &Self::Rules,
                errors: &mut ::gateway::contract::validation::Errors<'a>,
            ) -> ::core::option::Option<Self> {
                ::gateway::contract::model::read(given, errors)
            }
        }
    })
}

/// The statement that reads a field, and its entry among the members.
fn member(field: &Field) -> syn::Result<(TokenStream, TokenStream)> {
    let (Some(ident), kind) = (&field.ident, &field.ty) else {
        return Err(Error::new(field.span(), "the fields of a request model have names"));
    };
    let settings = settings(&field.attrs, "field")?;
    let name = ident.to_string();
    let names = quote! { &[#name] };
    let mut default = None;
    let mut rules = quote! { <<#kind as ::gateway::contract::field::Field>::Rules as ::gateway::contract::field::Constraints>::NONE };
    for Setting { name, value } in settings {
        match value {
            Some(value) if name == "default" => default = Some(value),
            Some(value) => rules = quote! { #rules.#name(#value) },
            None => return Err(Error::new(name.span(), "this constraint wants a value")),
        }
    }
    let read = match default {
        Some(default) => quote! { members.or(#names, &RULES, || #default) },
        None => quote! { members.required(#names, &RULES) },
    };
    let statement = quote! {
        let #ident: ::core::option::Option<#kind> = {
            static RULES: <#kind as ::gateway::contract::field::Field>::Rules = #rules;
            #read
        };
    };
    let entry = quote! {
        ::gateway::contract::model::Member {
            names: #names,
            shape: <#kind as ::gateway::contract::field::Field>::SHAPE,
        }
    };
    Ok((statement, entry))
}

fn choice(name: &Ident, data: &DataEnum) -> syn::Result<TokenStream> {
    let values = data.variants.iter().map(value).collect::<syn::Result<Vec<_>>>()?;
    let variants = data.variants.iter().map(|variant| &variant.ident);
    Ok(quote! {
        impl #name {
            const VALUES: &'static [(&'static str, Self)] = &[#((#values, Self::#variants)),*];
        }

        impl ::gateway::contract::field::Field for #name {
            type Rules = ::gateway::contract::field::Unconstrained;

            fn read<'a>(
                given: &'a ::gateway::contract::python::Value,
                _: &Self::Rules,
                errors: &mut ::gateway::contract::validation::Errors<'a>,
            ) -> ::core::option::Option<Self> {
                ::gateway::contract::field::choice::read(Self::VALUES, given, errors)
            }
        }
    })
}

fn value(variant: &Variant) -> syn::Result<Expr> {
    let settings = settings(&variant.attrs, "field")?;
    let value =
        settings.into_iter().find(|setting| setting.name == "value").and_then(|setting| setting.value);
    value.ok_or_else(|| Error::new(variant.span(), "say its text: #[field(value = \"...\")]"))
}
