//! What a package's and an application's build write, and what they say when the wiring is wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ravand_codegen::{Built, application, package, write_if_changed};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/helpdesk")
}

/// A copy of the fixture's files, to be changed by a case.
struct Case(BTreeMap<String, String>);

impl Case {
    fn new() -> Self {
        let mut files = BTreeMap::new();
        gather(&fixture(), "", &mut files);
        Self(files)
    }

    fn write(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.to_owned(), text.to_owned());
        self
    }

    fn remove(mut self, path: &str) -> Self {
        assert!(self.0.remove(path).is_some(), "{path}");
        self
    }

    #[track_caller]
    fn replace(mut self, path: &str, from: &str, to: &str) -> Self {
        let text = self.0.get_mut(path).unwrap_or_else(|| panic!("{path}"));
        assert!(text.contains(from), "{path} has no {from}");
        *text = text.replacen(from, to, 1);
        self
    }

    fn build(&self, build: fn(&Path) -> Built, below: &str) -> Built {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for (path, text) in &self.0 {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut built = build(&root.join(below));
        built.code = built.code.replace(root.to_str().unwrap(), "/root");
        built
    }

    fn package(&self) -> String {
        self.build(package, "packages/ticketing").problems.to_string()
    }

    fn application(&self) -> String {
        self.build(application, "").problems.to_string()
    }
}

fn gather(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        match entry.path().is_dir() {
            true => gather(&entry.path(), &format!("{name}/"), files),
            false => drop(files.insert(name, fs::read_to_string(entry.path()).unwrap())),
        }
    }
}

const MANIFEST: &str = "packages/ticketing/package.json";
const ROUTING: &str = "packages/ticketing/routing.json";
const TICKETS: &str = "packages/ticketing/src/controllers/tickets.rs";

/// Cases of one theme: what was changed, and what the build says.
#[derive(Default)]
struct Said(String);

impl Said {
    fn package(&mut self, what: &str, case: Case) {
        self.add(what, case.package());
    }

    fn application(&mut self, what: &str, case: Case) {
        self.add(what, case.application());
    }

    fn add(&mut self, what: &str, problems: String) {
        self.0.push_str(&format!(
            "## {what}\n\n{}\n",
            if problems.is_empty() { "nothing\n" } else { &problems }
        ));
    }
}

macro_rules! snapshot {
    ($name:literal, $text:expr $(,)?) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($name, $text) });
    };
}

