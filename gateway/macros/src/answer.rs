//! `#[derive(Answer)]`: a struct is written as an object, an enum as its value or as the model that it holds.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DataEnum, DataStruct, DeriveInput, Error, Ident};

use crate::{
    attributes::{all, settings},
    field::Declared,
    model::{choice, union::held},
    names::Case,
    refuse_generics,
};

const WORDS: &[&str] = &["plain", "exclude_none", "exclude_unset", "exclude_defaults", "rename_all"];

/// What `#[answer(...)]` says: which encoder writes it, and what of it is left out.
#[derive(Default)]
struct Config {
    plain: bool,
    /// The words of `gateway::contract::answer::Exclude` that are set.
    exclude: Vec<Ident>,
    case: Option<Case>,
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    refuse_generics(input)?;
    let config = Config::of(input)?;
    match &input.data {
        Data::Struct(data) => object(&input.ident, data, &config),
        Data::Enum(data) if data.variants.iter().any(|variant| !variant.fields.is_empty()) => {
            union(&input.ident, data)
        }
        Data::Enum(data) => value(&input.ident, data),
        Data::Union(_) => Err(Error::new(input.ident.span(), "an answer is a struct or an enum")),
    }
}

impl Config {
    fn of(input: &DeriveInput) -> syn::Result<Self> {
        let mut config = Self::default();
        for setting in settings(&input.attrs, "answer")? {
            if !matches!(input.data, Data::Struct(_)) {
                return Err(setting.error("how it is written is said of a struct"));
            }
            match setting.name.to_string().as_str() {
                "plain" => config.plain = setting.word().map(|()| true)?,
                "rename_all" => config.case = Some(Case::of(&setting)?),
                "exclude_none" | "exclude_unset" | "exclude_defaults" => {
                    setting.word()?;
                    let word = setting.name.to_string();
                    config.exclude.push(format_ident!("{}", word.trim_start_matches("exclude_")));
                }
                _ => return Err(setting.unknown("answer", WORDS)),
            }
        }
        Ok(config)
    }
}

fn object(name: &Ident, data: &DataStruct, config: &Config) -> syn::Result<TokenStream> {
    let declared = all(data.fields.iter().map(Declared::of))?;
    let shown: Vec<_> = declared.iter().filter(|field| !field.skip).collect();
    unique(&shown, config)?;
    let members = shown.iter().map(|field| member(field, config));
    let encoder = if config.plain { format_ident!("Plain") } else { format_ident!("Model") };
    let excluded = &config.exclude;
    Ok(implementation(
        name,
        &quote! {
            const EXCLUDE: ::gateway::contract::answer::Exclude = ::gateway::contract::answer::Exclude {
                #(#excluded: true,)*
                ..::gateway::contract::answer::Exclude::NOTHING
            };
            json.object(::gateway::contract::answer::Encoder::#encoder, EXCLUDE, |object| {
                #(#members)*
                Ok(())
            })
        },
    ))
}

fn member(field: &Declared<'_>, config: &Config) -> TokenStream {
    let (ident, name) = (field.ident, field.shown(config.case));
    if field.extra {
        return quote! { object.members(&self.#ident)?; };
    }
    let kind = field.kind;
    match field.default() {
        Some(default) => quote! {
            object.member_or(#name, &self.#ident, || ::core::option::Option::<#kind>::Some(#default))?;
        },
        None if field.required => quote! {
            object.member_or(#name, &self.#ident, || ::core::option::Option::<#kind>::None)?;
        },
        None => quote! { object.member(#name, &self.#ident)?; },
    }
}

/// An object has a name once.
fn unique(shown: &[&Declared<'_>], config: &Config) -> syn::Result<()> {
    let mut seen = std::collections::HashSet::new();
    all(shown.iter().filter(|field| !field.extra).map(|field| {
        let name = field.shown(config.case);
        let message = format!("another field is shown as \"{name}\" already");
        if seen.insert(name) { Ok(()) } else { Err(Error::new(field.ident.span(), message)) }
    }))
    .map(|_| ())
}

/// An `Enum`: its value.
fn value(name: &Ident, data: &DataEnum) -> syn::Result<TokenStream> {
    let values = all(data.variants.iter().map(choice::typed))?;
    let variants: Vec<_> = data.variants.iter().map(|variant| &variant.ident).collect();
    let written = implementation(
        name,
        &quote! {
            match self {
                #(Self::#variants => ::gateway::contract::answer::Answer::write(&#values, json),)*
            }
        },
    );
    Ok(quote! {
        #written

        impl ::gateway::contract::answer::Key for #name {
            fn write_key(
                &self,
                json: &mut ::gateway::contract::answer::Writer,
            ) -> ::core::result::Result<(), ::gateway::contract::answer::NotPrintable> {
                match self {
                    #(Self::#variants => ::gateway::contract::answer::Key::write_key(&#values, json),)*
                }
            }
        }
    })
}

fn union(name: &Ident, data: &DataEnum) -> syn::Result<TokenStream> {
    all(data.variants.iter().map(held))?;
    let variants = data.variants.iter().map(|variant| &variant.ident);
    Ok(implementation(
        name,
        &quote! {
            match self {
                #(Self::#variants(held) => ::gateway::contract::answer::Answer::write(held, json),)*
            }
        },
    ))
}

fn implementation(name: &Ident, body: &TokenStream) -> TokenStream {
    quote! {
        impl ::gateway::contract::answer::Answer for #name {
            fn write(
                &self,
                json: &mut ::gateway::contract::answer::Writer,
            ) -> ::core::result::Result<(), ::gateway::contract::answer::NotPrintable> {
                #body
            }
        }
    }
}
