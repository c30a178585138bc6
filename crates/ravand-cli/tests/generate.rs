//! `generate`: each kind, what it does to files that people wrote, and what it refuses.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;
use support::{changed, command, ravand, seen, text, tree, write};
use tempfile::TempDir;

/// A new application in a folder that goes with the guard.
fn application() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = ravand(folder.path(), &["new", "shop", "--path", "app", "--vcs", "none"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    folder
}

/// What a command says, and what it does to the application's files.
fn done(app: &Path, arguments: &[&str]) -> String {
    let before = tree(app);
    let said = seen(app, arguments);
    format!("{said}\n{}", changed(&before, &tree(app)))
}

#[test]
fn a_controller_with_its_page() {
    let folder = application();
    assert_snapshot!(done(&folder.path().join("app"), &["generate", "controller", "posts"]));
}

#[test]
fn a_controller_in_a_subfolder_that_answers_data() {
    let folder = application();
    let arguments = ["g", "controller", "Api/HelpDesk", "--no-view", "--at", "/api/v1/desk"];
    assert_snapshot!(done(&folder.path().join("app"), &arguments));
}

#[test]
fn a_process() {
    let folder = application();
    assert_snapshot!(done(&folder.path().join("app"), &["generate", "process", "daily-reports"]));
}

#[test]
fn an_event_and_its_listeners() {
    let folder = application();
    let app = folder.path().join("app");
    assert_snapshot!(
        "event",
        done(&app, &["generate", "event", "OrderPlaced", "id:bigint", "customer:string?"])
    );
    assert_snapshot!(
        "listener_of_the_framework",
        done(&app, &["generate", "listener", "stats", "AfterLoad"])
    );
    // A listener of its event's name, in another package, which depends on that of the event from then on.
    assert!(ravand(&app, &["package", "new", "blog"]).status.success());
    write(&app, &[("packages/blog/Cargo.toml", "[package]\nname = \"blog\"\nedition = \"2024\"\n")]);
    write(
        &app,
        &[("packages/blog/package.json", "{\n\t// nothing yet\n\t\"routing\": \"routing.json\",\n}\n")],
    );
    let arguments = ["generate", "listener", "OrderPlaced", "orderPlaced", "--package", "Blog"];
    assert_snapshot!("listener_of_another_package", done(&app, &arguments));
}

#[test]
fn a_view() {
    let folder = application();
    let fields = ["number:bigint", "paid_at:time?", "note:text", "data:json?"];
    let arguments = [&["generate", "view", "receipt"][..], &fields].concat();
    assert_snapshot!(done(&folder.path().join("app"), &arguments));
}

#[test]
fn a_model_and_its_migrations() {
    let folder = application();
    let app = folder.path().join("app");
    let fields = ["title:string", "body:text?", "published:bool", "price:float", "data:json", "sent_at:time"];
    assert_snapshot!("model", done(&app, &[&["generate", "model", "BlogPost"][..], &fields].concat()));
    let add = ["generate", "migration", "add_views_to_blog_posts", "views:int", "colour:string?"];
    assert_snapshot!("migration_of_columns", done(&app, &add));
    assert_snapshot!("migration_of_one_s_own", done(&app, &["generate", "migration", "fill-in"]));
}

#[test]
fn the_package_is_the_one_around() {
    let folder = application();
    let app = folder.path().join("app");
    assert!(ravand(&app, &["package", "new", "blog"]).status.success());
    let before = tree(&app);
    assert!(ravand(&app.join("packages/blog/src"), &["g", "event", "Posted"]).status.success());
    let after = tree(&app);
    let new: Vec<&String> = after.keys().filter(|path| !before.contains_key(*path)).collect();
    assert_eq!(new, ["packages/blog/src/events/posted.rs"]);
}

/// A package as it may look after years: tabs, comments, trailing commas, and little of what a new one has.
fn grown(app: &Path) {
    write(
        app,
        &[
            (
                "Cargo.toml",
                "[workspace]\n\n[package]\nname = \"old\"\nedition = \"2021\"\n\n[dependencies]\nravand = { path = \"../ravand\" }\n",
            ),
            ("rustfmt.toml", "max_width = 60\n"),
            (
                "packages/desk/Cargo.toml",
                "[package]\nname = \"desk\"\n\n[dependencies]\nravand = \"0.1\"     # the framework\n",
            ),
            (
                "packages/desk/package.json",
                "// The desk.\n{\n\t\"autoload\": \"autoload.json\", // a file of its own\n\n\t/* its options */\n\t\"per_page\": 20,\n}\n",
            ),
            (
                "packages/desk/autoload.json",
                "{\n\t\"files\": [\n\t\t{ \"file\": \"lib/io.rs\", \"function\": true },\n\t],\n}\n",
            ),
            ("packages/desk/src/lib/io.rs", ""),
        ],
    );
}

#[test]
fn what_people_wrote_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    grown(folder.path());
    let mut said = vec![done(folder.path(), &["generate", "controller", "tickets"])];
    said.push(done(folder.path(), &["generate", "controller", "tickets/archive", "--at", "/archive"]));
    assert_snapshot!(said.join("\n"));
}

