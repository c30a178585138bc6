//! `#[listener]`: methods that an event calls.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Result, Type};

use super::arguments::Argument;
use super::input::{Mistakes, block};
use super::methods::{Method, Receiver, at, from_context, made, methods, placed};

/// `#[listener] impl Stats { … }`: every public method listens to the event that it takes as `&mut`.
pub fn listener(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let block = match block("listener", "Listeners", &arguments, &item) {
        Ok(block) => block,
        Err(answer) => return answer,
    };
    let mut mistakes = Mistakes::default();
    let (mut functions, mut entries, mut constants) = (Vec::new(), Vec::new(), Vec::new());
    for method in methods(&block, |_, public| public) {
        let made = method.and_then(|method| Ok((function(&block.self_ty, &method)?, method)));
        let Some(((event, function), method)) = mistakes.keep(made) else { continue };
        let (cfgs, name) = (&method.cfgs, method.name());
        let (call, constant) = (format_ident!("__ravand_{name}"), format_ident!("__RAVAND_LISTENS_{name}"));
        functions.push(quote! { #(#cfgs)* #function });
        let ty = placed(&event);
        let event_of = quote_spanned! { at(event.span())=> ::ravand::private::event_of::<#ty> };
        entries.push(quote! {
            #(#cfgs)*
            ::ravand::private::ListenerMethod {
                name: #name,
                event: #event_of,
                call: #call,
            }
        });
        constants.push(quote! {
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(non_upper_case_globals)]
            pub const #constant: ::core::marker::PhantomData<fn(#event)> = ::core::marker::PhantomData;
        });
    }
    let (own, mistakes) = (&block.self_ty, mistakes.tokens());
    quote! {
        #item
        #mistakes
        const _: () = {
            #(#functions)*
            #[automatically_derived]
            impl ::ravand::private::Listeners for #own {
                const LISTENERS: &'static [::ravand::private::ListenerMethod] = &[#(#entries),*];
            }
            #[automatically_derived]
            impl #own {
                #(#constants)*
            }
        };
    }
}

/// The event of a method, and its hidden function.
fn function(own: &Type, method: &Method) -> Result<(Type, TokenStream)> {
    let Some((Argument::Mutable(event), _)) = method.arguments.first() else {
        let text = format!(
            "the first argument of a listener is its event: write `{}(&self, event: &mut AfterLoad)`, \
             or leave out `pub`",
            method.ident
        );
        return Err(Error::new_spanned(&method.ident, text));
    };
    let (mut lets, mut passed) = (TokenStream::new(), vec![quote! { event }]);
    for (index, (argument, whole)) in method.arguments.iter().enumerate().skip(1) {
        let name = format_ident!("a{index}");
        passed.push(match argument {
            Argument::Context => quote! { cx },
            Argument::Value(ty) => {
                let value = from_context(ty);
                lets.extend(quote! { let #name = #value?; });
                quote! { #name }
            }
            _ => {
                return Err(Error::new_spanned(
                    whole,
                    "besides its event a listener takes `&Context` and what comes from it",
                ));
            }
        });
    }
    let ty = placed(event);
    let downcast = quote_spanned! { at(event.span())=> ::ravand::private::downcast::<#ty>(event)? };
    let (done, make) = (method.call("listener", &passed, "done"), made("listener", own));
    let mutable = (method.receiver == Receiver::Mutable).then(|| quote! { mut });
    let name = format_ident!("__ravand_{}", method.name());
    let function = quote! {
        fn #name<'a>(
            event: &'a mut (dyn ::core::any::Any + ::core::marker::Send),
            cx: &'a ::ravand::private::Context,
        ) -> ::ravand::private::BoxFuture<'a, ::ravand::private::Result<()>> {
            async fn run(
                event: &mut (dyn ::core::any::Any + ::core::marker::Send),
                cx: &::ravand::private::Context,
            ) -> ::ravand::private::Result<()> {
                let event = #downcast;
                let #mutable listener = #make?;
                #lets
                #done
            }
            ::std::boxed::Box::pin(run(event, cx))
        }
    };
    Ok((Type::clone(event), function))
}
