//! The methods of an `impl` block, as the attributes and the build script both see them.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, Result, Signature, Type, Visibility,
};

use super::arguments::{Argument, plain};

/// A method with what it asks for.
pub(crate) struct Method {
    pub(crate) ident: Ident,
    pub(crate) receiver: Receiver,
    pub(crate) arguments: Vec<(Argument, Type)>,
    pub(crate) is_async: bool,
    pub(crate) output: Span,
    pub(crate) cfgs: Vec<Attribute>,
}

/// How a method takes its object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    Shared,
    Mutable,
    Value,
}

impl Method {
    /// The method's name, without `r#`.
    pub(crate) fn name(&self) -> String {
        plain(&self.ident)
    }

    /// The names of the route's parameters it asks for.
    pub(crate) fn params(&self) -> Vec<&str> {
        let name = |argument: &'_ Argument| matches!(argument, Argument::Param { .. });
        self.arguments
            .iter()
            .filter(|(argument, _)| name(argument))
            .filter_map(|(argument, _)| match argument {
                Argument::Param { name, .. } => Some(name.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The call of the method on `object` with these arguments, awaited where it is `async`, and given to a function
    /// of the framework. What that function cannot take is told at the type that the method returns.
    pub(super) fn call(&self, object: &str, arguments: &[TokenStream], taken_by: &str) -> TokenStream {
        let span = at(self.output);
        let mut ident = self.ident.clone();
        ident.set_span(span);
        let (object, taken_by) = (Ident::new(object, span), Ident::new(taken_by, span));
        let wait = self.is_async.then(|| quote_spanned! { span=> .await });
        quote_spanned! { span=> ::ravand::private::#taken_by(#object.#ident(#(#arguments),*) #wait) }
    }
}

/// The methods of the block that `wanted` names (by name and whether they are `pub`), each read or an error.
pub(crate) fn methods(block: &ItemImpl, wanted: impl Fn(&str, bool) -> bool) -> Vec<Result<Method>> {
    let functions = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    });
    functions
        .filter(|function| wanted(&plain(&function.sig.ident), is_public(function)))
        .map(|function| read_method(function, &block.self_ty))
        .collect()
}

/// What is wrong with a signature wherever it stands: generics, `unsafe`, variadics.
pub(super) fn check_signature(signature: &Signature) -> Result<()> {
    if !signature.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &signature.generics,
            "the framework calls it, so it has no generics: write the types themselves",
        ));
    }
    if let Some(token) = &signature.unsafety {
        return Err(Error::new_spanned(token, "the framework calls it, so it cannot be `unsafe`"));
    }
    Ok(())
}

/// The same tokens at another place, still known as generated.
pub(super) fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// A type as generated code writes it, at its own place: with one span, so that one mistake is one message.
pub(super) fn placed(ty: &Type) -> TokenStream {
    respan(ty.to_token_stream(), at(ty.span()))
}

/// The expression that makes a value of the type from the context `cx`.
pub(super) fn from_context(ty: &Type) -> TokenStream {
    let (span, ty) = (at(ty.span()), placed(ty));
    quote_spanned! { span=> <#ty as ::ravand::private::FromContext>::from_context(cx).await }
}

/// The expression that makes a listener or process of the type, by the framework's function of that name.
pub(super) fn made(function: &str, ty: &Type) -> TokenStream {
    let (span, ty) = (at(ty.span()), placed(ty));
    let function = Ident::new(function, span);
    quote_spanned! { span=> ::ravand::private::#function::<#ty>(cx).await }
}

fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let place = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = proc_macro2::Group::new(group.delimiter(), respan(group.stream(), span)).into();
        }
        token.set_span(span);
        token
    };
    tokens.into_iter().map(place).collect()
}

fn is_public(function: &ImplItemFn) -> bool {
    matches!(function.vis, Visibility::Public(_))
}

/// Reads one method; `own` is the type that `Self` stands for.
pub(crate) fn read_method(function: &ImplItemFn, own: &Type) -> Result<Method> {
    let signature = &function.sig;
    check_signature(signature)?;
    let mut inputs = signature.inputs.iter();
    let receiver = match inputs.next() {
        Some(FnArg::Receiver(receiver)) => {
            if receiver.colon_token.is_some() {
                return Err(Error::new_spanned(receiver, "write `&self`, `&mut self` or `self`"));
            }
            match (&receiver.reference, &receiver.mutability) {
                (Some(_), Some(_)) => Receiver::Mutable,
                (Some(_), None) => Receiver::Shared,
                (None, _) => Receiver::Value,
            }
        }
        _ => {
            let text = format!(
                "a public function of this block is called by its address, so it takes `&self`: \
                 write `pub fn {}(&self, …)`, or leave out `pub`",
                signature.ident
            );
            return Err(Error::new_spanned(&signature.ident, text));
        }
    };
    let arguments = inputs
        .filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        })
        .map(|argument| {
            let mut argument = argument.clone();
            let tokens = argument.ty.to_token_stream();
            if names_self(tokens.clone())
                && let Ok(ty) = syn::parse2(without_self(tokens, own))
            {
                *argument.ty = ty;
            }
            Ok((Argument::read(&argument)?, *argument.ty))
        })
        .collect::<Result<_>>()?;
    Ok(Method {
        ident: signature.ident.clone(),
        receiver,
        arguments,
        is_async: signature.asyncness.is_some(),
        output: match &signature.output {
            syn::ReturnType::Default => signature.ident.span(),
            syn::ReturnType::Type(_, ty) => ty.span(),
        },
        cfgs: function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect(),
    })
}

fn names_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "Self",
        TokenTree::Group(group) => names_self(group.stream()),
        _ => false,
    })
}

/// The tokens with `Self` written out, for use outside of the `impl`.
fn without_self(tokens: TokenStream, own: &Type) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(ident) if ident == "Self" => quote! { #own },
            TokenTree::Group(group) => {
                let mut inner = proc_macro2::Group::new(group.delimiter(), without_self(group.stream(), own));
                inner.set_span(group.span());
                TokenTree::Group(inner).into()
            }
            other => other.into(),
        })
        .collect()
}
