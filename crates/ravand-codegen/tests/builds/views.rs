//! Views: what the build says of names and fields that a template shows and its view does not have.

use crate::support::{Case, Said, snapshot};
use crate::templates::{LAYOUT, LIST, PAGES, PART, SHOW, alone, list, right};

const TICKET: &str = "packages/ticketing/src/models/ticket.rs";
const LISTENER: &str = "packages/users/src/listeners/page.rs";
const THEME: &str = "packages/ticketing/frontend/theme.json";

fn part(to: &str) -> Case {
    right().replace(PART, "ticket.title", to)
}

#[test]
fn fields() {
    let mut said = Said::default();
    said.package("a field that the view has not", list("{{ loop.index }}", "{{ totl }}"));
    said.package("nothing near", list("{{ loop.index }}", "{{ subtitle }}"));
    said.package("of a struct", list("number(total)", "number(tickets[0].idd)"));
    said.package("of a loop's entry", list("{{ loop.index }}", "{{ ticket.titel }}"));
    said.package("in an include", part("ticket.titel"));
    said.package("two structs deep", part("ticket.author.nick"));
    said.package("by a key", part("ticket[\"author\"].nick"));
    said.package("left out by serde", part("ticket.access_key"));
    said.package("of a text", part("ticket.title.length"));
    said.package("of a list", part("ticket.labels.first"));
    said.package("of a list instead of its entries", list("number(total)", "tickets.title"));
    said.package("of a filtered list", part("(ticket.labels|sort|first).name"));
    said.package("a method", part("ticket.title.upper()"));
    said.package("flattened", right().replace(SHOW, "{{ name }}", "{{ nmae }}"));
    said.package("renamed", right().replace(SHOW, "mayWrite", "may_write"));
    said.package(
        "written in a way of its own",
        part("ticket.titel").replace(
            TICKET,
            "#[sea_orm(table_name = \"tickets\")]",
            "#[serde(into = \"Other\")]",
        ),
    );
    said.package(
        "of a type that is not known",
        part("ticket.titel").replace(PAGES, "Vec<ticket::Model>", "Vec<Elsewhere>").replace(
            PAGES,
            "ticket: ticket::Model",
            "ticket: Elsewhere",
        ),
    );
    said.package(
        "of a type of another package",
        part("ticket.author.nick")
            .replace(TICKET, "pub author: Author", "pub author: users::models::user::User")
            .replace("packages/users/package.json", "[\"listeners\"]", "[\"listeners\", \"models\"]")
            .write(
                "packages/users/src/models/user.rs",
                "//! Users.\n#[derive(serde::Serialize)]\npub struct User {\n    pub name: String,\n}\n",
            ),
    );
    said.application("in the application", list("{{ loop.index }}", "{{ totl }}"));
    snapshot!("fields", said.0);
}

