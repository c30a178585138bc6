//! `new`: an application of one package, which runs at once.

mod around;
mod files;
mod repository;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use heck::ToKebabCase;
use ravand_core::Problem;

use crate::changes::Changes;
use crate::files::reason;
use crate::generate::tell_next;
use crate::line::{New, Vcs};
use crate::name::Name;
use crate::stop::{End, Stop};

/// Names that Cargo or Rust has for something else, and that of the application's first package.
const TAKEN: [(&str, &str); 12] = [
    ("build", "Cargo has a folder of that name"),
    ("deps", "Cargo has a folder of that name"),
    ("examples", "Cargo has a folder of that name"),
    ("incremental", "Cargo has a folder of that name"),
    ("test", "it is a crate of Rust's own"),
    ("std", "it is a crate of Rust's own"),
    ("core", "it is a crate of Rust's own"),
    ("alloc", "it is a crate of Rust's own"),
    ("proc_macro", "it is a crate of Rust's own"),
    ("ravand", "it is the framework"),
    ("ravand_build", "it is a part of the framework"),
    ("home", "the application's first package is called so"),
];

/// Makes the application and tells.
pub(crate) fn run(order: &New) -> Result<End, Stop> {
    let name = name(&order.name)?;
    let folder = order.path.clone().unwrap_or_else(|| PathBuf::from(&name));
    check_folder(&folder)?;
    around::check(&folder)?;
    let crates = crates(order.ravand.as_deref(), &order.name)?;
    write(&name, &folder, &crates, order.vcs)?.tell_below(&folder)?;
    let mut next = vec![
        ("cargo run".to_owned(), "serves it on http://127.0.0.1:8080".to_owned()),
        ("cargo test".to_owned(), "runs its tests".to_owned()),
    ];
    if folder != Path::new(".") {
        next.insert(0, (format!("cd {}", folder.display()), String::new()));
    }
    tell_next(&next)?;
    Ok(End::Done)
}

/// The crate's name: as it is written, or in snake case where it has capital letters.
fn name(text: &str) -> Result<String, Stop> {
    let refuse = |problem: Problem| Err(Stop::usage(problem));
    if text.contains(['/', '\\']) {
        let last = text.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or("NAME");
        let problem = Problem::error(format!("`{text}` is no name of an application: it is a path"));
        return refuse(problem.help(format!("write `ravand new {last} --path {text}`")));
    }
    let snake = Name::parse(text)?.snake().to_owned();
    if let Some((_, why)) = TAKEN.iter().find(|(taken, _)| *taken == snake) {
        return refuse(Problem::error(format!("`{text}` cannot be the name of an application: {why}")));
    }
    Ok(if text.contains('-') { snake.to_kebab_case() } else { snake })
}

/// The folder may not be there, or be empty; the one around it must be there.
fn check_folder(folder: &Path) -> Result<(), Stop> {
    let shown = folder.display();
    let (text, help) = match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => return Ok(()),
            Some(_) => (
                format!("`{shown}` is there already, and not empty"),
                "it was not touched: name another folder by `--path DIR`",
            ),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => match around(folder).is_dir() {
            true => return Ok(()),
            false => (
                format!("there is no folder `{}`", around(folder).display()),
                "make it first, or name another by `--path DIR`",
            ),
        },
        Err(_) if folder.is_file() => {
            (format!("`{shown}` is a file"), "it was not touched: name a folder by `--path DIR`")
        }
        Err(error) => {
            (format!("`{shown}` cannot be read: {}", reason(&error)), "name another folder by `--path DIR`")
        }
    };
    Err(Problem::error(text).help(help).into())
}

/// The folder of Ravand's crates.
fn crates(named: Option<&Path>, name: &str) -> Result<PathBuf, Stop> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("/"));
    let is_there = |folder: &Path| {
        ["ravand", "ravand-build"].iter().all(|one| folder.join(one).join("Cargo.toml").is_file())
    };
    let Some(named) = named else {
        if is_there(built) {
            return Ok(built.to_owned());
        }
        let text = format!(
            "the crates of Ravand are not in `{}` any more, where this tool was built",
            built.display()
        );
        let problem = Problem::error(text);
        return Err(problem.help(format!("say where they are: `ravand new {name} --ravand DIR`")).into());
    };
    let found = [named.to_owned(), named.join("crates")].into_iter().find(|folder| is_there(folder));
    let found = found.and_then(|folder| folder.canonicalize().ok()).ok_or_else(|| {
        let text = format!("the crates of Ravand are not in `{}`", named.display());
        let help = "`--ravand DIR` is the folder of Ravand's sources: it has `crates/ravand` and `crates/ravand-build`";
        Stop::usage(Problem::error(text).help(help))
    })?;
    Ok(found)
}

/// Writes everything into a folder beside, which takes its place when all of it is there.
fn write(name: &str, folder: &Path, crates: &Path, vcs: Option<Vcs>) -> Result<Changes, Stop> {
    let wrong = |error: io::Error| {
        Stop::from(Problem::error(format!("`{}` cannot be made: {}", folder.display(), reason(&error))))
    };
    let beside = tempfile::Builder::new().prefix(".ravand-new-").tempdir_in(around(folder)).map_err(wrong)?;
    let inner = beside.path().join("new");
    fs::create_dir(&inner).map_err(wrong)?;
    let mut changes = Changes::new(&inner);
    for (path, text) in files::all(name, crates)? {
        changes.create(path, text);
    }
    changes.write()?;
    repository::begin(vcs, &around(folder), &inner)?;
    match folder.is_dir() {
        false => fs::rename(&inner, folder).map_err(wrong)?,
        true => fill(&inner, folder).map_err(wrong)?,
    }
    Ok(changes)
}

/// Moves all that is in a folder into an empty one, which may be the current folder of a shell.
fn fill(inner: &Path, folder: &Path) -> io::Result<()> {
    let mut moved = Vec::new();
    for entry in fs::read_dir(inner)? {
        let entry = entry?;
        let place = folder.join(entry.file_name());
        if let Err(error) = fs::rename(entry.path(), &place) {
            for (from, to) in moved {
                // What cannot be moved back stays: there is nothing better to do with it.
                let _ = fs::rename::<PathBuf, PathBuf>(to, from);
            }
            return Err(error);
        }
        moved.push((entry.path(), place));
    }
    Ok(())
}

/// The folder that another lies in.
fn around(folder: &Path) -> PathBuf {
    let whole = folder.canonicalize();
    match whole.as_deref().unwrap_or(folder).parent() {
        Some(around) if !around.as_os_str().is_empty() => around.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_applications() {
        for (text, expected) in [
            ("shop", Some("shop")),
            ("HelpDesk", Some("help_desk")),
            ("help-desk", Some("help-desk")),
            ("help_desk", Some("help_desk")),
            ("Help-Desk", Some("help-desk")),
            ("shop2", Some("shop2")),
            ("2shop", None),
            ("a/b", None),
            ("match", None),
            ("Home", None),
            ("ravand", None),
            ("proc-macro", None),
            ("", None),
        ] {
            assert_eq!(name(text).ok().as_deref(), expected, "{text}");
        }
    }
}