#[test]
fn a_rule_that_is_there_is_taken() {
    let folder = application();
    let app = folder.path().join("app");
    let rule =
        "[\n    { \"path\": \"/articles\", \"controller\": \"controllers/posts@index\" }, // to come\n]\n";
    write(&app, &[("packages/home/routing.json", rule)]);
    let before = tree(&app);
    assert!(ravand(&app, &["generate", "controller", "Posts"]).status.success());
    assert_eq!(before["packages/home/routing.json"], tree(&app)["packages/home/routing.json"]);
}

#[test]
fn what_is_in_the_way_or_wrong() {
    let folder = application();
    let app = folder.path().join("app");
    assert!(ravand(&app, &["generate", "event", "Posted", "-p", "home"]).status.success());
    assert!(ravand(&app, &["package", "new", "blog"]).status.success());
    write(
        &app,
        &[
            ("packages/home/src/views/all.rs", "#[derive(Serialize, View)]\npub struct PostsPage {}\n"),
            ("packages/home/src/controllers/all.rs", ""),
            ("packages/home/src/processes/reports/daily.rs", ""),
            ("packages/blog/migrations/m29990101_000000_tags.rs", ""),
        ],
    );
    let before = tree(&app);
    let said: Vec<String> = [
        // Which package, which name.
        &["generate", "process", "mails"][..],
        &["generate", "process", "mails", "-p", "blgo"],
        &["generate", "process", "mails", "-p", "shop"],
        &["generate", "process", "2mails", "-p", "home"],
        &["generate", "process", "impl", "-p", "home"],
        &["generate", "event", "Response", "-p", "home"],
        &["generate", "model", "admin/post", "-p", "home"],
        // What is there already.
        &["generate", "event", "posted", "-p", "home"],
        &["generate", "controller", "home", "-p", "home"],
        &["generate", "controller", "all", "-p", "home"],
        &["generate", "view", "PostsPage", "-p", "home"],
        &["generate", "process", "reports", "-p", "home"],
        &["generate", "migration", "tags", "-p", "blog"],
        &["generate", "controller", "front", "--at", "/", "-p", "blog"],
        &["generate", "controller", "front", "--at", "front", "-p", "blog"],
        &["generate", "controller", "front", "--at", "/a/:b...c", "-p", "blog"],
        // Events.
        &["generate", "listener", "stats", "AfterLoaded", "-p", "home"],
        &["generate", "listener", "stats", "packages/home/events/Postd", "-p", "blog"],
        &["generate", "listener", "stats", "Whatever", "-p", "blog"],
        &["generate", "listener", "stats", "a b", "-p", "blog"],
        // Fields.
        &["generate", "model", "post", "title", "-p", "home"],
        &["generate", "model", "post", "title:strng", "-p", "home"],
        &["generate", "model", "post", "title:colour", "-p", "home"],
        &["generate", "model", "post", "type:string", "-p", "home"],
        &["generate", "model", "post", "a:int", "a:int", "-p", "home"],
        &["generate", "model", "post", "id:int", "-p", "home"],
        &["generate", "migration", "more", "a:int", "-p", "home"],
        &["generate", "migration", "add_data_to_posts", "data:json", "-p", "home"],
    ]
    .into_iter()
    .map(|arguments| seen(&app, arguments))
    .collect();
    assert_snapshot!(said.join("\n"));
    assert_eq!(changed(&before, &tree(&app)), "", "nothing was written");
}

