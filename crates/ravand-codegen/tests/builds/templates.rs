//! Templates: what the build says of those that do not parse, do not fit together, or show what is not there.

use std::path::Path;

use ravand_codegen::package;

use crate::support::{Case, Said, snapshot};

pub const LIST: &str = "packages/ticketing/frontend/html/tickets/list.html";
pub const SHOW: &str = "packages/ticketing/frontend/html/tickets/show.html";
pub const PART: &str = "packages/ticketing/frontend/html/parts/ticket.html";
pub const LAYOUT: &str = "packages/users/frontend/html/layout.html";
pub const PAGES: &str = "packages/ticketing/src/views/pages.rs";
const ENGLISH: &str = "packages/ticketing/langs/en_US.json";
const PERSIAN: &str = "packages/ticketing/langs/fa_IR.json";

/// A copy of the fixture with templates and phrases.
pub fn right() -> Case {
    Case::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages"))
}

pub fn list(from: &str, to: &str) -> Case {
    right().replace(LIST, from, to)
}

/// The page of a ticket with this in its content.
fn show(content: &str) -> Case {
    right().replace(SHOW, "{{ super() }}", content)
}

/// The list as a template of its own.
pub fn alone(template: &str) -> Case {
    right().write(LIST, template)
}

#[test]
fn the_fixture_is_right() {
    assert_eq!(right().package(), "");
    assert_eq!(right().build(package, "packages/users").problems.to_string(), "");
    assert_eq!(right().application(), "");
}

#[test]
fn syntax() {
    let mut said = Said::default();
    said.package("a tag that is none", alone("{% fro a in b %}{% endfor %}"));
    said.package("a tag of another engine", alone("<p>\n  {% trans \"hello\" %}"));
    said.package("another one", alone("{% for a in [1] %}{% break %}{% endfor %}"));
    said.package("no such tag at all", alone("{% zzzzzz %}"));
    said.package("elseif", alone("{% if a %}{% elseif b %}{% endif %}"));
    said.package("an end without a beginning", alone("<p>{% endif %}"));
    said.package("an else without a beginning", alone("{% else %}"));
    said.package("the wrong end", alone("{% for a in [1] %}\n{% if a %}\n{% endfor %}"));
    said.package("a tag that is not closed", alone("{% if total %}\n<p>\n"));
    said.package(
        "a block that is not closed",
        list("{% endblock %}\n{% block content %}", "{% block content %}"),
    );
    said.package("an inner one", alone("{% block a %}{% for b in tickets %}{% endblock %}"));
    said.package("the wrong name at the end", alone("{% block a %}{% endblock b %}"));
    said.package("a block twice", list("<ul>", "{% block title %}{% endblock %}<ul>"));
    said.package("a value that is not closed", alone("<p>{{ total\n"));
    said.package("a value that is closed wrongly", alone("<p>{{ total %}</p>"));
    said.package("a tag that is closed wrongly", alone("{% if total }}<p>{% endif %}"));
    said.package("a string that is not closed", alone("<p>{{ t(\"tickets.title) }}</p>\n<p>"));
    said.package("a comment that is not closed", alone("{# one #}\n<p>{# two\n"));
    said.package("a raw text that is not closed", alone("<p>{% raw %}{{ a }}"));
    said.package("an expression that is none", alone("{{ total + }}"));
    said.package("two names", alone("{{ total tickets }}"));
    said.package("a comma too much", alone("{{ t(\"tickets.title\",, a=1) }}"));
    said.package("a name that is kept", alone("{% set loop = 1 %}"));
    said.package("a letter without a meaning", alone("{{ total § 2 }}"));
    said.package("a word that is missing", alone("{% for ticket tickets %}{% endfor %}"));
    said.package("a tag without a name", alone("{% \"a\" %}"));
    said.package("an argument behind a named one", alone("{{ t(count=1, \"tickets.count\") }}"));
    said.package("behind Persian letters", alone("<p>تیکت {{ total | }}</p>"));
    said.package("nothing at all", alone(""));
    snapshot!("syntax", said.0);
}

