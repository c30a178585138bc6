//! What stands under an attribute, and how its mistakes become errors.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ItemImpl, Type};

/// Mistakes, gathered so that all of them are shown.
#[derive(Default)]
pub(super) struct Mistakes(Option<Error>);

impl Mistakes {
    pub(super) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The value, or its error kept here.
    pub(super) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// `compile_error!` for each of them.
    pub(super) fn tokens(self) -> TokenStream {
        self.0.map(|error| error.to_compile_error()).unwrap_or_default()
    }
}

/// The `impl` block under an attribute, or what to answer when it is no such block.
pub(super) fn block(
    attribute: &str,
    derive: &str,
    arguments: &TokenStream,
    item: &TokenStream,
) -> Result<ItemImpl, TokenStream> {
    if !arguments.is_empty() {
        let text = format!("`#[{attribute}]` takes no arguments");
        return Err(refuse(item, Error::new_spanned(arguments, text)));
    }
    block_with_arguments(attribute, derive, item)
}

/// The same under an attribute whose arguments are somebody else's to read.
pub(super) fn block_with_arguments(
    attribute: &str,
    derive: &str,
    item: &TokenStream,
) -> Result<ItemImpl, TokenStream> {
    let refuse = |error: Error| refuse(item, error);
    let block = syn::parse2::<ItemImpl>(item.clone()).map_err(|_| {
        let text = format!(
            "`#[{attribute}]` stands on a block of methods, `impl Name {{ … }}`; \
             the struct itself has `#[derive({derive})]`"
        );
        refuse(match syn::parse2::<syn::Item>(item.clone()) {
            Ok(found) => Error::new_spanned(head(&found), text),
            Err(error) => error,
        })
    })?;
    check_block(attribute, &block).map_err(refuse)?;
    Ok(block)
}

fn refuse(item: &TokenStream, error: Error) -> TokenStream {
    let error = error.to_compile_error();
    quote! { #item #error }
}

fn check_block(attribute: &str, block: &ItemImpl) -> syn::Result<()> {
    if let Some((_, path, _)) = &block.trait_ {
        let text = format!(
            "`#[{attribute}]` stands on the type's own methods, `impl Name {{ … }}`, not on a trait's"
        );
        return Err(Error::new_spanned(path, text));
    }
    let generic = match &*block.self_ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| !last.arguments.is_empty()),
        other => {
            let text = format!("`#[{attribute}]` stands on `impl Name {{ … }}` of a struct");
            return Err(Error::new_spanned(other, text));
        }
    };
    if generic || !block.generics.params.is_empty() {
        let text = format!("a type with `#[{attribute}]` has no parameters: its address names one type");
        return Err(Error::new_spanned(&block.self_ty, text));
    }
    Ok(())
}

/// The part of an item that an error underlines.
fn head(item: &syn::Item) -> TokenStream {
    match item {
        syn::Item::Struct(item) => {
            let ident = &item.ident;
            quote! { #ident }
        }
        syn::Item::Fn(item) => {
            let ident = &item.sig.ident;
            quote! { #ident }
        }
        other => quote! { #other },
    }
}
