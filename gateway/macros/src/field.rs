//! What `#[field(...)]` says about a field, to either derive: each takes what is meant for it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Expr, Field, Ident, LitStr, Type, ext::IdentExt, parse_quote, spanned::Spanned};

use crate::{
    attributes::{Setting, Value, settings},
    names::Case,
};

/// What is passed on to the rules of the field's type, which decide whether it has them.
const RULES: &[&str] = &[
    "gt",
    "ge",
    "lt",
    "le",
    "multiple_of",
    "min_length",
    "max_length",
    "pattern",
    "strip_whitespace",
    "to_lower",
    "to_upper",
    "max_digits",
    "decimal_places",
    "allow_inf_nan",
    "items",
    "keys",
    "values",
    "version",
    "past",
    "future",
    "aware",
    "naive",
    "schemes",
    "host_required",
];

const WORDS: &[&str] = &[
    "alias",
    "validation_alias",
    "serialization_alias",
    "default",
    "required",
    "after",
    "check",
    "extra",
    "skip",
];

/// One field of a model or an answer.
pub(crate) struct Declared<'f> {
    pub(crate) ident: &'f Ident,
    pub(crate) kind: &'f Type,
    default: Option<Expr>,
    /// Without a default, although its type has one.
    pub(crate) required: bool,
    /// `AfterValidator`: the value it is given, or another.
    pub(crate) after: Option<Expr>,
    /// The same by reference.
    pub(crate) check: Option<Expr>,
    /// It keeps the members that no other field has.
    pub(crate) extra: bool,
    /// It is shown to nobody.
    pub(crate) skip: bool,
    pub(crate) rules: Vec<Setting>,
    alias: Vec<LitStr>,
    validation_alias: Vec<LitStr>,
    serialization_alias: Option<LitStr>,
}

impl<'f> Declared<'f> {
    pub(crate) fn of(field: &'f Field) -> syn::Result<Self> {
        let Some(ident) = &field.ident else {
            return Err(Error::new(field.span(), "the fields of a model have names"));
        };
        let mut declared = Self {
            ident,
            kind: &field.ty,
            default: None,
            required: false,
            after: None,
            check: None,
            extra: false,
            skip: false,
            rules: Vec::new(),
            alias: Vec::new(),
            validation_alias: Vec::new(),
            serialization_alias: None,
        };
        for setting in settings(&field.attrs, "field")? {
            declared.take(setting)?;
        }
        declared.agree()?;
        Ok(declared)
    }

    fn take(&mut self, setting: Setting) -> syn::Result<()> {
        match setting.name.to_string().as_str() {
            "alias" => self.alias.push(setting.text()?),
            "validation_alias" => self.validation_alias.push(setting.text()?),
            "serialization_alias" => self.serialization_alias = Some(setting.text()?),
            "default" => self.default = Some(setting.expr()?.clone()),
            "after" => self.after = Some(setting.expr()?.clone()),
            "check" => self.check = Some(setting.expr()?.clone()),
            "required" => self.required = setting.word().map(|()| true)?,
            "extra" => self.extra = setting.word().map(|()| true)?,
            "skip" => self.skip = setting.word().map(|()| true)?,
            rule if RULES.contains(&rule) => self.rules.push(setting),
            _ => return Err(setting.unknown("field", &[WORDS, RULES].concat())),
        }
        Ok(())
    }

    fn agree(&self) -> syn::Result<()> {
        let clash = |message| Err(Error::new(self.ident.span(), message));
        if self.required && self.default.is_some() {
            return clash("a required field has no default");
        }
        if self.extra && (self.required || self.default.is_some() || !self.rules.is_empty()) {
            return clash("the field for all other members has no name, no default and no rules of its own");
        }
        Ok(())
    }

    /// As the original calls it in Python.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// The names under which a client may give it, in the order in which they are looked for.
    pub(crate) fn accepted(&self, case: Option<Case>, populate_by_name: bool) -> Vec<String> {
        let given = if self.validation_alias.is_empty() { &self.alias } else { &self.validation_alias };
        let mut names: Vec<String> = given.iter().map(LitStr::value).collect();
        if names.is_empty() {
            names.extend(case.map(|case| case.apply(&self.name())));
        }
        if names.is_empty() || populate_by_name && !names.contains(&self.name()) {
            names.push(self.name());
        }
        names
    }

    /// The name under which it is shown.
    pub(crate) fn shown(&self, case: Option<Case>) -> String {
        let alias = self.serialization_alias.as_ref().or_else(|| self.alias.first());
        alias.map(LitStr::value).unwrap_or_else(|| match case {
            Some(case) => case.apply(&self.name()),
            None => self.name(),
        })
    }

    /// It has a default that is a value.
    pub(crate) fn is_defaulted(&self) -> bool {
        let none: Expr = parse_quote! { None };
        self.default.as_ref().is_some_and(|default| *default != none)
    }

    /// The default as an expression of the field's type: a text stands for what is made of one.
    pub(crate) fn default(&self) -> Option<TokenStream> {
        let (kind, default) = (self.kind, self.default.as_ref()?);
        let is_text = matches!(default, Expr::Lit(literal) if matches!(literal.lit, syn::Lit::Str(_)));
        Some(match is_text {
            true => quote! { <#kind as ::core::convert::From<&'static str>>::from(#default) },
            false => quote! { #default },
        })
    }
}

/// The value of `#[field(value = ...)]` on a variant.
pub(crate) fn value_of(variant: &syn::Variant) -> syn::Result<Option<Expr>> {
    let mut found = None;
    for setting in settings(&variant.attrs, "field")? {
        match (setting.name.to_string().as_str(), &setting.value) {
            ("value", Value::Expr(value)) => found = Some(value.clone()),
            ("value", _) => {
                return Err(setting.error("`value = ...` wants the value of the original's member"));
            }
            _ => return Err(setting.unknown("field", &["value"])),
        }
    }
    Ok(found)
}
