//! `#[derive(Answer)]`: a struct is written as an object, its fields in their order.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.ident.span(), "an answer is a struct"));
    };
    let name = &input.ident;
    let members = data.fields.iter().filter_map(|field| field.ident.as_ref()).map(|field| {
        let shown = field.to_string();
        quote! { object.member(#shown, &self.#field)?; }
    });
    Ok(quote! {
        impl ::gateway::contract::answer::Answer for #name {
            fn write(
                &self,
                json: &mut ::gateway::contract::answer::Writer,
            ) -> ::core::result::Result<(), ::gateway::contract::answer::NotPrintable> {
                json.object(::gateway::contract::answer::Encoder::Model, |object| {
                    #(#members)*
                    Ok(())
                })
            }
        }
    })
}
