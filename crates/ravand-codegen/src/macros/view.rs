//! `#[derive(Event)]` and `#[derive(View)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Error, LitStr, Result};

use super::fields::{or_error, plain_struct};

/// `#[derive(Event)]`: the struct can be triggered.
pub fn derive_event(input: TokenStream) -> TokenStream {
    or_error(plain_struct(input, "Event").map(|(input, _)| {
        let name = input.ident;
        quote! {
            #[automatically_derived]
            impl ::ravand::private::Event for #name {}
        }
    }))
}

/// `#[derive(View)]`, with `#[view("tickets/list.html")]` when the struct names its template.
pub fn derive_view(input: TokenStream) -> TokenStream {
    or_error(view(input))
}

/// The template that `#[view("…")]` names.
pub(crate) fn template_of(attributes: &[Attribute]) -> Result<Option<LitStr>> {
    let mut found = attributes.iter().filter(|attribute| attribute.path().is_ident("view"));
    let Some(attribute) = found.next() else { return Ok(None) };
    if let Some(second) = found.next() {
        return Err(Error::new_spanned(second, "a view has one template"));
    }
    let expected = "write the template as it lies below `html/`: `#[view(\"tickets/list.html\")]`";
    let template = attribute.parse_args::<LitStr>().map_err(|_| Error::new_spanned(attribute, expected))?;
    match template.value().is_empty() {
        true => Err(Error::new_spanned(template, expected)),
        false => Ok(Some(template)),
    }
}

fn view(input: TokenStream) -> Result<TokenStream> {
    let (input, _) = plain_struct(input, "View")?;
    let name = &input.ident;
    let template = match template_of(&input.attrs)? {
        Some(template) => quote! { ::core::option::Option::Some(#template) },
        None => quote! { ::core::option::Option::None },
    };
    Ok(quote! {
        #[automatically_derived]
        impl ::ravand::private::ViewClass for #name {
            const TEMPLATE: ::core::option::Option<&'static str> = #template;
        }
        #[automatically_derived]
        impl ::core::convert::From<#name> for ::ravand::private::View {
            fn from(view: #name) -> Self {
                ::ravand::private::view(view)
            }
        }
        #[automatically_derived]
        impl ::ravand::private::IntoResponse for #name {
            fn into_response(self) -> ::ravand::private::HttpResponse {
                ::ravand::private::view_response(self)
            }
        }
    })
}
