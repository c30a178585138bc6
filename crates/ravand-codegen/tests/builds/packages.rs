//! What is wrong between packages: dependencies, names, circles.

use std::collections::BTreeMap;

use ravand_codegen::{application, package};

use crate::support::{Case, MANIFEST, ROUTING, Said, snapshot};

#[test]
fn views_and_dependencies() {
    let cargo = "packages/ticketing/Cargo.toml";
    let pages = "packages/ticketing/src/views/pages.rs";
    let mut said = Said::default();
    said.package(
        "a template that is not there",
        Case::new().replace(pages, "tickets/list.html", "tickets/lst.html"),
    );
    said.package("no template near", Case::new().replace(pages, "tickets/list.html", "zzz"));
    said.package(
        "a theme's view without its template",
        Case::new().replace("packages/ticketing/frontend/theme.json", "tickets/list.html", "list.html"),
    );
    said.package(
        "an asset that is not there",
        Case::new().replace("packages/ticketing/frontend/theme.json", "css/app.css", "css/ap.css"),
    );
    said.package(
        "a dependency that Cargo has not",
        Case::new().replace(cargo, "users = { path = \"../users\" }\n", ""),
    );
    said.package(
        "a dependency that the manifest has not",
        Case::new().replace(MANIFEST, "\"base\", \"users\"", "\"base\""),
    );
    said.package(
        "a package that is not there",
        Case::new().replace(MANIFEST, "\"base\", \"users\"", "\"base\", \"users\", \"usrs\""),
    );
    said.package(
        "a crate of another name",
        Case::new().replace(cargo, "name = \"ticketing\"", "name = \"tickets\""),
    );
    said.package(
        "two packages that need each other",
        Case::new().replace(cargo, "users = { path = \"../users\" }\n", "").replace(
            "packages/users/package.json",
            "{ ",
            "{ \"dependencies\": [\"ticketing\"], ",
        ),
    );
    said.package(
        "names that no package can have",
        Case::new().replace(
            MANIFEST,
            "\"users\"]",
            "\"ravand\", \"test\", \"std\", \"Base\", \"mod\", \"my-users\"]",
        ),
    );
    said.package("no Cargo.toml", Case::new().remove(cargo));
    said.package("a Cargo.toml that is none", Case::new().write(cargo, "[package\n"));
    said.package("a manifest that is none", Case::new().write(MANIFEST, "{"));
    snapshot!("views_and_dependencies", said.0);
}