#[test]
fn other_templates() {
    let mut said = Said::default();
    said.package("a parent that is not there", list("layout.html", "layuot.html"));
    said.package("a parent in another folder", list("\"layout.html\"", "\"base/layout.html\""));
    said.package("a name without quotes", alone("{% include parts/ticket.html %}{% extends layout.html %}"));
    said.package("nothing near", list("layout.html", "zzz.html"));
    said.package("an include", list("parts/ticket.html", "parts/tickets.html"));
    said.package(
        "an include that may be missing",
        list("\"parts/ticket.html\"", "\"parts/zzz.html\" ignore missing"),
    );
    said.package(
        "a list of includes",
        list("\"parts/ticket.html\"", "[\"parts/zzz.html\", \"parts/ticket.html\"]"),
    );
    said.package(
        "a list of which none is there",
        list("\"parts/ticket.html\"", "[\"zzz.html\", \"yyy.html\"]"),
    );
    said.package(
        "an include that is decided",
        list("\"parts/ticket.html\"", "\"a.html\" if total else \"parts/ticket.html\""),
    );
    said.package(
        "an include that is put together",
        list("\"parts/ticket.html\"", "\"parts/\" ~ kind ~ \".html\""),
    );
    said.package("an import", right().replace(SHOW, "parts/forms.html", "parts/form.html"));
    said.package("a macro that is not there", right().replace(SHOW, "import field", "import feild"));
    said.package(
        "a module's macro that is not there",
        right()
            .replace(SHOW, "from \"parts/forms.html\" import field", "import \"parts/forms.html\" as forms")
            .replace(SHOW, "field(", "forms.feild("),
    );
    said.package("an argument that the macro has not", right().replace(SHOW, "label=t", "lable=t"));
    said.package("too many arguments", right().replace(SHOW, "label=t(\"tickets.title\")", "1, 2, 3"));
    said.package("a block that no parent has", list("block content", "block contents"));
    said.package("no block near", list("block content", "block zzzzzz"));
    said.package("a block in a block", list("<ul>", "{% block more %}{% endblock %}<ul>"));
    said.package(
        "a parent without blocks",
        right()
            .write("packages/ticketing/frontend/html/plain.html", "<p>")
            .write(LIST, "{% extends \"plain.html\" %}{% block content %}{% endblock %}"),
    );
    said.package("no parent's block", right().replace(LAYOUT, "{% block content %}", "{% block main %}"));
    said.package("super without a parent", alone("{% block a %}{{ super() }}{% endblock %}"));
    said.package("a block of the page", list("<ul>", "{{ self.titel() }}<ul>"));
    said.package("a second parent", list("{% block title", "\n{%- extends \"layout.html\" %}{% block title"));
    said.package("itself", alone("{% extends \"tickets/list.html\" %}"));
    said.package(
        "a circle",
        right()
            .write(LIST, "{% extends \"a.html\" %}")
            .write("packages/ticketing/frontend/html/a.html", "{% extends \"b.html\" %}")
            .write("packages/ticketing/frontend/html/b.html", "{% extends \"tickets/list.html\" %}"),
    );
    snapshot!("other_templates", said.0);
}

#[test]
fn filters_and_functions() {
    let mut said = Said::default();
    said.package("a filter", list("number(total)", "total|rond"));
    said.package("a filter that is a function", list("t(\"tickets.title\")", "\"tickets.title\"|t"));
    said.package("a filter by name", list("number(total)", "tickets|map(\"uper\")|join"));
    said.package("a test", list("{% if next %}", "{% if total is evn %}"));
    said.package("no test near", list("{% if next %}", "{% if total is zzzzzzz %}"));
    said.package("a function", list("number(total)", "nubmer(total)"));
    said.package("a function that is a filter", list("number(total)", "upper(total)"));
    said.package("no function near", list("number(total)", "zzzzzzz(total)"));
    said.package("a function that is not called", show("{{ csrf }}"));
    said.package("an argument by name", show("{{ asset(\"css/app.css\", version=2) }}"));
    said.package("no argument", show("{{ number() }}{{ csrf(1) }}"));
    said.package("two arguments", show("{{ t(\"tickets.count\", 3) }}"));
    said.package(
        "a field that hides a function",
        right().replace(PAGES, "pub may_write", "pub date: i64,\n    pub may_write").replace(
            SHOW,
            "{{ super() }}",
            "{{ date(1) }}",
        ),
    );
    said.package(
        "a macro of its own",
        show("{% macro date(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ date(1, b=2) }}"),
    );
    snapshot!("filters_and_functions", said.0);
}

