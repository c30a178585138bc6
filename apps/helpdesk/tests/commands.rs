//! The program's own command line as a process: listings, migrations, `check`, on a terminal and in a file.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use std::collections::BTreeMap;
use std::hash::Hasher as _;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;
use serde_json::Value;
use support::{folder, program};

/// What a command said: its exit code, its output, its complaints.
fn said(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn run(folder: &Path, line: &str) -> (Option<i32>, String, String) {
    said(program(folder).args(line.split(' ')).env_remove("NO_COLOR"))
}

/// Every file below a folder, with its length and a hash of its bytes.
fn files(folder: &Path) -> BTreeMap<String, (usize, u64)> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => {
                let bytes = std::fs::read(&path).unwrap();
                let mut hasher = std::hash::DefaultHasher::new();
                hasher.write(&bytes);
                found.insert(path.display().to_string(), (bytes.len(), hasher.finish()));
            }
        }
    }
    found
}

#[test]
fn listings_as_tables_and_as_json() {
    let folder = folder();
    let before = files(folder.path());
    for (line, least) in [
        ("routes", 25),
        ("packages", 6),
        ("classes", 30),
        ("classes views", 5),
        ("events", 18),
        ("events --heard", 5),
        ("phrases", 2),
        ("phrases fa", 100),
        ("migrate status", 6),
    ] {
        let (code, table, err) = run(folder.path(), line);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{line}: {table}");
        assert!(table.lines().count() > least, "{line}: {table}");
        assert!(!table.contains('\u{1b}'), "{line}: no colours in a file");
        let (_, json, _) = run(folder.path(), &format!("{line} --json"));
        let rows: Value = serde_json::from_str(&json).unwrap();
        assert!(rows.as_array().unwrap().len() >= least, "{line}: {json}");
    }
    let (_, packages, _) = run(folder.path(), "packages");
    let order: Vec<&str> =
        packages.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(order.first(), Some(&"base"));
    let place = |name: &str| order.iter().position(|package| *package == name).unwrap();
    assert!(place("userpanel") < place("ticketing") && place("ticketing") < place("email"), "{order:?}");
    assert_eq!(files(folder.path()), before, "a listing writes nothing");
}

#[test]
fn requests_find_rules_conventions_and_other_addresses() {
    let folder = folder();
    for (line, code, expected) in [
        ("GET /tickets/7", 0, "packages/ticketing/controllers/Tickets@view"),
        ("GET /fa/tickets/7", 0, "fa_IR"),
        ("GET /help-desk/auto-close/days/3", 0, "the convention /:controller/:action"),
        ("GET /help_desk", 1, "the one address of this page is `/help-desk`"),
        ("DELETE /tickets", 1, "method not allowed: GET, HEAD, OPTIONS"),
        ("GET /tickts", 1, "the nearest path is `/tickets`"),
    ] {
        let (found, text, err) = run(folder.path(), &format!("routes match {line}"));
        assert_eq!((found, err.as_str()), (Some(code), ""), "{line}: {text}");
        assert!(text.contains(expected), "{line}: {text}");
        let (same, json, _) = run(folder.path(), &format!("routes match {line} --json"));
        assert_eq!(same, found);
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json.get("found").is_some(), code == 0, "{line}: {json}");
    }
    let (code, _, err) = run(folder.path(), "routes match GET tickets");
    assert_eq!((code, err.as_str()), (Some(1), "error: bad request: the path does not begin with '/'\n"));
}

#[test]
fn migrations_go_up_and_down() {
    let folder = folder();
    let run = |line: &str| run(folder.path(), line);
    let before = files(folder.path());
    let (code, dry, _) = run("migrate --dry-run");
    assert_eq!(code, Some(0));
    assert!(dry.starts_with("would be applied  base/m0001_options_and_sessions\n"), "{dry}");
    let (_, status, _) = run("migrate status");
    assert!(status.contains("pending  base/m0001_options_and_sessions"), "{status}");
    assert!(status.ends_with("; storage/helpdesk.sqlite is not there yet\n"), "{status}");
    assert_eq!(files(folder.path()), before, "nothing was done");

    let (code, up, err) = run("migrate");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(up.contains("applied  base/m0001_options_and_sessions\n"), "{up}");
    assert_eq!(run("migrate up").1, "nothing to do: the database is up to date\n");
    let rows: Value = serde_json::from_str(&run("migrate status --json").1).unwrap();
    let rows = rows.as_array().unwrap();
    assert!(rows.iter().all(|row| row["state"] == "applied" && row["at"].is_string()), "{rows:?}");

    let one: Value = serde_json::from_str(&run("migrate down --json").1).unwrap();
    assert_eq!(one["done"].as_array().unwrap().len(), 1, "{one}");
    assert_eq!(one["done"][0], rows.last().unwrap()["name"]);
    let (code, down, err) = run("migrate down 100");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(down.ends_with(&format!("{} migrations taken back\n", rows.len() - 1)), "{down}");
    assert_eq!(run("migrate down").1, "nothing to do: no migration has run\n");
    assert_eq!(run("migrate").0, Some(0));
}

