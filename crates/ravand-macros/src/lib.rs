//! The attributes of controllers, listeners, processes and views: a thin shell over ravand-codegen.

use proc_macro::TokenStream;
use ravand_codegen::macros;

/// Makes a controller from its fields: each is an extractor, made per dispatch.
#[proc_macro_derive(Controller)]
pub fn derive_controller(input: TokenStream) -> TokenStream {
    macros::derive_controller(input.into()).into()
}

/// Makes a listener from its fields: each comes from the context.
#[proc_macro_derive(Listeners)]
pub fn derive_listeners(input: TokenStream) -> TokenStream {
    macros::derive_from_context(input.into(), "Listeners").into()
}

/// Makes a class of processes from its fields: each comes from the context.
#[proc_macro_derive(Processes)]
pub fn derive_processes(input: TokenStream) -> TokenStream {
    macros::derive_from_context(input.into(), "Processes").into()
}

/// Makes a struct from the context, field by field.
#[proc_macro_derive(FromContext)]
pub fn derive_from_context(input: TokenStream) -> TokenStream {
    macros::derive_from_context(input.into(), "FromContext").into()
}

/// Makes a struct an event, which listeners hear when it is triggered.
#[proc_macro_derive(Event)]
pub fn derive_event(input: TokenStream) -> TokenStream {
    macros::derive_event(input.into()).into()
}

/// Makes a serialisable struct a view; `#[view("tickets/list.html")]` names its template.
#[proc_macro_derive(View, attributes(view))]
pub fn derive_view(input: TokenStream) -> TokenStream {
    macros::derive_view(input.into()).into()
}

/// Makes the public methods of an `impl` actions; `init`, `pre_dispatch`, `post_dispatch` and `no_route` are hooks.
#[proc_macro_attribute]
pub fn controller(arguments: TokenStream, item: TokenStream) -> TokenStream {
    macros::controller(arguments.into(), item.into()).into()
}

/// Makes the public methods of an `impl` middlewares, which may end a request's way.
#[proc_macro_attribute]
pub fn middleware(arguments: TokenStream, item: TokenStream) -> TokenStream {
    macros::middleware(arguments.into(), item.into()).into()
}

/// Makes the public methods of an `impl` listeners, each of the event that it takes as `&mut`.
#[proc_macro_attribute]
pub fn listener(arguments: TokenStream, item: TokenStream) -> TokenStream {
    macros::listener(arguments.into(), item.into()).into()
}

/// Makes the public methods of an `impl` processes.
#[proc_macro_attribute]
pub fn process(arguments: TokenStream, item: TokenStream) -> TokenStream {
    macros::process(arguments.into(), item.into()).into()
}

/// Makes a function the package's bootstrap, which every request passes before routing.
#[proc_macro_attribute]
pub fn bootstrap(arguments: TokenStream, item: TokenStream) -> TokenStream {
    macros::bootstrap(arguments.into(), item.into()).into()
}