#[test]
fn phrases_routes_and_assets() {
    let mut said = Said::default();
    said.package("a phrase", show("{{ t(\"tickets.titel\") }}"));
    said.package("no phrase near", show("{{ t(\"zzzzzzz\") }}"));
    said.package(
        "a phrase that is decided",
        show("{{ t(\"tickets.title\" if mayWrite else \"tickets.titel\") }}"),
    );
    said.package("a phrase that is put together", show("{{ t(\"state.\" ~ name) }}"));
    let undeclared = |theme: &str| {
        show("{{ t(\"more.title\") }}{{ t(\"more.\" ~ name) }}")
            .write(
                "packages/more/package.json",
                "{ \"frontend\": \"theme\", \"languages\": { \"en_US\": \"en.json\" } }",
            )
            .write("packages/more/en.json", "{ \"phrases\": { \"more.of\": \"More\" } }")
            .write("packages/more/Cargo.toml", "[package]\nname = \"more\"\n")
            .write(
                "packages/more/theme/theme.json",
                &format!("{{ \"name\": \"{theme}\", \"languages\": {{ \"en_US\": \"en.json\" }} }}"),
            )
            .write("packages/more/theme/en.json", "{ \"phrases\": { \"more.title\": \"More\" } }")
    };
    said.package("a phrase of a package that is not declared", undeclared("other"));
    said.package("a phrase of another source of the theme", undeclared("panel"));
    said.package(
        "a phrase that a language lacks",
        right().replace(PERSIAN, "\"tickets.title\": \"تیکت‌ها\",", ""),
    );
    said.package("a parameter too much", show("{{ t(\"tickets.title\", count=3) }}"));
    said.package("a misspelt parameter", show("{{ t(\"tickets.by\", nmae=name) }}"));
    said.package("a missing parameter", show("{{ t(\"tickets.count\") }}"));
    said.package("parameters that are handed on", show("{{ t(\"tickets.count\", **ticket) }}"));
    said.package("a route", show("{{ url_for(\"tikcets\") }}"));
    said.package("a route's parameter", show("{{ url_for(\"ticket\", ticket=1) }}"));
    said.package(
        "more than the rule has",
        show("{{ url_for(\"ticket\", id=1, page=2, hostname=\"\") }}{{ url_for(\"file\") }}"),
    );
    said.package("a regex's parameter", show("{{ url_for(\"news\") }}"));
    said.package("an asset", show("{{ asset(\"css/ap.css\") }}"));
    said.package("an asset from its folder on", show("{{ asset(\"/assets/css/app.css\") }}"));
    said.package("an asset of a theme", show("{{ asset(\"panel/icon.css\") }}"));
    said.package(
        "an asset of theme.json that is not served",
        right()
            .replace("packages/ticketing/frontend/theme.json", "assets/css/app.css", "app.css")
            .write("packages/ticketing/frontend/app.css", ""),
    );
    snapshot!("phrases_routes_and_assets", said.0);
}

#[test]
fn phrases_in_languages() {
    let mut said = Said::default();
    said.package("a parameter that the first language has not", right().replace(PERSIAN, "{name}", "{nam}"));
    said.package("one too much", right().replace(PERSIAN, "{name}", "{name} {family}"));
    said.package("one left out", right().replace(PERSIAN, "از {name}", "از او"));
    said.package(
        "plural forms in one language",
        right().replace(
            ENGLISH,
            "{ \"one\": \"One ticket\", \"other\": \"{count} tickets\" }",
            "\"Tickets\"",
        ),
    );
    said.package(
        "a phrase of another package",
        right().replace(PERSIAN, "\"status.open\"", "\"app.hello\": \"سلام {who}\",\n    \"status.open\""),
    );
    snapshot!("phrases_in_languages", said.0);
}
