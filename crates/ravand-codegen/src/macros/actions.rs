//! `#[controller]` and `#[middleware]`: methods that a dispatch calls.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Result, Type};

use super::arguments::{Argument, last_segment};
use super::input::{Mistakes, block};
use super::methods::{Method, Receiver, at, methods, placed};

/// The methods of a controller that are called around an action, or instead of one.
pub(crate) const HOOKS: [&str; 4] = ["init", "pre_dispatch", "post_dispatch", "no_route"];

/// `#[controller] impl Tickets { … }`: every public method is an action.
pub fn controller(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let block = match block("controller", "Controller", &arguments, &item) {
        Ok(block) => block,
        Err(answer) => return answer,
    };
    let mut mistakes = Mistakes::default();
    let wanted = |name: &str, public: bool| public || HOOKS.contains(&name);
    let all: Vec<Method> =
        methods(&block, wanted).into_iter().filter_map(|method| mistakes.keep(method)).collect();
    let hooks = Hooks::of(&all, &mut mistakes);
    let (mut functions, mut entries, mut no_route) = (Vec::new(), Vec::new(), None);
    for method in all.iter().filter(|method| method.name() == "no_route" || !is_hook(method)) {
        let Some(function) = mistakes.keep(action(&block.self_ty, method, &hooks)) else { continue };
        let (cfgs, name, params) = (&method.cfgs, method.name(), method.params());
        let call = format_ident!("__ravand_{name}");
        functions.push(quote! { #(#cfgs)* #function });
        let entry =
            quote! { ::ravand::private::Action { name: #name, params: &[#(#params),*], call: #call } };
        match name.as_str() {
            "no_route" => no_route = Some(entry),
            _ => entries.push(quote! { #(#cfgs)* #entry }),
        }
    }
    let no_route = match no_route {
        Some(entry) => quote! { ::core::option::Option::Some(#entry) },
        None => quote! { ::core::option::Option::None },
    };
    let (own, mistakes) = (&block.self_ty, mistakes.tokens());
    quote! {
        #item
        #mistakes
        const _: () = {
            #[allow(unused_imports)]
            use ::ravand::private::{FromBody as _, FromParts as _};
            #(#functions)*
            #[automatically_derived]
            impl ::ravand::private::Actions for #own {
                const ACTIONS: &'static [::ravand::private::Action] = &[#(#entries),*];
                const NO_ROUTE: ::core::option::Option<::ravand::private::Action> = #no_route;
            }
        };
    }
}

/// `#[middleware] impl SignedIn { … }`: every public method may end a request's way.
pub fn middleware(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let block = match block("middleware", "Controller", &arguments, &item) {
        Ok(block) => block,
        Err(answer) => return answer,
    };
    let mut mistakes = Mistakes::default();
    let (mut functions, mut entries) = (Vec::new(), Vec::new());
    for method in methods(&block, |_, public| public) {
        let made = method.and_then(|method| Ok((gate_function(&block.self_ty, &method)?, method)));
        let Some((function, method)) = mistakes.keep(made) else { continue };
        let (cfgs, name, params) = (&method.cfgs, method.name(), method.params());
        let call = format_ident!("__ravand_{name}");
        functions.push(quote! { #(#cfgs)* #function });
        entries.push(quote! {
            #(#cfgs)* ::ravand::private::Middleware { name: #name, params: &[#(#params),*], call: #call }
        });
    }
    let (own, mistakes) = (&block.self_ty, mistakes.tokens());
    quote! {
        #item
        #mistakes
        const _: () = {
            #[allow(unused_imports)]
            use ::ravand::private::{FromBody as _, FromParts as _};
            #(#functions)*
            #[automatically_derived]
            impl ::ravand::private::Middlewares for #own {
                const MIDDLEWARES: &'static [::ravand::private::Middleware] = &[#(#entries),*];
            }
        };
    }
}

/// The hooks that a controller's block has.
#[derive(Default)]
struct Hooks<'a> {
    before: Vec<&'a Method>,
    after: Option<&'a Method>,
}

impl<'a> Hooks<'a> {
    fn of(all: &'a [Method], mistakes: &mut Mistakes) -> Self {
        let mut find = |name: &str| {
            let hook = all.iter().find(|method| method.name() == name)?;
            if hook.receiver == Receiver::Value {
                mistakes.push(Error::new_spanned(
                    &hook.ident,
                    format!("the controller lives on after `{name}`: write `&self` or `&mut self`"),
                ));
                return None;
            }
            Some(hook)
        };
        let before = ["init", "pre_dispatch"].into_iter().filter_map(&mut find).collect();
        Self { before, after: find("post_dispatch") }
    }
}

fn is_hook(method: &Method) -> bool {
    HOOKS.contains(&method.name().as_str())
}

/// The hidden function of one action: build, hooks, arguments, call, answer.
fn action(own: &Type, method: &Method, hooks: &Hooks) -> Result<TokenStream> {
    if let (Some(hook), Receiver::Value) = (hooks.after, method.receiver) {
        let text = format!("`{}` is called after it, so it takes `&self` or `&mut self`", hook.ident);
        return Err(Error::new_spanned(&method.ident, text));
    }
    let before = hooks.before.iter().enumerate().map(|(index, hook)| {
        let (lets, arguments) = arguments(hook, &format!("h{index}_"))?;
        let (cfgs, gate) = (&hook.cfgs, hook.call("controller", &arguments, "gate"));
        Ok(quote! {
            #(#cfgs)*
            {
                #lets
                if let ::core::option::Option::Some(answer) = #gate? {
                    return ::core::result::Result::Ok(answer);
                }
            }
        })
    });
    let before = before.collect::<Result<Vec<_>>>()?;
    let (lets, arguments_) = arguments(method, "a")?;
    let answer = method.call("controller", &arguments_, "answer");
    let after = match hooks.after {
        None => answer,
        Some(hook) => {
            let (hook_lets, hook_arguments) = arguments(hook, "p")?;
            let (cfgs, gate) = (&hook.cfgs, hook.call("controller", &hook_arguments, "gate"));
            quote! {
                let answer = #answer?;
                #(#cfgs)*
                {
                    #hook_lets
                    if let ::core::option::Option::Some(answer) = #gate? {
                        return ::core::result::Result::Ok(answer);
                    }
                }
                ::core::result::Result::Ok(answer)
            }
        }
    };
    let mutable = hooks.before.iter().copied().chain(hooks.after).chain([method]);
    let mutable = { mutable }.any(|called| called.receiver == Receiver::Mutable).then(|| quote! { mut });
    let (name, build) = (format_ident!("__ravand_{}", method.name()), build(own));
    Ok(quote! {
        fn #name<'a>(
            dispatch: &'a mut ::ravand::private::Dispatch,
        ) -> ::ravand::private::BoxFuture<'a, ::ravand::private::Answer> {
            async fn run(dispatch: &mut ::ravand::private::Dispatch) -> ::ravand::private::Answer {
                let #mutable controller = #build?;
                #(#before)*
                #lets
                #after
            }
            ::std::boxed::Box::pin(run(dispatch))
        }
    })
}

/// The hidden function of one middleware method: build, arguments, call, gate.
fn gate_function(own: &Type, method: &Method) -> Result<TokenStream> {
    let (lets, arguments) = arguments(method, "a")?;
    let gate = method.call("middleware", &arguments, "gate");
    let mutable = (method.receiver == Receiver::Mutable).then(|| quote! { mut });
    let (name, build) = (format_ident!("__ravand_{}", method.name()), build(own));
    Ok(quote! {
        fn #name<'a>(
            dispatch: &'a mut ::ravand::private::Dispatch,
        ) -> ::ravand::private::BoxFuture<'a, ::ravand::private::GateAnswer> {
            async fn run(dispatch: &mut ::ravand::private::Dispatch) -> ::ravand::private::GateAnswer {
                let #mutable middleware = #build?;
                #lets
                #gate
            }
            ::std::boxed::Box::pin(run(dispatch))
        }
    })
}

/// The expression that makes a controller or middleware.
fn build(own: &Type) -> TokenStream {
    let ty = placed(own);
    quote_spanned! { at(own.span())=> <#ty as ::ravand::private::Build>::build(dispatch).await }
}

/// Extractors of axum that read the body, of which a request has one.
const BODIES: [&str; 5] = ["Json", "Form", "Multipart", "Bytes", "String"];

/// The statements that make a method's arguments, and the arguments.
fn arguments(method: &Method, prefix: &str) -> Result<(TokenStream, Vec<TokenStream>)> {
    let (mut lets, mut passed, mut body) = (TokenStream::new(), Vec::new(), None);
    for (index, (argument, whole)) in method.arguments.iter().enumerate() {
        let name = format_ident!("{prefix}{index}");
        let span = at(whole.span());
        let (value, pass) = match argument {
            Argument::Param { name: param, ty, optional } => {
                let read = if *optional {
                    quote! { optional_param }
                } else {
                    quote! { param }
                };
                let (span, ty) = (at(ty.span()), placed(ty));
                (
                    quote_spanned! { span=> ::ravand::private::#read::<#ty>(dispatch, #param)? },
                    quote! { ::ravand::private::Param(#name) },
                )
            }
            Argument::Value(ty) => {
                let reads_body = last_segment(ty).filter(|name| BODIES.contains(&name.as_str()));
                if let (Some(second), Some(first)) = (&reads_body, &body) {
                    let text = format!(
                        "`{first}` reads the body already, and a request has one: `{second}` would find nothing"
                    );
                    return Err(Error::new_spanned(whole, text));
                }
                body = body.or(reads_body);
                let ty = placed(ty);
                (
                    quote_spanned! { span=> (&&::ravand::private::Arg::<#ty>::new()).extract(dispatch).await? },
                    quote! { #name },
                )
            }
            Argument::Context => (quote! { dispatch.told_context().clone() }, quote! { &#name }),
            Argument::Run => return Err(Error::new_spanned(whole, "only a process has a `&Run`")),
            Argument::Mutable(_) => {
                return Err(Error::new_spanned(
                    whole,
                    "take it by value: only a listener has a `&mut` argument",
                ));
            }
        };
        lets.extend(quote! { let #name = #value; });
        passed.push(pass);
    }
    Ok((lets, passed))
}
