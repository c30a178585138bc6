//! `#[process]`: methods that run as processes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Result, Type};

use super::arguments::Argument;
use super::input::{Mistakes, block};
use super::methods::{Method, Receiver, at, made, methods, placed};

/// `#[process] impl Email { … }`: every public method is a process.
pub fn process(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let block = match block("process", "Processes", &arguments, &item) {
        Ok(block) => block,
        Err(answer) => return answer,
    };
    let mut mistakes = Mistakes::default();
    let (mut functions, mut entries) = (Vec::new(), Vec::new());
    for method in methods(&block, |_, public| public) {
        let made = method.and_then(|method| Ok((function(&block.self_ty, &method)?, method)));
        let Some((function, method)) = mistakes.keep(made) else { continue };
        let (cfgs, name) = (&method.cfgs, method.name());
        let call = format_ident!("__ravand_{name}");
        functions.push(quote! { #(#cfgs)* #function });
        entries.push(quote! { #(#cfgs)* ::ravand::private::ProcessMethod { name: #name, call: #call } });
    }
    let (own, mistakes) = (&block.self_ty, mistakes.tokens());
    quote! {
        #item
        #mistakes
        const _: () = {
            #(#functions)*
            #[automatically_derived]
            impl ::ravand::private::ProcessMethods for #own {
                const METHODS: &'static [::ravand::private::ProcessMethod] = &[#(#entries),*];
            }
        };
    }
}

/// The hidden function of one process: parameters, object, call, outcome.
fn function(own: &Type, method: &Method) -> Result<TokenStream> {
    let mut read = None;
    let (mut uses_run, mut passed) = (false, Vec::new());
    for (argument, whole) in &method.arguments {
        passed.push(match argument {
            Argument::Run => {
                uses_run = true;
                quote! { run }
            }
            Argument::Context => quote! { cx },
            Argument::Value(_) | Argument::Param { .. } if read.is_some() => {
                return Err(Error::new_spanned(
                    whole,
                    "a process has one set of parameters: put both into one struct, besides `&Run` and `&Context`",
                ));
            }
            Argument::Value(ty) => {
                let (span, ty) = (at(ty.span()), placed(ty));
                read = Some(quote_spanned! { span=> let given = parameters.read::<#ty>()?; });
                quote! { given }
            }
            Argument::Param { .. } => {
                return Err(Error::new_spanned(
                    whole,
                    "a process has no route: take its parameters as one struct, or as \
                     `serde_json::Map<String, Value>`",
                ));
            }
            Argument::Mutable(_) => return Err(Error::new_spanned(whole, "take it by value: only a listener has a `&mut` argument")),
        });
    }
    let read = read.unwrap_or_else(|| quote! { parameters.none()?; });
    let run = if uses_run { format_ident!("run") } else { format_ident!("_run") };
    let (outcome, make) = (method.call("process", &passed, "outcome"), made("process", own));
    let mutable = (method.receiver == Receiver::Mutable).then(|| quote! { mut });
    let name = format_ident!("__ravand_{}", method.name());
    Ok(quote! {
        fn #name<'a>(
            parameters: ::ravand::private::Parameters,
            run: &'a ::ravand::private::Run,
            cx: &'a ::ravand::private::Context,
        ) -> ::ravand::private::BoxFuture<'a, ::ravand::private::Result<::ravand::private::Response>> {
            async fn call(
                parameters: ::ravand::private::Parameters,
                #run: &::ravand::private::Run,
                cx: &::ravand::private::Context,
            ) -> ::ravand::private::Result<::ravand::private::Response> {
                #read
                let #mutable process = #make?;
                #outcome
            }
            ::std::boxed::Box::pin(call(parameters, run, cx))
        }
    })
}