/// `check` of a folder that `prepare` has changed; nothing may have changed behind it.
fn check(prepare: impl FnOnce(&Path), options: &[(&str, &str)]) -> String {
    let folder = folder();
    prepare(folder.path());
    let before = files(folder.path());
    let mut command = program(folder.path());
    command.arg("check").env("RAVAND__SERVER__PORT", "0").envs(options.iter().copied());
    let (code, text, err) = said(&mut command);
    assert_eq!(err, "");
    assert_eq!(files(folder.path()), before, "nothing is changed");
    let (same, json, _) = said(command.arg("--json"));
    assert_eq!(same, code);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["errors"].as_u64().unwrap() > 0, code == Some(1), "{json}");
    // The table is told by the tests of the framework: what it found here is below it.
    let below = text.split_once("\n\n").map_or(text.as_str(), |(_, below)| below);
    let below = below.replace(&folder.path().display().to_string(), "[folder]");
    format!("{below}-- exit code {}", code.unwrap())
}

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn check_finds_what_is_wrong_around_the_program() {
    let options = |text: &'static str| move |folder: &Path| write(folder, "ravand.toml", text);
    let migrated = |folder: &Path| drop(program(folder).arg("migrate").output().unwrap());
    let cases = [
        ("migrated", check(migrated, &[])),
        ("broken TOML", check(options("[server]\nport = \n"), &[])),
        (
            "wrong options",
            check(options("[sever]\nport = 1\n\n[server]\nadress = \"::\"\nbody_limit = \"big\"\n"), &[]),
        ),
        (
            "wrong names",
            check(
                options(
                    "[router]\nconventional = true\ndefault_package = \"ticketin\"\n\n[view]\ntheme = \"helpdeks\"\n\n\
                     [translator]\ntimezone = \"Asia/Tehrn\"\n",
                ),
                &[],
            ),
        ),
        ("no database", check(options("[packages.ticketin]\nper_page = 3\n"), &[])),
        (
            "a variable of a wrong type, and one of nobody",
            check(migrated, &[("RAVAND__SESSION__HOURS", "soon"), ("RAVAND_SERVER_PORT", "80")]),
        ),
        ("production", check(migrated, &[("RAVAND__DEVELOPMENT", "false")])),
        ("migrations by hand", check(|_| (), &[("RAVAND__DATABASE__MIGRATE", "false")])),
    ];
    let told: Vec<String> = cases.iter().map(|(name, told)| format!("## {name}\n{told}\n")).collect();
    assert_snapshot!(told.join("\n"));
}

#[test]
fn check_finds_a_port_that_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = folder();
    let (code, text, _) = said(program(folder.path()).arg("check").env("RAVAND__SERVER__PORT", &port));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("another program listens there"), "{text}");
}

#[test]
fn warnings_can_be_denied() {
    let folder = folder();
    let run =
        |line: &str| said(program(folder.path()).args(line.split(' ')).env("RAVAND__SERVER__PORT", "0"));
    assert_eq!(run("check").0, Some(0), "migrations are pending, which is a warning");
    let (code, text, _) = run("check --deny-warnings");
    assert_eq!(code, Some(1));
    assert!(text.ends_with("1 warning (denied)\n"), "{text}");
}

