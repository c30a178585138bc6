//! Programs and fonts of the machine: which are missing, and how they come.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::tools::{Outcome, must, output, program};

/// Something that must be on the machine.
pub(crate) struct Need {
    /// What it is, in words.
    pub what: &'static str,
    /// Debian's packages that bring it.
    pub packages: &'static [&'static str],
    /// Whether it is there.
    pub there: fn() -> bool,
}

/// What the tests need.
pub(crate) const TESTS: &[Need] = &[
    Need {
        what: "a C and C++ compiler (SQLite and the fuzz targets are built from source)",
        packages: &["gcc", "g++"],
        there: || program(&["cc", "gcc", "clang"]).is_some() && program(&["c++", "g++", "clang++"]).is_some(),
    },
    Need {
        what: "the browser Chromium",
        packages: &["chromium"],
        there: || program(&["chromium", "chromium-browser", "google-chrome"]).is_some(),
    },
    Need {
        what: "its driver, chromedriver",
        packages: &["chromium-driver"],
        there: || program(&["chromedriver"]).is_some(),
    },
    SERVER,
    Need { what: "a font with Arabic script", packages: &["fonts-noto-core"], there: has_arabic_font },
];

/// The database server, of which tests and chaos start one of their own.
pub(crate) const SERVER: Need = Need {
    what: "the database server PostgreSQL (15 or newer)",
    packages: &["postgresql"],
    there: || ravand_cluster::missing().is_none(),
};

/// What the fuzz targets need.
pub(crate) const FUZZING: &[Need] = &[Need {
    what: "a C++ compiler (libFuzzer is built from source)",
    packages: &["g++"],
    there: || program(&["c++", "g++", "clang++"]).is_some(),
}];

/// What counting instructions needs.
pub(crate) const COUNTING: &[Need] = &[Need {
    what: "valgrind (it counts instructions)",
    packages: &["valgrind"],
    there: || program(&["valgrind"]).is_some(),
}];

/// Brings what is missing; where that cannot be done, the error says what to install. A second call finds
/// everything and does nothing.
pub(crate) fn provide(needs: &[Need]) -> Outcome<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let list: Vec<String> = missing
        .iter()
        .map(|need| format!("  {}: Debian and Ubuntu have it as {}", need.what, need.packages.join(" ")))
        .collect();
    let list = list.join("\n");
    let by_hand = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if program(&["apt-get"]).is_none() {
        return Err(format!("this is missing; install it and run the command again:\n{list}").into());
    }
    if !is_root() {
        return Err(format!("this is missing:\n{list}\ninstall it by:\n  sudo {by_hand}").into());
    }
    println!("this is missing and will be installed:\n{list}");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        must(&mut command)
    };
    apt(&["update", "-qq"])?;
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    apt(&install.iter().chain(&packages).copied().collect::<Vec<_>>())?;
    match missing.iter().find(|need| !(need.there)()) {
        Some(need) => Err(format!("{} is still missing after `{by_hand}`", need.what).into()),
        None => Ok(()),
    }
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn has_arabic_font() -> bool {
    if program(&["fc-list"]).is_some() {
        return output(Command::new("fc-list").args([":lang=fa", "family"]))
            .is_ok_and(|list| !list.trim().is_empty());
    }
    ["/usr/share/fonts", "/usr/local/share/fonts"].iter().any(|folder| has_arabic_file(Path::new(folder)))
}

fn has_arabic_file(folder: &Path) -> bool {
    let words = ["Arabic", "Vazir", "Naskh", "DejaVuSans.ttf"];
    std::fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if entry.path().is_dir() {
            has_arabic_file(&entry.path())
        } else {
            words.iter().any(|word| name.contains(word))
        }
    })
}
