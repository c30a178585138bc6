//! What may be done with files and folders, found out without writing.

use std::path::Path;

/// Why nothing can be written into a folder; none when it can.
pub(super) fn cannot_write_into(folder: &Path, root: &Path) -> Option<String> {
    match folder.is_file() {
        true => Some(format!("{} is a file, not a folder", shown(folder, root))),
        false => cannot_write(folder, root),
    }
}

/// Why a folder, or a file, cannot be written to; none when it can. Of one that is not there, the nearest folder
/// above it decides: it would be made there.
pub(super) fn cannot_write(path: &Path, root: &Path) -> Option<String> {
    let mut there = path;
    while let Err(error) = std::fs::metadata(there) {
        match (error.kind(), there.parent()) {
            (std::io::ErrorKind::NotFound, Some(parent)) => there = parent,
            // A relative path ends where it starts from.
            (std::io::ErrorKind::NotFound, None) => break,
            (std::io::ErrorKind::NotADirectory, Some(parent)) => there = parent,
            _ => return Some(format!("{}: {error}", shown(there, root))),
        }
    }
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    if there != path && there.is_file() {
        return Some(format!("{} is a file, not a folder", shown(there, root)));
    }
    refused(there).map(|why| format!("{}: {why}", shown(there, root)))
}

#[cfg(unix)]
fn refused(path: &Path) -> Option<String> {
    use rustix::fs::{Access, access};
    let wanted = if path.is_dir() { Access::WRITE_OK | Access::EXEC_OK } else { Access::WRITE_OK };
    access(path, wanted).err().map(|error| std::io::Error::from(error).to_string())
}

#[cfg(not(unix))]
fn refused(path: &Path) -> Option<String> {
    let locked = std::fs::metadata(path).is_ok_and(|data| data.permissions().readonly());
    locked.then(|| "it is read-only".to_owned())
}

/// Whether others than the owner may read a file.
#[cfg(unix)]
pub(super) fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

/// Whether others than the owner may read a file.
#[cfg(not(unix))]
pub(super) fn is_open_to_others(_: &Path) -> bool {
    false
}

/// A path from the application's folder.
pub(super) fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_decided_above() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), "").unwrap();
        for (path, expected) in
            [("", None), ("file", None), ("a/b/c", None), ("file/a/b", Some("file is a file, not a folder"))]
        {
            let found = cannot_write(&folder.path().join(path), folder.path());
            assert_eq!(found.as_deref(), expected, "{path}");
        }
        let file = folder.path().join("file");
        let said = cannot_write_into(&file, folder.path());
        assert_eq!(said.as_deref(), Some("file is a file, not a folder"));
    }
}
