//! `#[field(...)]`: `name = value` and plain words, separated by commas.

use syn::{Attribute, Expr, Ident, Token, parse::Parse, parse::ParseStream, punctuated::Punctuated};

/// One of them; a plain word has no value.
pub(crate) struct Setting {
    pub(crate) name: Ident,
    pub(crate) value: Option<Expr>,
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name: Ident = input.parse()?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Self { name, value })
    }
}

/// All that stands in the attributes of one name.
pub(crate) fn settings(attributes: &[Attribute], name: &str) -> syn::Result<Vec<Setting>> {
    let mut settings = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        let listed = attribute.parse_args_with(Punctuated::<Setting, Token![,]>::parse_terminated)?;
        settings.extend(listed);
    }
    Ok(settings)
}
