//! `#[bootstrap]`: the function of a package that every request passes first.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, FnArg, ItemFn, Result, ReturnType};

use super::arguments::{Argument, plain};
use super::methods::{at, check_signature, from_context};

/// `#[bootstrap] pub async fn check_access(cx: &Context) -> …`.
pub fn bootstrap(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let added = match expand(&arguments, &item) {
        Ok(added) => added,
        Err(error) => error.to_compile_error(),
    };
    quote! { #item #added }
}

fn expand(arguments: &TokenStream, item: &TokenStream) -> Result<TokenStream> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[bootstrap]` takes no arguments"));
    }
    let function: ItemFn = syn::parse2(item.clone()).map_err(|_| {
        Error::new_spanned(item, "`#[bootstrap]` stands on a function: `pub async fn name(cx: &Context)`")
    })?;
    let signature = &function.sig;
    check_signature(signature)?;
    let (mut lets, mut passed) = (TokenStream::new(), Vec::new());
    for (index, input) in signature.inputs.iter().enumerate() {
        let FnArg::Typed(input) = input else {
            return Err(Error::new_spanned(
                input,
                "`#[bootstrap]` stands on a function outside of any `impl`",
            ));
        };
        let (name, ty) = (format_ident!("a{index}"), &input.ty);
        passed.push(match Argument::read(input)? {
            Argument::Context => quote! { cx },
            Argument::Value(_) => {
                let value = from_context(ty);
                lets.extend(quote! { let #name = #value?; });
                quote! { #name }
            }
            _ => {
                let text = "a bootstrap runs before routing: it takes `&Context` and what comes from it";
                return Err(Error::new_spanned(ty, text));
            }
        });
    }
    let (ident, name) = (&signature.ident, plain(&signature.ident));
    let output = at(match &signature.output {
        ReturnType::Default => ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    });
    let mut called = ident.clone();
    called.set_span(output);
    let wait = signature.asyncness.is_some().then(|| quote_spanned! { output=> .await });
    let gate = quote_spanned! { output=> ::ravand::private::bootstrap_gate(#called(#(#passed),*) #wait) };
    let cx = if passed.is_empty() { format_ident!("_cx") } else { format_ident!("cx") };
    Ok(quote! {
        #[doc(hidden)]
        pub const RAVAND_BOOTSTRAP: ::ravand::private::Bootstrap = {
            async fn run(#cx: &::ravand::private::Context) -> ::ravand::private::GateAnswer {
                #lets
                #gate
            }
            fn call<'a>(
                cx: &'a ::ravand::private::Context,
            ) -> ::ravand::private::BoxFuture<'a, ::ravand::private::GateAnswer> {
                ::std::boxed::Box::pin(run(cx))
            }
            ::ravand::private::Bootstrap { name: #name, call }
        };
    })
}