#[test]
fn help_completions_and_bad_usage() {
    let folder = folder();
    let (code, help, err) = run(folder.path(), "--help");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(help.contains("helpdesk routes match GET /tickets/7"), "{help}");
    for (shell, expected) in
        [("bash", "complete -F _helpdesk"), ("zsh", "#compdef helpdesk"), ("fish", "__fish_helpdesk")]
    {
        let (code, script, _) = run(folder.path(), &format!("completions {shell}"));
        assert_eq!(code, Some(0));
        assert!(script.contains(expected) && script.contains("phrases"), "{shell}");
    }
    for (line, expected) in [
        ("rotues", "'routes'"),
        ("routes --jsn", "'--json'"),
        ("phrases fa_RI", "did you mean `fa_IR`?"),
        ("migrate down none", "invalid value 'none'"),
    ] {
        let (code, out, err) = run(folder.path(), line);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{line}: {err}");
        assert!(err.contains(expected), "{line}: {err}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let bad = std::ffi::OsStr::from_bytes(b"--name=\xff");
        for first in ["routes", "--process=packages/email/processes/Email@send"] {
            let (code, _, err) = said(program(folder.path()).arg(first).arg(bad));
            assert_eq!(code, Some(2), "{err}");
        }
    }
}

#[test]
fn colours_are_for_those_who_want_them() {
    let folder = folder();
    for (arguments, variables, colours) in [
        (&["packages"][..], &[][..], false),
        (&["packages", "--color", "always"], &[], true),
        (&["packages", "--color=always"], &[("NO_COLOR", "1")], true),
        (&["--color", "always", "rotues"], &[], true),
        (&["rotues"], &[], false),
    ] {
        let mut command = program(folder.path());
        command.args(arguments).env_remove("NO_COLOR").envs(variables.iter().copied());
        let (_, out, err) = said(&mut command);
        assert_eq!(
            format!("{out}{err}").contains('\u{1b}'),
            colours,
            "{arguments:?} {variables:?}: {out}{err}"
        );
    }
}

/// A terminal of so many columns, and what a command writes to it.
#[cfg(unix)]
fn on_a_terminal(command: &mut Command, columns: u16) -> String {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{Winsize, tcsetwinsize};
    use std::io::Read as _;
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let size = Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&ours, size).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    let theirs = std::fs::OpenOptions::new().read(true).write(true).open(name).unwrap();
    command.stdout(theirs.try_clone().unwrap()).stderr(theirs);
    let mut child = command.env("TERM", "xterm").env_remove("NO_COLOR").spawn().unwrap();
    // The command holds the other end until it is replaced.
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut text = Vec::new();
    // A terminal whose other end is gone gives an error, not an end.
    let _ = std::fs::File::from(ours).read_to_end(&mut text);
    assert!(child.wait().unwrap().success());
    String::from_utf8(text).unwrap().replace("\r\n", "\n")
}

#[cfg(unix)]
#[test]
fn on_a_terminal_tables_fit_and_work_shows_how_far_it_is() {
    let folder = folder();
    for (line, columns) in [
        ("routes", 100),
        ("routes", 64),
        ("packages", 80),
        ("phrases fa", 90),
        ("classes", 80),
        ("events", 70),
    ] {
        let shown = on_a_terminal(program(folder.path()).args(line.split(' ')), columns);
        assert!(shown.contains('\u{1b}'), "{line}: the head is in bold");
        // What colours a text takes no room, nor do joiners and vowel signs.
        let mut plain = shown.clone();
        for code in ["\u{1b}[1m", "\u{1b}[2m", "\u{1b}[0m", "\u{2068}", "\u{2069}"] {
            plain = plain.replace(code, "");
        }
        let (table, _) = plain.split_once("\n\n").unwrap_or((&plain, ""));
        let wide = |c: &char| !matches!(c, '\u{200c}' | '\u{64b}'..='\u{655}');
        let widest = table.lines().map(|line| line.chars().filter(wide).count()).max().unwrap();
        assert!(widest <= usize::from(columns), "{line} in {columns}: {widest}\n{plain}");
    }
    let never = on_a_terminal(program(folder.path()).args(["packages", "--color", "never"]), 200);
    assert!(!never.contains('\u{1b}'), "{never}");
    let work = on_a_terminal(program(folder.path()).arg("migrate"), 100);
    assert!(work.contains("1/7 base/m0001_options_and_sessions …"), "{work}");
    assert!(work.trim_end().ends_with("7 migrations applied\u{1b}[0m"), "{work}");
}
