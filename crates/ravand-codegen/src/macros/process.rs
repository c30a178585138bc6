//! `#[process]`: methods that run as processes.
//!
//! A method `send(&self, mail: Mail)` of `Email` gets a function of its name beside it, `Email::send(mail)`, which gives
//! the process that calls it. So that both can have the name, the method itself goes into a trait of the block's own
//! module, where `self.send(mail)` finds it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, Pat, Result, Type, Visibility};

use super::arguments::{Argument, last_segment};
use super::input::{Mistakes, block_with_arguments};
use super::methods::{Method, Receiver, at, made, placed, read_method};
use super::process_options::{Options, is_process};

/// `#[process] impl Email { … }`: every public method is a process.
pub fn process(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut block = match block_with_arguments("process", "Processes", &item) {
        Ok(block) => block,
        Err(answer) => return answer,
    };
    let mut mistakes = Mistakes::default();
    let options = mistakes.keep(Options::default().read(arguments)).unwrap_or_default();
    let mut expanded = Vec::new();
    let mut moved = Vec::new();
    for item in &mut block.items {
        let ImplItem::Fn(function) = item else { continue };
        let own = options.clone().over(&function.attrs);
        function.attrs.retain(|attribute| !is_process(attribute));
        if !matches!(function.vis, Visibility::Public(_)) {
            continue;
        }
        let Some(own) = mistakes.keep(own) else { continue };
        let read = read_method(function, &block.self_ty);
        let process = read.and_then(|method| Process::expand(&block.self_ty, function, &method, &own));
        let Some(process) = mistakes.keep(process) else { continue };
        expanded.push(process);
        moved.push(function.sig.ident.clone());
    }
    let methods = take(&mut block, &moved);
    let (own, mistakes) = (&block.self_ty, mistakes.tokens());
    let trait_name = format_ident!("__Ravand{}", last_segment(own).unwrap_or_default());
    let (functions, entries, declarations, typed): (Vec<_>, Vec<_>, Vec<_>, Vec<_>) = unzipped(expanded);
    quote! {
        #block
        #mistakes
        #[doc(hidden)]
        #[allow(non_camel_case_types, async_fn_in_trait, clippy::too_many_arguments, clippy::wrong_self_convention)]
        trait #trait_name {
            #(#declarations)*
        }
        impl #trait_name for #own {
            #(#methods)*
        }
        impl #own {
            #(#typed)*
        }
        const _: () = {
            #(#functions)*
            #[automatically_derived]
            impl ::ravand::private::ProcessMethods for #own {
                const METHODS: &'static [::ravand::private::ProcessMethod] = &[#(#entries),*];
            }
        };
    }
}

/// What one method becomes.
struct Process {
    /// The hidden function: parameters, object, call, outcome.
    function: TokenStream,
    /// Its line in the table.
    entry: TokenStream,
    /// Its signature in the trait.
    declaration: TokenStream,
    /// The function that gives the process.
    typed: TokenStream,
}

