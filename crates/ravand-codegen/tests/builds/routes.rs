//! What is wrong with routes: controllers, middlewares, permissions, parameters.

use crate::support::{Case, ROUTING, Said, TICKETS, snapshot};

#[test]
fn routes() {
    let route = |from: &str, to: &str| Case::new().replace(ROUTING, from, to);
    let mut said = Said::default();
    said.package(
        "a controller that is not there",
        route("controllers/Tickets@list", "controllers/Tikets@list"),
    );
    said.package("nothing near", route("controllers/Tickets@list", "controllers/Zzzzzzz@list"));
    said.package("an action that is not there", route("Tickets@list", "Tickets@lst"));
    said.package("no action near", route("Tickets@list", "Tickets@zzz"));
    said.package("a private method", route("Tickets@list", "Tickets@helper"));
    said.package(
        "a process for a controller",
        route("controllers/Tickets@list", "processes/Tickets@auto_close"),
    );
    said.package("a struct without its attribute", Case::new().replace(TICKETS, "#[controller]\n", ""));
    said.package("a middleware that is not there", route("SignedIn@check", "SignedIm@check"));
    said.package(
        "a middleware of another package",
        route("packages/users/middlewares/SignedIn@check", "middlewares/SignedIn@check"),
    );
    said.package(
        "a controller of another folder",
        route("controllers/admin/Tickets@", "controllers/staff/Tickets@"),
    );
    said.package(
        "a controller of a package that is not declared",
        route("controllers/Tickets@list", "controllers/Inbox@show")
            .write("packages/mail/package.json", "{ \"autoload\": { \"directories\": [\"controllers\"] } }")
            .write("packages/mail/Cargo.toml", "[package]\nname = \"mail\"\n")
            .write(
                "packages/mail/src/controllers/inbox.rs",
                "pub struct Inbox;\n#[controller]\nimpl Inbox { pub fn show(&self) {} }\n",
            ),
    );
    said.package("a middleware without a method", route("SignedIn@check", "SignedIn"));
    said.package("a permission's controller", route("Tickets@allowed", "Tickets@alowed"));
    said.package(
        "an exception's controller",
        route(
            "\"exceptions\": [\"NotFound\"], \"controller\": \"controllers/Tickets@allowed\"",
            "\"exceptions\": [\"NotFound\"], \"controller\": \"controllers/Tickets@vew\"",
        ),
    );
    said.package(
        "an exception route's parameter",
        route(
            "[\"NotFound\"], \"controller\": \"controllers/Tickets@allowed\"",
            "[\"NotFound\"], \"controller\": \"controllers/Tickets@view\"",
        ),
    );
    said.package("a parameter that no rule has", route("\"tickets/:id\"", "\"tickets/:ticket\""));
    said.package("a parameter that one path has not", route("close/:id", "close/:ix"));
    said.package("no parameter at all", route("\"tickets/:id\"", "\"ticket\""));
    said.package("a regex without the group", route("?<id>", ""));
    said.package(
        "a hook's parameter",
        Case::new().replace(
            "packages/ticketing/src/controllers/admin/tickets.rs",
            "init(&self)",
            "init(&self, Param(project): Param<i64>)",
        ),
    );
    said.package("an undeclared package", route("packages/users/", "packages/notifications/"));
    said.package(
        "a package that is there and not declared",
        Case::new()
            .write("packages/mail/package.json", "{}")
            .write("packages/mail/Cargo.toml", "[package]\nname = \"mail\"\n")
            .replace(ROUTING, "packages/users/", "packages/mail/"),
    );
    said.package("no class of the framework", route("packages/users/", "packages/base/"));
    said.package(
        "several at once",
        route("Tickets@list", "Tickets@lst").replace(ROUTING, "SignedIn@check", "SignedIm@check"),
    );
    snapshot!("routes", said.0);
}