#[test]
fn manifests_that_are_wrong_are_not_added_to() {
    let folder = application();
    let app = folder.path().join("app");
    assert!(ravand(&app, &["package", "new", "blog"]).status.success());
    assert!(ravand(&app, &["generate", "event", "Posted", "-p", "blog"]).status.success());
    // `blog` depends on `home`: the other way would be a circle.
    let mut said = vec![seen(&app, &["generate", "listener", "posts", "Posted", "-p", "home"])];
    write(&app, &[("packages/blog/routing.json", "[\n    { \"pth\": \"/blog\" }\n]\n")]);
    said.push(seen(&app, &["generate", "controller", "posts", "-p", "blog"]));
    write(&app, &[("packages/blog/routing.json", "[]\n"), ("packages/blog/Cargo.toml", "[package\n")]);
    said.push(seen(&app, &["generate", "process", "posts", "-p", "blog"]));
    fs::remove_file(app.join("packages/blog/Cargo.toml")).unwrap();
    said.push(seen(&app, &["generate", "process", "posts", "-p", "blog"]));
    write(&app, &[("packages/blog/package.json", "{ \"events\": [ }\n")]);
    said.push(seen(&app, &["generate", "process", "posts", "-p", "blog"]));
    said.push(seen(folder.path(), &["generate", "process", "posts"]));
    assert_snapshot!(said.join("\n"));
}

#[test]
fn all_or_nothing() {
    let folder = application();
    let app = folder.path().join("app");
    // The folder of the views is a file, which is found out when the controller is written already.
    fs::remove_dir_all(app.join("packages/home/src/views")).unwrap();
    write(&app, &[("packages/home/src/views", "")]);
    let before = tree(&app);
    let said = seen(&app, &["generate", "controller", "admin/posts"]);
    assert!(said.contains("cannot be written") && said.contains("nothing was changed"), "{said}");
    assert_eq!(changed(&before, &tree(&app)), "");
    assert!(!app.join("packages/home/src/controllers/admin").exists());
}

#[test]
fn without_rustfmt_the_files_have_the_usual_style_all_the_same() {
    let folder = application();
    let app = folder.path().join("app");
    for arguments in [
        &["controller", "posts"][..],
        &["controller", "status", "--no-view"],
        &["process", "reports"],
        &["event", "Posted", "id:bigint", "by:string?"],
        &["listener", "stats", "AfterLoad"],
        &["listener", "Posted", "Posted"],
        &["view", "about"],
        &["model", "post", "title:string", "sent_at:time?"],
        &["migration", "add_price_to_posts", "price:float", "rest:int"],
        &["migration", "fill_in"],
    ] {
        let arguments = [&["generate"][..], arguments].concat();
        let output = command(&app, &arguments).env("RUSTFMT", "/no/rustfmt").output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("rustfmt was not found"));
    }
    let files = tree(&app).into_keys().filter(|path| path.ends_with(".rs"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let rustfmt = Path::new(&cargo).with_file_name("rustfmt");
    let mut check = Command::new(rustfmt);
    check.args(["--edition", "2024", "--check"]).args(files).current_dir(&app);
    let output = check.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stdout));
}

#[test]
fn a_model_without_database_and_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    grown(folder.path());
    let cargo = "[package]\nname = \"desk\"\n\n[dependencies]\nravand = { version = \"0.1\", default-features = false, features = [\"postgres\"] }\n";
    write(folder.path(), &[("packages/desk/Cargo.toml", cargo), ("Cargo.toml", "[workspace]\n")]);
    let said = seen(folder.path(), &["generate", "model", "ticket", "subject:string"]);
    assert_snapshot!(said);
    let model = fs::read_to_string(folder.path().join("packages/desk/src/models/ticket.rs")).unwrap();
    assert!(!model.contains("mod tests"), "its test would need SQLite");
}

#[test]
fn odd_addresses_and_names() {
    let folder = application();
    let app = folder.path().join("app");
    for (name, at, works) in [
        ("a", "/a b", true),
        ("b", "/پست/:id", true),
        ("c", "/\"quoted\"", true),
        ("d", "/files/:way...", true),
        ("f", "/ok/../up", true),
        (&"g".repeat(200), "/long", true),
        (&"h".repeat(300), "/longer", false),
    ] {
        let output = ravand(&app, &["generate", "controller", name, "--at", at, "--no-view"]);
        assert_eq!(output.status.success(), works, "{at}: {}", text(&output.stderr));
    }
    assert!(ravand(&app, &["check", "."]).status.success());
}
