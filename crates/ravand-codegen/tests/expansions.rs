//! What every attribute and derive expands to, and what its mistakes say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use proc_macro2::TokenStream;
use ravand_codegen::macros;

macro_rules! snapshot {
    ($name:literal, $text:expr $(,)?) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($name, $text) });
    };
}

type Attribute = fn(TokenStream, TokenStream) -> TokenStream;

fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap()
}

fn pretty(tokens: TokenStream) -> String {
    let text = tokens.to_string();
    prettyplease::unparse(&syn::parse2(tokens).unwrap_or_else(|error| panic!("{error}:\n{text}")))
}

/// The expansion of an attribute, without the item that it leaves as it is.
#[track_caller]
fn expand(attribute: Attribute, item: &str) -> String {
    let given = tokens(item);
    let written = pretty(given.clone());
    let expanded = pretty(attribute(TokenStream::new(), given));
    let added = expanded.strip_prefix(&written).expect("the item stays as it is, in front");
    assert!(!added.contains("compile_error"), "{added}");
    added.to_owned()
}

/// The whole expansion of an attribute that changes its item.
#[track_caller]
fn expand_whole(attribute: Attribute, item: &str) -> String {
    let expanded = pretty(attribute(TokenStream::new(), tokens(item)));
    assert!(!expanded.contains("compile_error"), "{expanded}");
    expanded
}

/// The texts of the errors in an expansion.
fn errors(expanded: TokenStream) -> String {
    let mut found = Vec::new();
    collect(expanded, &mut found);
    found.join("\n")
}

fn collect(stream: TokenStream, found: &mut Vec<String>) {
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            proc_macro2::TokenTree::Ident(ident) if ident == "compile_error" => {
                tokens.next();
                if let Some(proc_macro2::TokenTree::Group(group)) = tokens.next() {
                    let at = group.span().start();
                    let text: syn::LitStr = syn::parse2(group.stream()).unwrap();
                    found.push(format!("{}:{}: {}", at.line, at.column + 1, text.value()));
                }
            }
            proc_macro2::TokenTree::Group(group) => collect(group.stream(), found),
            _ => {}
        }
    }
}

fn derive_listeners(input: TokenStream) -> TokenStream {
    macros::derive_from_context(input, "Listeners")
}

#[test]
fn derives() {
    let controller = |text: &str| pretty(macros::derive_controller(tokens(text)));
    snapshot!("derive_controller", controller("pub struct Tickets { db: Db, user: CurrentUser }"));
    snapshot!("derive_controller_unit", controller("pub struct Tickets;"));
    let listeners = |text: &str| pretty(derive_listeners(tokens(text)));
    snapshot!("derive_listeners", listeners("pub struct Stats { db: Db }"));
    let view = |text: &str| pretty(macros::derive_view(tokens(text)));
    snapshot!("derive_view", view("#[view(\"tickets/list.html\")] pub struct List { a: u8 }"));
    snapshot!("derive_view_bare", view("pub struct List;"));
    snapshot!("derive_event", pretty(macros::derive_event(tokens("pub struct Closed { pub id: i64 }"))));
}

#[test]
fn controllers() {
    snapshot!(
        "controller",
        expand(
            macros::controller,
            "impl Tickets {
                pub async fn view(&self, Param(id): Param<i64>, cx: &Context) -> Result<Response> { unreachable!() }
                pub fn close(self, r#type: Param<String>, Param(page): Param<Option<u32>>, Json(body): Json<Body>) -> Result<Forward> { unreachable!() }
                fn helper() {}
                pub(crate) fn shared(x: &str) {}
            }"
        )
    );
    snapshot!(
        "controller_hooks",
        expand(
            macros::controller,
            "impl Tickets {
                async fn init(&mut self, Param(id): Param<i64>) -> Result<()> { unreachable!() }
                fn pre_dispatch(&self) -> Option<Response> { unreachable!() }
                async fn post_dispatch(&self, cx: &Context) {}
                async fn no_route(&self, x: Json<Self>) -> Response { unreachable!() }
                #[cfg(unix)] pub async fn view(&self) -> Response { unreachable!() }
            }"
        )
    );
    snapshot!(
        "middleware",
        expand(
            macros::middleware,
            "impl SignedIn { pub async fn check(&self, Param(_id): Param<i64>, user: User) -> Result<()> { unreachable!() } }"
        )
    );
}

