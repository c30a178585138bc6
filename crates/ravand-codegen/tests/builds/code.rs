//! What is wrong with the strings in Rust code that name wiring.

use crate::support::{Case, MANIFEST, ROUTING, Said, snapshot};

const MORE: &str = "packages/ticketing/src/controllers/more.rs";

/// The fixture with phrases in two languages, a rule with parameters, and a package that nobody declares.
fn desk() -> Case {
    Case::new()
        .replace(MANIFEST, "\"langs/en_US.json\" }", "\"langs/en_US.json\", \"fa_IR\": \"langs/fa_IR.json\" }")
        .write(
            "packages/ticketing/langs/en_US.json",
            r#"{ "phrases": {
                "app.name": "Desk",
                "tickets.title": "Tickets",
                "tickets.found": { "one": "One ticket for {search}", "other": "{count} tickets for {search}" },
                "tickets.only_here": "Here"
            } }"#,
        )
        .write(
            "packages/ticketing/langs/fa_IR.json",
            r#"{ "phrases": {
                "app.name": "میز",
                "tickets.title": "تیکت‌ها",
                "tickets.close": "بستن",
                "tickets.found": { "other": "{count} تیکت برای {search}" }
            } }"#,
        )
        .replace(ROUTING, "\"method\": \"get\",", "\"method\": \"get\", \"name\": \"ticket\",")
        .replace(ROUTING, "\"paths\": [", "\"name\": \"ticket.close\", \"paths\": [")
        .replace(ROUTING, "{ \"regex\":", "{ \"name\": \"old\", \"regex\":")
        .replace(ROUTING, "{ \"path\": \"admin/:type\",", "{ \"name\": \"files\", \"path\": \"files/:type/:rest...\",")
        .write("packages/mail/package.json", r#"{ "routing": "routing.json", "languages": { "en_US": "en.json" }, "autoload": { "directories": ["processes"] } }"#)
        .write("packages/mail/Cargo.toml", "[package]\nname = \"mail\"\n")
        .write("packages/mail/en.json", r#"{ "phrases": { "postage.paid": "Paid" } }"#)
        .write("packages/mail/routing.json", r#"[{ "path": "inbox", "name": "inbox", "controller": "controllers/Inbox@show" }]"#)
        .write("packages/mail/src/processes/mail.rs", "pub struct Mail;\n#[process]\nimpl Mail { pub fn send(&self) {} }\n")
}

/// A file with this code in a function that has the framework's extractors.
fn code(text: &str) -> Case {
    let file = format!(
        "use ravand::prelude::*;\n\npub async fn more(cx: &Context, urls: UrlFor, language: &Language, errors: &mut FieldErrors) {{\n    {text}\n}}\n"
    );
    desk().write(MORE, &file)
}

/// Every piece of code under what is wrong with it.
fn said(pieces: &[(&str, &str)]) -> String {
    let mut said = Said::default();
    for (what, text) in pieces {
        said.package(what, code(text));
    }
    said.0
}

#[test]
fn right_code_says_nothing() {
    for text in [
        "Process::new(\"packages/ticketing/processes/tickets@autoClose\");",
        "ravand::Process::new(\"\\\\packages\\\\ticketing\\\\processes\\\\Tickets@auto_close\");",
        "Process::of_package(\"ticketing\", \"processes/Tickets@auto_close\");",
        "Process::new(name);",
        "std::process::Process::new(\"x\"); other::Forward::to(\"x\");",
        "Forward::to(\"controllers/admin/Tickets@index\").param(\"type\", 1);",
        "View::new(\"packages/ticketing/views/List\", ()); View::new(\"packages/users/views/x\", ()).template(\"users/card.html\");",
        "View::new(\"a name\", ()).template(\"tickets/list.html\").with_errors(e);",
        "cx.url_for(\"ticket\", &[(\"id\", &id), (\"page\", \"2\"), (\"@lang\", \"fa_IR\")]);",
        "cx.url_for(\"ticket.close\", &[(\"id\", \"7\")]); cx.url_for(\"ticket\", &pairs); cx.url_for(name, &[]);",
        "cx.redirect_to(\"ticket\", &[(\"id\", \"7\")]); other.redirect_to(\"x\"); cx.redirect_to_action(name, &[]);",
        "cx.url_of(\"controllers/admin/Tickets@index\", &[]); cx.redirect_to_action(\"controllers/admin/Tickets@index\", &p);",
        "cx.url_for(\"files\", &[(\"type\", \"a\")]); urls.of(\"old\", &[(\"id\", \"1\")]);",
        "cx.t(\"tickets.title\"); cx.t(&format!(\"status.{}\", 1)); other.t(\"x\", 1);",
        "language.text(\"tickets.found\", &[(\"count\", 1.into()), (\"search\", s)].into());",
        "language.html(\"tickets.found\", &Args::new().with(\"count\", 1).with(\"search\", s));",
        "cx.language().text(\"tickets.found\", &args);",
        "errors.add(\"name\", \"Please write a name. It is short.\"); errors.add(\"name\", \"tickets.title\");",
        "let cx: &Other = other(); macro_rules! t { ($x:expr) => { $x.t(\"nothing\") } }",
        "let tera: tera::Context = c(); tera.t(\"nothing\"); let language = 5; matrix.text(\"nothing\", 1);",
        "#[cfg(test)] let x = cx.t(\"nothing\");",
    ] {
        assert_eq!(code(text).package(), "", "{text}");
    }
    let file = "#[cfg(test)]\nmod tests {\n fn a(cx: &Context) { cx.t(\"nothing\"); }\n}\n#[test]\nfn b() { Process::new(\"nothing@x\"); }\n";
    assert_eq!(desk().write(MORE, file).package(), "");
    // Methods of the package's own: their keys are its own business.
    let file = "impl Terms { fn t(&self, key: &str) {} fn url_for(&self, a: &str, b: u8) {} }\nfn a() { terms.t(\"nothing\"); terms.url_for(\"nothing\", &[]); }\n";
    assert_eq!(desk().write(MORE, file).package(), "");
}

#[test]
fn processes() {
    snapshot!(
        "processes",
        said(&[
            (
                "a process that is not there",
                "Process::new(\"packages/ticketing/processes/Tickts@auto_close\");"
            ),
            (
                "a method that is not there",
                "let done = Process::new(\"packages/ticketing/processes/Tickets@autoclose_all\").call(cx).await;"
            ),
            ("without the package", "Process::new(\"processes/Tickets@auto_close\");"),
            ("without the method", "Process::new(\"packages/ticketing/processes/Tickets\");"),
            ("a controller for a process", "Process::new(\"packages/ticketing/controllers/Tickets@list\");"),
            (
                "of a package that is not declared",
                "ravand::prelude::Process::new(\"packages/mail/processes/Mail@send\");"
            ),
            ("of a package that is not there", "Process::new(\"packages/mial/processes/Mail@send\");"),
            (
                "the right class of the wrong package",
                "Process::new(\"packages/ticketing/processes/Mail@send\");"
            ),
            ("by package and name", "Process::of_package(\"ticketing\", \"processes/Tickts@auto_close\");"),
            ("no address", "Process::new(\"packages/tick eting/x@y\");"),
            (
                "in a branch",
                "Process::new(if due { \"packages/ticketing/processes/Tickets@auto_close\" } else { \"packages/ticketing/processes/Tickets@remind\" });"
            ),
        ])
    );
}

#[test]
fn forwards_and_views() {
    snapshot!(
        "forwards_and_views",
        said(&[
            (
                "a forward to an action that is not there",
                "return Ok(Forward::to(\"controllers/Tickets@lsit\").with_params());"
            ),
            (
                "a forward to a controller that is elsewhere",
                "Forward::to(\"controllers/users/Tickets@index\");"
            ),
            ("a view that is not there", "View::new(\"packages/ticketing/views/Lst\", data);"),
            ("a view without its package", "View::new(\"views/List\", data);"),
            ("no view at all", "View::new(\"views/Nothing\", data);"),
            ("a template that is not there", "View::new(\"list\", data).template(\"tickets/lst.html\");"),
        ])
    );
}

#[test]
fn urls() {
    snapshot!(
        "urls",
        said(&[
            ("a name that is not there", "cx.url_for(\"tikets\", &[]);"),
            ("no name near", "cx.url_for(\"zzzzzz\", &[]);"),
            ("another case", "cx.url_for(\"Tickets\", &[]);"),
            ("of a package that is not declared", "cx.url_for(\"inbox\", &[]);"),
            ("a parameter that is not given", "cx.url_for(\"ticket\", &[(\"page\", \"2\")]);"),
            (
                "a parameter that is misspelt",
                "let url = cx.url_for(\"ticket\", &[(\"idd\", &id.to_string())])?;"
            ),
            ("of several paths", "cx.url_for(\"ticket.close\", &[]);"),
            ("of a regex", "urls.of(\"old\", &[]);"),
            ("in a macro", "format!(\"{}{}\", site, cx.url_for(\"tikets\", &[])?);"),
            ("in JSON", "json!({ \"a\": [{ \"url\": urls.of(\"tikets\", &[])? }], \"b\": x });"),
            ("in its long form", "Context::url_for(cx, \"tikets\", &[]);"),
            ("a redirect to a name", "cx.redirect_to(\"tikets\", &[])?;"),
            ("a redirect without a parameter", "cx.redirect_to(\"ticket\", &[])?;"),
            ("a redirect to an action", "cx.redirect_to_action(\"controllers/admin/Tickets@indx\", &[])?;"),
            ("an action's address", "cx.url_of(\"controllers/admin/Tickets\", &[])?;"),
        ])
    );
}

#[test]
fn phrases() {
    snapshot!(
        "phrases",
        said(&[
            ("a phrase that is not there", "cx.t(\"tickets.titel\");"),
            ("nothing near", "cx.t(\"zzz\");"),
            ("in one of two languages", "cx.t(\"tickets.only_here\"); cx.t(\"tickets.only_here\");"),
            ("of a package that is not declared", "cx.t(\"postage.paid\");"),
            ("in a branch", "cx.t(if sent { \"tickets.title\" } else { \"tickets.tilte\" });"),
            ("in a match", "cx.t(match x { A => \"app.name\", B => \"app.nmae\", _ => other });"),
            ("without its parameters", "cx.t(\"tickets.found\");"),
            ("parameters that are not given", "language.text(\"tickets.found\", &[(\"count\", 1)].into());"),
            (
                "a parameter that is misspelt",
                "language.html(\"tickets.found\", &Args::from([(\"count\", 1), (\"serach\", 2)]));"
            ),
            ("a parameter too many", "cx.language().text(\"app.name\", &Args::new().with(\"name\", 1));"),
            ("a fault of a form", "errors.add(\"name\", \"tickets.titel\");"),
            ("another context", "let reader = cx.in_language(\"fa_IR\"); reader.t(\"app.nmae\");"),
        ])
    );
    let mut said = Said::default();
    let bare = Case::new()
        .replace(MANIFEST, "  \"languages\": { \"en_US\": \"langs/en_US.json\" },\n", "")
        .replace(
            "packages/ticketing/frontend/theme.json",
            ",\n  \"languages\": { \"en_US\": \"langs/en_US.json\" }",
            "",
        )
        .write(MORE, "fn more(cx: &Context) { cx.t(\"a\"); }\n");
    said.package("a package without phrases", bare);
    snapshot!("phrases_none", said.0);
}

#[test]
fn several_faults_of_several_files() {
    let case =
        code("cx.t(\"tickets.titel\"); Process::new(\"packages/ticketing/processes/Tickts@auto_close\");")
            .replace(ROUTING, "Tickets@list", "Tickets@lst")
            .replace(MANIFEST, "listeners/Stats@watch", "listeners/Stats@wach")
            .replace(MANIFEST, "models/ticket\"", "models/tiket\"")
            .replace(
                "packages/ticketing/langs/fa_IR.json",
                "{ \"phrases\"",
                "{ \"autor\": \"me\", \"phrases\"",
            )
            .replace("packages/ticketing/src/views/pages.rs", "users/card.html", "users/crad.html");
    snapshot!("several", case.package());
}