#[test]
fn names() {
    let mut said = Said::default();
    said.package("only asked for", list("{{ loop.index }}", "{% if subtitle %}{{ subtitle }}{% endif %}"));
    said.package("misspelt and asked for", list("{% if next", "{% if nxt"));
    said.package(
        "another view's, asked for",
        list(
            "{{ loop.index }}",
            "{% if mayWrite %}{{ mayWrite }}{% endif %}{{ email if email }}{{ name or 1 }}",
        ),
    );
    said.package("another view's", list("{{ loop.index }}", "{{ mayWrite }}"));
    said.package(
        "asked for by its being there",
        list(
            "{{ loop.index }}",
            "{{ a|default(1) }}{% if b is defined and b > 1 %}{{ b }}{% endif %}{{ c if c is defined else 2 }}{{ ticket.d|default(1) }}",
        ),
    );
    said.package(
        "asked for and not there",
        list("{{ loop.index }}", "{% if a is defined %}{{ a.b }}{{ c }}{% endif %}"),
    );
    said.package("the loop's", list("loop.index", "loop.idx"));
    said.package("every page's", alone("{% for each in languages %}{{ each.nme }}{% endfor %}{{ lnag }}"));
    said.package(
        "behind its block",
        alone("{% block a %}{% set shown = 1 %}{{ shown }}{% endblock %}{{ shown }}"),
    );
    said.package(
        "behind its loop",
        alone("{% for ticket in tickets %}{% set last = ticket %}{% endfor %}{{ last.id }}"),
    );
    said.package("before it is given a value", alone("{{ a }}{% set a = 1 %}"));
    said.package(
        "given in the turn before",
        alone("{% for each in tickets %}{{ a if not loop.first }}{% set a = 1 %}{% endfor %}"),
    );
    said.package(
        "given in an include",
        right().write(PART, "{% set shown = 1 %}").replace(
            LIST,
            "{% include",
            "{% include \"parts/ticket.html\" %}{{ shown }}{% include",
        ),
    );
    said.package(
        "in a macro and its caller",
        alone("{% macro a(b) %}{{ b }}{{ total }}{{ c }}{{ caller() }}{% endmacro %}{% call a(1) %}{{ totl }}{% endcall %}"),
    );
    said.package("of a pair", alone("{% for a, b in tickets[0]|items %}{{ a }}{{ b }}{{ c }}{% endfor %}"));
    said.package("in a parent", right().replace(LAYOUT, "{% if user %}", "{{ title }}{% if user %}"));
    said.package("a listener's", right().replace(LAYOUT, "name=user", "name=usr"));
    said.package(
        "a listener's that may be any",
        right().replace(LISTENER, "\"user\"", "&name()").replace(LAYOUT, "name=user", "name=usr"),
    );
    said.package(
        "a response's",
        list("{{ loop.index }}", "{{ extra }}").replace(
            PAGES,
            "Response::new(true)\n",
            "Response::new(true).set_data(1, \"extra\")\n",
        ),
    );
    snapshot!("names", said.0);
}

#[test]
fn templates_of_others() {
    let mut said = Said::default();
    said.package(
        "a view that a theme shows",
        right()
            .replace(
                THEME,
                "{ ",
                "{ \"views\": [{ \"name\": \"views/List\", \"file\": \"tickets/other.html\" }], ",
            )
            .write("packages/ticketing/frontend/html/tickets/other.html", "{{ totl }}"),
    );
    said.package(
        "a template that stands for another package's",
        right().write(
            "packages/ticketing/frontend/html/layout.html",
            "{{ heading }}{% block title %}{% endblock %}{% block content %}{% endblock %}",
        ),
    );
    said.package(
        "a template that no view shows",
        right().write(
            "packages/ticketing/frontend/html/mail.html",
            "{{ anything }}{{ nubmer(1) }}{{ loop.x }}{% for a in b %}{{ loop.idx }}{% endfor %}",
        ),
    );
    // The page ends in a package that is used through another, which has a listener of its own.
    let far = || {
        right()
            .write("packages/site/package.json", "{ \"frontend\": \"frontend\", \"autoload\": { \"directories\": [\"listeners\"] }, \"events\": [{ \"name\": \"packages/base/view/events/AfterLoad\", \"listener\": \"listeners/Site@add\" }] }")
            .write("packages/site/Cargo.toml", "[package]\nname = \"site\"\n")
            .write("packages/site/src/listeners/site.rs", "pub struct Site;\n#[listener]\nimpl Site { pub fn add(&self, event: &mut AfterLoad) { event.add(\"brand\", 1).ok(); } }\n")
            .write("packages/site/frontend/theme.json", "{ \"name\": \"site\" }")
            .write("packages/site/frontend/html/site.html", "{{ brand }}{% block page %}{% endblock %}")
            .replace("packages/users/package.json", "{", "{ \"dependencies\": [\"site\"],")
            .replace("packages/users/Cargo.toml", "edition = \"2024\"", "edition = \"2024\"\n[dependencies]\nsite = { path = \"../site\" }")
            .replace(LAYOUT, "<!doctype html>", "{% extends \"site.html\" %}{% block page %}")
            .replace(LAYOUT, "</html>", "</html>{% endblock %}")
    };
    said.package("a parent's parent", far());
    said.package(
        "a name in a parent's parent",
        far().replace("packages/site/frontend/html/site.html", "brand", "barnd"),
    );
    snapshot!("templates_of_others", said.0);
}