#[test]
fn the_fixture_is_right() {
    let case = Case::new();
    assert_eq!(case.package(), "");
    let built = case.build(package, "packages/ticketing");
    snapshot!("package", built.code);
    let built = case.build(package, "packages/users");
    snapshot!("package_small", built.code);
    let built = case.build(application, "");
    snapshot!("application", built.code);
    insta::assert_snapshot!(built.problems, @r"
    warning: `packages/notes` is no package: it has no package.json
      = help: write `{}` into `packages/notes/package.json` to make it one
    ");
}

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

#[test]
fn events() {
    let event = |from: &str, to: &str| Case::new().replace(MANIFEST, from, to);
    let mut said = Said::default();
    said.package("an event that is not there", event("events/closed", "events/clsed"));
    said.package("an event of the framework that is not there", event("afterLoad", "afterLod"));
    said.package("an event of another package", event("users/SignedUp", "users/SignedIp"));
    said.package("a listener that is not there", event("listeners/Stats@watch", "listeners/Stat@watch"));
    said.package("a listener's method that is not there", event("Stats@watch", "Stats@wach"));
    said.package(
        "a listener of another event",
        event("events/closed", "packages/base/events/PackagesLoaded"),
    );
    said.package(
        "both wrong",
        event(
            "events/closed\", \"listener\": \"listeners\\\\stats@Closed",
            "events/clsed\", \"listener\": \"listeners/Stats@clsed",
        ),
    );
    snapshot!("events", said.0);
}

#[test]
fn files_and_autoload() {
    let manifest = |from: &str, to: &str| Case::new().replace(MANIFEST, from, to);
    let mut said = Said::default();
    said.package("no routing", manifest("routing.json", "ruting.json"));
    said.package("no phrases", manifest("langs/en_US.json", "langs/en-US.json"));
    said.package("no frontend folder", manifest("[\"frontend\"]", "[\"frontends\"]"));
    said.package("no theme.json", Case::new().remove("packages/ticketing/frontend/theme.json"));
    said.package(
        "no autoloaded folder",
        manifest("\"controllers\", \"listeners\"", "\"Controllers\", \"listener\""),
    );
    said.package("a file for a folder", manifest("\"controllers\",", "\"controllers\", \"lib.rs\","));
    said.package("no autoloaded file", manifest("libraries/text.rs", "libraries/texts.rs"));
    said.package("a folder for a file", manifest("libraries/text.rs", "libraries"));
    said.package("no autoload file", manifest("{\n    \"directories\": [\"controllers\", \"listeners\", \"processes\", \"events\", \"views\"],\n    \"files\": [\n      { \"file\": \"libraries/text.rs\", \"function\": true },\n      { \"file\": \"models/Ticket.rs\", \"classes\": [\"models/ticket\"] },\n    ],\n  }", "\"autoload.json\""));
    said.package("no bootstrap file", manifest("bootup/checkAccess.rs", "bootup/check_access.rs"));
    said.package(
        "no bootstrap in the file",
        Case::new().replace("packages/ticketing/src/bootup/checkAccess.rs", "#[bootstrap]\n", ""),
    );
    said.package(
        "two bootstraps",
        Case::new().replace(
            "packages/ticketing/src/bootup/checkAccess.rs",
            "#[bootstrap]",
            "#[bootstrap]\nfn other() {}\n#[ravand::bootstrap]",
        ),
    );
    said.package(
        "a bootstrap that nobody names",
        Case::new().write("packages/ticketing/src/events/other.rs", "#[bootstrap]\npub fn other() {}\n"),
    );
    said.package(
        "a class among functions",
        Case::new().write("packages/ticketing/src/libraries/text.rs", "#[derive(Event)]\npub struct Read;\n"),
    );
    said.package("a class that the file has not", manifest("models/ticket", "models/Tiket"));
    said.package("a mod.rs", Case::new().write("packages/ticketing/src/events/mod.rs", ""));
    said.package(
        "two files of one module",
        Case::new().write("packages/ticketing/src/processes/tickets.rs", ""),
    );
    said.package(
        "a file and a folder of one module",
        Case::new().write("packages/ticketing/src/controllers/admin.rs", ""),
    );
    said.package("a name that is none", Case::new().write("packages/ticketing/src/events/2fa.rs", ""));
    said.package(
        "two classes of one address",
        Case::new()
            .write("packages/ticketing/src/events/more.rs", "#[derive(ravand::Event)]\npub struct CLOSED;\n"),
    );
    said.package("a private class", Case::new().replace(TICKETS, "pub struct Tickets", "struct Tickets"));
    said.package(
        "a mod line too many",
        Case::new()
            .replace(TICKETS, "use ravand::prelude::*;", "mod helper;")
            .write("packages/ticketing/src/controllers/helper.rs", ""),
    );
    said.package(
        "a migration without Migration",
        Case::new().write("packages/ticketing/migrations/m2.rs", ""),
    );
    snapshot!("files", said.0);
}

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
fn a_syntax_error_is_left_to_the_compiler() {
    let case = Case::new().replace(TICKETS, "impl Tickets {", "impl Tickets { fn");
    let built = case.build(package, "packages/ticketing");
    assert_eq!(built.problems.to_string(), "");
    assert!(built.code.contains("src/controllers/tickets.rs\"]\n    pub mod tickets;"), "{}", built.code);
    assert!(!built.code.contains("packages/ticketing/controllers/Tickets\""));
}

#[test]
fn what_is_watched() {
    let built = package(&fixture().join("packages/ticketing"));
    let watched: Vec<String> = built
        .watched
        .iter()
        .map(|path| path.strip_prefix(fixture()).unwrap().to_str().unwrap().to_owned())
        .collect();
    snapshot!("watched", watched.join("\n"));
}

#[test]
fn a_file_is_written_when_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("package.rs");
    write_if_changed(&file, "a").unwrap();
    let times = fs::FileTimes::new().set_modified(std::time::SystemTime::UNIX_EPOCH);
    let touch = || fs::File::options().write(true).open(&file).unwrap().set_times(times).unwrap();
    touch();
    write_if_changed(&file, "a").unwrap();
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), std::time::SystemTime::UNIX_EPOCH);
    write_if_changed(&file, "b").unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "b");
}
