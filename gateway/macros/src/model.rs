//! `#[derive(Model)]`: a struct becomes a request model, an enum a choice of values or of models.

pub(crate) mod choice;
mod rules;
pub(crate) mod union;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DataStruct, DeriveInput, Error, Expr, LitStr, ext::IdentExt};

use crate::{
    attributes::{all, settings},
    field::Declared,
    names::Case,
    refuse_generics,
};

const WORDS: &[&str] =
    &["extra", "rename_all", "populate_by_name", "strip_whitespace", "after", "check", "literal", "tag"];

/// What `#[model(...)]` says: Pydantic's `model_config`, and the validators of the whole.
#[derive(Default)]
struct Config {
    extra: Option<LitStr>,
    case: Option<Case>,
    populate_by_name: bool,
    strip_whitespace: bool,
    after: Option<Expr>,
    check: Option<Expr>,
    literal: bool,
    tag: Option<LitStr>,
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    refuse_generics(input)?;
    let config = Config::of(input)?;
    match (&input.data, &config.tag) {
        (Data::Struct(data), _) => model(input, data, &config),
        (Data::Enum(data), Some(tag)) => union::derive(&input.ident, data, tag),
        (Data::Enum(data), None) => choice::derive(&input.ident, data, config.literal),
        (Data::Union(_), _) => Err(Error::new(input.ident.span(), "a request model is a struct or an enum")),
    }
}

impl Config {
    fn of(input: &DeriveInput) -> syn::Result<Self> {
        let mut config = Self::default();
        let is_enum = matches!(input.data, Data::Enum(_));
        for setting in settings(&input.attrs, "model")? {
            let name = setting.name.to_string();
            if WORDS.contains(&name.as_str()) && is_enum != matches!(name.as_str(), "literal" | "tag") {
                let place = if is_enum { "a struct" } else { "an enum" };
                return Err(setting.error(&format!("`{name}` is said of {place}")));
            }
            match name.as_str() {
                "extra" => config.extra = Some(setting.text()?),
                "rename_all" => config.case = Some(Case::of(&setting)?),
                "populate_by_name" => config.populate_by_name = setting.word().map(|()| true)?,
                "strip_whitespace" => config.strip_whitespace = setting.word().map(|()| true)?,
                "after" => config.after = Some(setting.expr()?.clone()),
                "check" => config.check = Some(setting.expr()?.clone()),
                "literal" => config.literal = setting.word().map(|()| true)?,
                "tag" => config.tag = Some(setting.text()?),
                _ => return Err(setting.unknown("model", WORDS)),
            }
        }
        Ok(config)
    }

    fn extra(&self) -> syn::Result<&'static str> {
        let Some(extra) = &self.extra else { return Ok("Ignore") };
        match extra.value().as_str() {
            "ignore" => Ok("Ignore"),
            "forbid" => Ok("Forbid"),
            "allow" => Ok("Allow"),
            _ => Err(Error::new(extra.span(), "other members are \"ignore\", \"forbid\" or \"allow\"")),
        }
    }
}

fn model(input: &DeriveInput, data: &DataStruct, config: &Config) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let declared = all(data.fields.iter().map(Declared::of))?;
    let extra = config.extra()?;
    let kept = declared.iter().find(|field| field.extra);
    if kept.is_some() != (extra == "Allow") {
        let message = "#[model(extra = \"allow\")] and one #[field(extra)] belong together";
        return Err(Error::new(kept.map_or(name.span(), |field| field.ident.span()), message));
    }
    unique(&declared, config)?;
    let members: Vec<_> = declared.iter().filter(|field| !field.extra).collect();
    let listed = members.iter().map(|field| entry(field, config));
    let reads = all(members.iter().zip(0_usize..).map(|(field, at)| read(field, at, config)))?;
    let rest = declared.iter().filter(|field| field.extra).map(|field| {
        let ident = field.ident;
        quote! { let #ident = members.rest(Self::MEMBERS); }
    });
    let refuse = (extra == "Forbid").then(|| quote! { let extra = members.refuse_rest(Self::MEMBERS); });
    let refused = (extra == "Forbid").then(|| quote! { extra?; });
    let fields: Vec<_> = declared.iter().map(|field| field.ident).collect();
    let extra = format_ident!("{extra}");
    let judge = judge(config.after.as_ref(), config.check.as_ref());
    let field = field(name);
    Ok(quote! {
        impl ::gateway::contract::model::Model for #name {
            const MEMBERS: &'static [::gateway::contract::model::Member] = &[#(#listed),*];
            const EXTRA: ::gateway::contract::model::Extra = ::gateway::contract::model::Extra::#extra;

            fn read_members<'a>(
                members: &mut ::gateway::contract::model::Members<'a, '_>,
            ) -> ::core::option::Option<Self> {
                #(#reads)*
                #(#rest)*
                #refuse
                #refused
                members.judge(Self { #(#fields: #fields?),* }, #judge)
            }
        }

        #field
    })
}

/// A model as the type of a field of another.
fn field(name: &syn::Ident) -> TokenStream {
    quote! {
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
    }
}

/// No name leads to two fields.
fn unique(declared: &[Declared<'_>], config: &Config) -> syn::Result<()> {
    let mut seen = std::collections::HashSet::new();
    let names = declared.iter().filter(|field| !field.extra).flat_map(|field| {
        let names = field.accepted(config.case, config.populate_by_name);
        names.into_iter().map(|name| (field.ident, name))
    });
    all(names.map(|(ident, name)| {
        let message = format!("the name \"{name}\" belongs to another field already");
        if seen.insert(name) { Ok(()) } else { Err(Error::new(ident.span(), message)) }
    }))
    .map(|_| ())
}

/// What is known about a member before there is a value.
fn entry(field: &Declared<'_>, config: &Config) -> TokenStream {
    let (kind, names) = (field.kind, field.accepted(config.case, config.populate_by_name));
    let own = field.ident.unraw().to_string();
    let defaulted = field.is_defaulted();
    quote! {
        ::gateway::contract::model::Member {
            field: #own,
            names: &[#(#names),*],
            shape: <#kind as ::gateway::contract::field::Field>::SHAPE,
            defaulted: #defaulted,
        }
    }
}

/// The statement that reads a field.
fn read(field: &Declared<'_>, at: usize, config: &Config) -> syn::Result<TokenStream> {
    let (ident, kind) = (field.ident, field.kind);
    let rules = rules::of(field, config.strip_whitespace)?;
    let judge = judge(field.after.as_ref(), field.check.as_ref());
    let absent = match field.default() {
        Some(default) => quote! { || ::core::option::Option::Some(#default) },
        None if field.required => quote! { || ::core::option::Option::None },
        None => quote! { <#kind as ::gateway::contract::field::Field>::absent },
    };
    Ok(quote! {
        let #ident: ::core::option::Option<#kind> = {
            static RULES: <#kind as ::gateway::contract::field::Field>::Rules = #rules;
            members.read(&Self::MEMBERS[#at], &RULES, #judge, #absent)
        };
    })
}

/// The developer's own validators of a value.
fn judge(after: Option<&Expr>, check: Option<&Expr>) -> TokenStream {
    let check = check.map(|check| quote! { (#check)(&value)?; });
    match (after, check) {
        (None, None) => quote! { ::core::result::Result::Ok },
        (Some(after), None) => quote! { #after },
        (None, check) => quote! { |value| { #check ::core::result::Result::Ok(value) } },
        (Some(after), check) => quote! {
            |value| { let value = (#after)(value)?; #check ::core::result::Result::Ok(value) }
        },
    }
}
