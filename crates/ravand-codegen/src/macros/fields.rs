//! The derives that make a struct from its fields: `Controller`, and `Listeners`, `Processes`, `FromContext`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Field, Fields, Result};

use super::methods::{at, placed};

/// `#[derive(Controller)]`: every field is an extractor.
pub fn derive_controller(input: TokenStream) -> TokenStream {
    or_error(controller(input))
}

/// `#[derive(Listeners)]`, `#[derive(Processes)]`, `#[derive(FromContext)]`: every field comes from the context.
pub fn derive_from_context(input: TokenStream, derive: &str) -> TokenStream {
    or_error(from_context(input, derive))
}

pub(super) fn or_error(result: Result<TokenStream>) -> TokenStream {
    result.unwrap_or_else(|error| error.to_compile_error())
}

/// The struct under a derive: no enum, no union, no parameters.
pub(super) fn plain_struct(input: TokenStream, derive: &str) -> Result<(DeriveInput, Fields)> {
    let input: DeriveInput = syn::parse2(input)?;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, format!("`#[derive({derive})]` stands on a struct")));
    };
    if !input.generics.params.is_empty() {
        let text =
            format!("a struct with `#[derive({derive})]` has no parameters: its address names one type");
        return Err(Error::new_spanned(&input.generics, text));
    }
    let fields = data.fields.clone();
    Ok((input, fields))
}

fn controller(input: TokenStream) -> Result<TokenStream> {
    let (input, fields) = plain_struct(input, "Controller")?;
    let name = &input.ident;
    let (argument, body) = build(&fields, "Controller", "dispatch", |field, argument| {
        let (span, ty) = (at(field.ty.span()), placed(&field.ty));
        quote_spanned! { span=> ::ravand::private::field::<#ty>(#argument).await? }
    })?;
    Ok(quote! {
        #[automatically_derived]
        impl ::ravand::private::Build for #name {
            async fn build(
                #argument: &mut ::ravand::private::Dispatch,
            ) -> ::core::result::Result<Self, ::ravand::private::Stop> {
                ::core::result::Result::Ok(#body)
            }
        }
    })
}

fn from_context(input: TokenStream, derive: &str) -> Result<TokenStream> {
    let (input, fields) = plain_struct(input, derive)?;
    let name = &input.ident;
    let (argument, body) = build(&fields, derive, "cx", |field, argument| {
        let (span, ty) = (at(field.ty.span()), placed(&field.ty));
        quote_spanned! { span=>
            <#ty as ::ravand::private::FromContext>::from_context(#argument).await?
        }
    })?;
    Ok(quote! {
        #[automatically_derived]
        impl ::ravand::private::FromContext for #name {
            async fn from_context(
                #argument: &::ravand::private::Context,
            ) -> ::ravand::private::Result<Self> {
                ::core::result::Result::Ok(#body)
            }
        }
    })
}

/// `Self { field: value, … }` and the name of the argument that the values use.
fn build(
    fields: &Fields,
    derive: &str,
    argument: &str,
    value: impl Fn(&Field, &syn::Ident) -> TokenStream,
) -> Result<(syn::Ident, TokenStream)> {
    let argument = |used: bool| {
        let text = if used { argument.to_owned() } else { format!("_{argument}") };
        syn::Ident::new(&text, proc_macro2::Span::call_site())
    };
    match fields {
        Fields::Unit => Ok((argument(false), quote! { Self })),
        Fields::Named(fields) => {
            let argument = argument(!fields.named.is_empty());
            let values = fields.named.iter().map(|field| {
                let (name, value) = (&field.ident, value(field, &argument));
                let cfgs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
                quote! { #(#cfgs)* #name: #value }
            });
            let body = quote! { Self { #(#values),* } };
            Ok((argument, body))
        }
        Fields::Unnamed(fields) => {
            let text =
                format!("a struct with `#[derive({derive})]` has named fields: write `{{ name: Type }}`");
            Err(Error::new_spanned(fields, text))
        }
    }
}