#[test]
fn the_others() {
    snapshot!(
        "listener",
        expand(
            macros::listener,
            "impl Stats { pub async fn watch(&self, event: &mut AfterLoad, cx: &Context, db: Db) -> Result<()> { unreachable!() } }"
        )
    );
    snapshot!(
        "process",
        expand_whole(
            macros::process,
            "impl Email {
                pub async fn send(&self, mail: Mail, run: &Run) -> Result<Response> { unreachable!() }
                pub fn tidy(&mut self, cx: &Context) -> Result<()> { unreachable!() }
            }"
        )
    );
    snapshot!(
        "bootstrap",
        expand(
            macros::bootstrap,
            "pub async fn check_access(cx: &Context, db: Db) -> Result<()> { unreachable!() }"
        )
    );
}

#[test]
fn what_mistakes_say() {
    let mut said = String::new();
    let mut check = |attribute: Attribute, arguments: &str, item: &str| {
        let texts = errors(attribute(tokens(arguments), tokens(item)));
        assert!(!texts.is_empty(), "{item}");
        said.push_str(&format!("{item}\n  {}\n\n", texts.replace('\n', "\n  ")));
    };
    check(macros::controller, "", "impl A { pub fn new() -> Self { A } }");
    check(macros::controller, "", "impl A { pub fn view<T>(&self, x: T) {} }");
    check(macros::controller, "", "impl A { pub fn view(&self, x: impl Copy) {} }");
    check(macros::controller, "", "impl A { pub fn view(&self, Param(_): Param<i64>) {} }");
    check(macros::controller, "", "impl A { pub fn view(&self, Param((a, b)): Param<(i64, i64)>) {} }");
    check(macros::controller, "", "impl A { pub fn view(&self, name: &str) {} }");
    check(macros::controller, "", "impl A { pub fn view(&self, user: &User) {} }");
    check(macros::controller, "", "impl A { pub fn view(&self, user: &mut User) {} }");
    check(macros::controller, "", "impl A { pub fn view(&self, run: &Run) {} }");
    check(macros::controller, "", "impl A { pub fn view(self: Arc<Self>) {} }");
    check(
        macros::controller,
        "",
        "impl A { pub fn view(&self, Json(a): Json<A>, Form(b): axum::Form<B>) {} }",
    );
    check(macros::controller, "", "impl A { pub unsafe fn view(&self) {} }");
    check(macros::controller, "", "impl A { fn init(self) {} pub fn view(&self) {} }");
    check(macros::controller, "", "impl A { fn post_dispatch(&self) {} pub fn view(self) {} }");
    check(
        macros::controller,
        "",
        "impl A { pub fn a() {} pub fn b(&self, x: &str) {} pub fn right(&self) {} }",
    );
    check(macros::controller, "", "struct A;");
    check(macros::controller, "name", "impl A {}");
    check(macros::controller, "", "impl Display for A {}");
    check(macros::controller, "", "impl<T> A<T> {}");
    check(macros::controller, "", "impl (A, B) {}");
    check(macros::middleware, "", "impl A { pub fn check() {} }");
    check(macros::listener, "", "impl A { pub fn watch(&self) {} }");
    check(macros::listener, "", "impl A { pub fn watch(&self, event: AfterLoad) {} }");
    check(macros::listener, "", "impl A { pub fn watch(&self, event: &mut AfterLoad, run: &Run) {} }");
    check(macros::listener, "", "fn watch() {}");
    check(macros::process, "", "impl A { pub fn send(&self, a: Mail, b: Mail) {} }");
    check(macros::process, "", "impl A { pub fn send(&self, Param(id): Param<i64>) {} }");
    check(macros::process, "", "impl A { pub fn send(&self, mail: &mut Mail) {} }");
    check(macros::process, "", "impl A { pub fn send() {} }");
    check(macros::bootstrap, "", "struct A;");
    check(macros::bootstrap, "", "fn a<T>() {}");
    check(macros::bootstrap, "", "fn a(&self) {}");
    check(macros::bootstrap, "", "fn a(Param(id): Param<i64>) {}");
    snapshot!("attribute_mistakes", said);

    let mut said = String::new();
    let mut check = |derive: fn(TokenStream) -> TokenStream, item: &str| {
        said.push_str(&format!("{item}\n  {}\n\n", errors(derive(tokens(item)))));
    };
    check(macros::derive_controller, "struct A(Db);");
    check(macros::derive_controller, "enum A {}");
    check(macros::derive_controller, "struct A<T> { a: T }");
    check(derive_listeners, "struct A(Db);");
    check(macros::derive_event, "enum A {}");
    check(macros::derive_view, "struct A<'a> { a: &'a str }");
    check(macros::derive_view, "#[view(a)] struct A;");
    check(macros::derive_view, "#[view(\"\")] struct A;");
    check(macros::derive_view, "#[view(\"a.html\")] #[view(\"b.html\")] struct A;");
    snapshot!("derive_mistakes", said);
}