#[test]
fn applications() {
    let case = || Case::new().remove("packages/notes/readme.txt");
    let mut said = Said::default();
    said.application(
        "a package that is no dependency",
        case().replace("Cargo.toml", "users = { path = \"packages/users\" }\n", ""),
    );
    said.application(
        "a package's name that is none",
        case()
            .write("packages/help-desk/package.json", "{}")
            .write("packages/help-desk/Cargo.toml", "[package]\nname = \"help-desk\"\n")
            .replace("Cargo.toml", "[dependencies]", "[dependencies]\nhelp-desk = {}"),
    );
    said.application(
        "a dependency that is not there",
        case().replace(MANIFEST, "\"users\"]", "\"users\", \"usrs\"]"),
    );
    said.application(
        "a circle",
        case().replace("packages/users/package.json", "{ ", "{ \"dependencies\": [\"ticketing\"], ").write(
            "packages/users/Cargo.toml",
            "[package]\nname = \"users\"\n[dependencies]\nticketing = {}\n",
        ),
    );
    said.application(
        "a circle of three",
        case()
            .replace("packages/users/package.json", "{ ", "{ \"dependencies\": [\"mail\"], ")
            .write("packages/mail/package.json", "{\n  \"dependencies\": [\"base\", \"ticketing\"]\n}\n")
            .write("packages/mail/Cargo.toml", "[package]\nname = \"mail\"\n[dependencies]\nticketing = {}\n")
            .replace(
                "packages/users/Cargo.toml",
                "edition = \"2024\"",
                "edition = \"2024\"\n[dependencies]\nmail = {}",
            )
            .replace("Cargo.toml", "[dependencies]\n", "[dependencies]\nmail = {}\n"),
    );
    said.application(
        "two packages of one name",
        case()
            .write("packages/help_desk/package.json", "{}")
            .write("packages/help_desk/Cargo.toml", "[package]\nname = \"help_desk\"\n")
            .write("packages/HelpDesk/package.json", "{}")
            .write("packages/HelpDesk/Cargo.toml", "[package]\nname = \"HelpDesk\"\n")
            .replace("Cargo.toml", "[dependencies]", "[dependencies]\nhelp_desk = {}\nHelpDesk = {}"),
    );
    said.application(
        "the framework's own names",
        case()
            .write("packages/base/package.json", "{}")
            .write("packages/base/Cargo.toml", "[package]\nname = \"base\"\n")
            .write("packages/ravand/package.json", "{}")
            .write("packages/ravand/Cargo.toml", "[package]\nname = \"ravand\"\n")
            .write("packages/test/package.json", "{}")
            .write("packages/test/Cargo.toml", "[package]\nname = \"test\"\n")
            .replace("Cargo.toml", "[dependencies]", "[dependencies]\nbase = {}\nravand = {}\ntest = {}"),
    );
    said.application(
        "faults of several packages",
        case()
            .replace(ROUTING, "Tickets@list", "Tickets@lst")
            .replace("packages/users/package.json", "\"frontend\": \"frontend\"", "\"frontend\": \"fronted\"")
            .replace("Cargo.toml", "users = { path = \"packages/users\" }\n", ""),
    );
    said.application(
        "a name in the code of a package; what a language lacks is told by the package alone",
        case()
            .write("packages/ticketing/langs/fa_IR.json", "{ \"phrases\": {} }")
            .replace(
                MANIFEST,
                "\"langs/en_US.json\" }",
                "\"langs/en_US.json\", \"fa_IR\": \"langs/fa_IR.json\" }",
            )
            .write(
                "packages/ticketing/src/controllers/more.rs",
                "fn more(cx: &Context) {\n    cx.t(\"tickets.title\");\n    cx.t(\"tickets.titel\");\n}\n",
            ),
    );
    said.application("a route of a package", case().replace(ROUTING, "Tickets@list", "Tickets@lst"));
    said.application(
        "two rules of one name",
        case()
            .replace("packages/users/package.json", "{ ", "{ \"routing\": \"routing.json\", ")
            .write(
                "packages/users/routing.json",
                "[{ \"path\": \"u\", \"controller\": \"Pages@index\", \"name\": \"tickets\" }]",
            )
            .write(
                "packages/users/src/pages.rs",
                "pub struct Pages;\n#[controller]\nimpl Pages { pub fn index(&self) {} }\n",
            ),
    );
    said.application(
        "no packages",
        Case(BTreeMap::from([("Cargo.toml".to_owned(), "[package]\nname = \"x\"\n".to_owned())])),
    );
    snapshot!("applications", said.0);

    // A command that works where the workspace begins, which may be above the application.
    let mut inner = Case(BTreeMap::new()).write("Cargo.toml", "[workspace]\nmembers = [\"apps/*\"]\n");
    for (path, text) in case().replace("Cargo.toml", "[workspace]\nmembers = [\"packages/*\"]\n", "").0 {
        inner = inner.write(&format!("apps/desk/{path}"), &text);
    }
    let inner = inner.replace("apps/desk/Cargo.toml", "users = { path = \"packages/users\" }\n", "");
    let problems = inner.build(application, "apps/desk").problems;
    assert_eq!(problems.0[0].help, ["cargo add --package helpdesk --path apps/desk/packages/users"]);
}

#[test]
fn warnings_as_errors() {
    let cargo = "packages/ticketing/Cargo.toml";
    let metadata = |text: &str| {
        let text = format!("edition = \"2024\"\n\n[package.metadata.ravand]\n{text}\n");
        Case::new()
            .replace(cargo, "edition = \"2024\"\n", &text)
            .write("packages/ticketing/src/events/other.rs", "#[bootstrap]\npub fn other() {}\n")
    };
    let build = |case: &Case| case.build(package, "packages/ticketing");
    assert!(!build(&Case::new()).deny_warnings);
    assert!(!build(&metadata("deny-warnings = false")).deny_warnings);
    let built = build(&metadata("deny-warnings = true"));
    assert!(built.deny_warnings && !built.problems.has_errors() && !built.code.is_empty());
    let built = built.without_warnings("`deny-warnings = true` in `[package.metadata.ravand]`");
    assert!(built.problems.has_errors() && built.code.is_empty());
    let mut said = Said::default();
    said.add("a warning that is an error", built.problems.to_string());
    said.package("no yes or no", metadata("deny-warnings = \"yes\""));
    said.package("a misspelt key", metadata("deny_warnings = true"));
    snapshot!("warnings_as_errors", said.0);
    let quiet = build(&Case::new()).without_warnings("it is so");
    assert!(!quiet.problems.has_errors() && !quiet.code.is_empty());
}