impl Process {
    fn expand(own: &Type, function: &ImplItemFn, method: &Method, options: &Options) -> Result<Self> {
        let (given, passed, uses_run) = arguments(method)?;
        let (cfgs, name, options) = (&method.cfgs, method.name(), options.tokens());
        let call = format_ident!("__ravand_{name}");
        let body = body(own, method, given.as_ref(), &passed, uses_run);
        let texts = match &given {
            Some(ty) => {
                let (span, ty) = (at(ty.span()), placed(ty));
                quote_spanned! { span=> ::ravand::private::texts::<#ty> }
            }
            None => quote! { ::ravand::private::no_texts },
        };
        Ok(Self {
            function: quote! { #(#cfgs)* #body },
            entry: quote! {
                #(#cfgs)*
                ::ravand::private::ProcessMethod {
                    name: #name,
                    options: || #options,
                    texts: #texts,
                    call: #call,
                }
            },
            declaration: declaration(function, cfgs),
            typed: typed(function, method, given.as_ref()),
        })
    }
}

type Four = (Vec<TokenStream>, Vec<TokenStream>, Vec<TokenStream>, Vec<TokenStream>);

fn unzipped(processes: Vec<Process>) -> Four {
    let mut four = Four::default();
    for Process { function, entry, declaration, typed } in processes {
        four.0.push(function);
        four.1.push(entry);
        four.2.push(declaration);
        four.3.push(typed);
    }
    four
}

/// Takes the methods of these names out of the block, as a trait has them.
fn take(block: &mut ItemImpl, names: &[Ident]) -> Vec<ImplItemFn> {
    let mut taken = Vec::new();
    block.items.retain(|item| match item {
        ImplItem::Fn(function)
            if names.contains(&function.sig.ident) && matches!(function.vis, Visibility::Public(_)) =>
        {
            let mut function = function.clone();
            function.vis = Visibility::Inherited;
            function.sig.constness = None;
            taken.push(function);
            false
        }
        _ => true,
    });
    taken
}

/// The signature alone; its arguments have plain names.
fn declaration(function: &ImplItemFn, cfgs: &[syn::Attribute]) -> TokenStream {
    let mut signature = function.sig.clone();
    signature.constness = None;
    for (index, input) in signature.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Receiver(receiver) if receiver.reference.is_none() => receiver.mutability = None,
            FnArg::Receiver(_) => {}
            FnArg::Typed(argument) => {
                let name = format_ident!("a{index}");
                *argument.pat = Pat::Verbatim(quote! { #name });
            }
        }
    }
    quote! { #(#cfgs)* #signature; }
}

/// The function of the method's name that gives the process.
fn typed(function: &ImplItemFn, method: &Method, given: Option<&Type>) -> TokenStream {
    let (vis, ident, name) = (&function.vis, &function.sig.ident, method.name());
    let kept = |attribute: &&syn::Attribute| {
        ["doc", "cfg", "deprecated"].iter().any(|kept| attribute.path().is_ident(kept))
    };
    let attributes = function.attrs.iter().filter(kept);
    let (argument, parameters) = match given {
        Some(ty) => (
            quote! { parameters: impl ::ravand::private::ParametersOf<#ty> },
            quote! { ::ravand::private::ParametersOf::<#ty>::into_parameters(parameters) },
        ),
        None => {
            (TokenStream::new(), quote! { ::core::result::Result::Ok(::core::default::Default::default()) })
        }
    };
    quote! {
        #(#attributes)*
        #[allow(clippy::should_implement_trait, clippy::new_ret_no_self)]
        #vis fn #ident(#argument) -> ::ravand::private::Process {
            ::ravand::private::Process::of_method::<Self>(#name, #parameters)
        }
    }
}

/// The type of a method's parameters, what it is called with, and whether it asks for its run.
fn arguments(method: &Method) -> Result<(Option<Type>, Vec<TokenStream>, bool)> {
    let mut given = None;
    let (mut uses_run, mut passed) = (false, Vec::new());
    for (argument, whole) in &method.arguments {
        passed.push(match argument {
            Argument::Run => {
                uses_run = true;
                quote! { run }
            }
            Argument::Context => quote! { cx },
            Argument::Value(_) | Argument::Param { .. } if given.is_some() => {
                return Err(Error::new_spanned(
                    whole,
                    "a process has one set of parameters: put both into one struct, besides `&Run` and `&Context`",
                ));
            }
            Argument::Value(ty) => {
                given = Some(Type::clone(ty));
                quote! { given }
            }
            Argument::Param { .. } => {
                return Err(Error::new_spanned(
                    whole,
                    "a process has no route: take its parameters as one struct, or as \
                     `serde_json::Map<String, Value>`",
                ));
            }
            Argument::Mutable(_) => {
                return Err(Error::new_spanned(
                    whole,
                    "take it by value: only a listener has a `&mut` argument",
                ));
            }
        });
    }
    Ok((given, passed, uses_run))
}

/// The hidden function of one process: parameters, object, call, outcome.
fn body(
    own: &Type,
    method: &Method,
    given: Option<&Type>,
    passed: &[TokenStream],
    uses_run: bool,
) -> TokenStream {
    let read = match given {
        Some(ty) => {
            let (span, ty) = (at(ty.span()), placed(ty));
            quote_spanned! { span=> let given = parameters.read::<#ty>()?; }
        }
        None => quote! { parameters.none()?; },
    };
    let run = if uses_run { format_ident!("run") } else { format_ident!("_run") };
    let (outcome, make) = (method.call("process", passed, "outcome"), made("process", own));
    let mutable = (method.receiver == Receiver::Mutable).then(|| quote! { mut });
    let name = format_ident!("__ravand_{}", method.name());
    quote! {
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
    }
}
