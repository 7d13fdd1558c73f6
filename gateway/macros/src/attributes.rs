//! What stands in `#[field(...)]` and its like: words, `name = value`, and `name(...)` with more of the same inside.

use proc_macro2::Span;
use syn::{
    Attribute, Error, Expr, ExprLit, Ident, Lit, LitStr, Token, parenthesized, parse::Parse,
    parse::ParseStream, punctuated::Punctuated,
};

pub(crate) struct Setting {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    /// A plain word.
    Word,
    Expr(Expr),
    List(Vec<Setting>),
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name: Ident = input.parse()?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Expr(input.parse()?)
        } else if input.peek(syn::token::Paren) {
            let inside;
            parenthesized!(inside in input);
            Value::List(listed(&inside)?)
        } else {
            Value::Word
        };
        Ok(Self { name, value })
    }
}

impl Setting {
    pub(crate) fn span(&self) -> Span {
        self.name.span()
    }

    pub(crate) fn expr(&self) -> syn::Result<&Expr> {
        match &self.value {
            Value::Expr(value) => Ok(value),
            Value::Word | Value::List(_) => Err(self.error(&format!("`{} = ...` wants a value", self.name))),
        }
    }

    pub(crate) fn text(&self) -> syn::Result<LitStr> {
        match &self.value {
            Value::Expr(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(text.clone()),
            _ => Err(self.error(&format!("`{} = \"...\"` wants a text", self.name))),
        }
    }

    pub(crate) fn word(&self) -> syn::Result<()> {
        match self.value {
            Value::Word => Ok(()),
            Value::Expr(_) | Value::List(_) => Err(self.error(&format!("`{}` stands alone", self.name))),
        }
    }

    pub(crate) fn list(&self) -> syn::Result<&[Self]> {
        match &self.value {
            Value::List(inside) => Ok(inside),
            Value::Word | Value::Expr(_) => {
                Err(self.error(&format!("`{}(...)` wants rules in parentheses", self.name)))
            }
        }
    }

    pub(crate) fn unknown(&self, attribute: &str, known: &[&str]) -> Error {
        self.error(&format!("#[{attribute}] does not know `{}`: it knows {}", self.name, known.join(", ")))
    }

    pub(crate) fn error(&self, message: &str) -> Error {
        Error::new(self.span(), message)
    }
}

/// All that stands in the attributes of one name.
pub(crate) fn settings(attributes: &[Attribute], name: &str) -> syn::Result<Vec<Setting>> {
    let mut settings = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        settings.extend(attribute.parse_args_with(listed)?);
    }
    Ok(settings)
}

fn listed(input: ParseStream<'_>) -> syn::Result<Vec<Setting>> {
    Ok(Punctuated::<Setting, Token![,]>::parse_terminated(input)?.into_iter().collect())
}

/// Everything that is wrong, told at once.
pub(crate) fn all<T>(results: impl Iterator<Item = syn::Result<T>>) -> syn::Result<Vec<T>> {
    let mut good = Vec::new();
    let mut wrong: Option<Error> = None;
    for result in results {
        match (result, &mut wrong) {
            (Ok(value), _) => good.push(value),
            (Err(error), Some(wrong)) => wrong.combine(error),
            (Err(error), None) => wrong = Some(error),
        }
    }
    wrong.map_or(Ok(good), Err)
}
