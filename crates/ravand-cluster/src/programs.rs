//! The server's programs: where they are, and as whom they run.

use std::io;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest version that will do.
const OLDEST: u32 = 15;

/// Where the server's programs are, and who runs them.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
    /// The user and group, when this program is root's: the server refuses to be run by root.
    other: Option<(u32, u32)>,
}

/// What to install, when the server's programs are not there.
pub fn missing() -> Option<String> {
    Programs::find().err().map(|error| error.to_string())
}

impl Programs {
    /// Looks for them in `PATH`, then where Debian puts them.
    ///
    /// # Errors
    /// When they are not there: the text says what to install.
    pub fn find() -> io::Result<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let mut versions: Vec<u32> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().to_string_lossy().parse().ok())
            .filter(|version| *version >= OLDEST)
            .collect();
        versions.sort_unstable();
        folders
            .extend(versions.iter().rev().map(|version| format!("/usr/lib/postgresql/{version}/bin").into()));
        // Links lead to where the others are.
        let real = |folder: PathBuf| folder.join("initdb").canonicalize().ok()?.parent().map(Path::to_owned);
        let has_all = |folder: &PathBuf| {
            ["initdb", "pg_ctl", "postgres", "psql"].iter().all(|name| folder.join(name).is_file())
        };
        let folder = folders.into_iter().filter_map(real).find(has_all).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::NotFound,
                format!(
                    "the programs of a PostgreSQL server ({OLDEST} or newer) were found neither in PATH nor below \
                     /usr/lib/postgresql; Debian and Ubuntu have them as `postgresql`"
                ),
            )
        })?;
        Ok(Self { folder, other: another_user()? })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A program to be run as the server's user, away from the terminal's signals.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").env("LC_ALL", "C").process_group(0);
        if let Some((user, group)) = self.other {
            command.uid(user).gid(group);
        }
        command
    }

    /// Makes a folder the server's user's.
    pub(crate) fn give(&self, folder: &Path) -> io::Result<()> {
        match self.other {
            Some((user, group)) => chown(folder, Some(user), Some(group)),
            None => Ok(()),
        }
    }
}

/// Whom the server runs as when this program is root's: `postgres`, or else `nobody`.
fn another_user() -> io::Result<Option<(u32, u32)>> {
    // A folder of `/proc` belongs to the user of its process; without it this is taken for a user's program.
    let root =
        std::fs::metadata("/proc/self").is_ok_and(|folder| std::os::unix::fs::MetadataExt::uid(&folder) == 0);
    if !root {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let user = find("postgres").or_else(|| find("nobody"));
    let user = user.ok_or_else(|| {
        io::Error::other(
            "PostgreSQL does not run as root, and neither `postgres` nor `nobody` is a user here",
        )
    })?;
    Ok(Some(user))
}
