//! The secret that cookies are signed with.

use std::path::{Path, PathBuf};

use cookie::Key;
use ravand_core::{Error, Result};

use crate::Options;
use crate::options::SHORTEST_SECRET;

/// Where the secret is kept when it is no option.
pub(crate) fn file(root: &Path) -> PathBuf {
    root.join("storage").join("secret")
}

/// The key of the option `secret`, or, where there is none, of the file `storage/secret`, which is made at the
/// first start and readable by its owner only.
pub(super) fn key(options: &Options, root: &Path) -> Result<Key> {
    // That it is long enough was checked with the other options.
    if let Some(secret) = options.get::<String>("secret")? {
        return Ok(Key::derive_from(secret.as_bytes()));
    }
    let file = file(root);
    let fault = |error: std::io::Error| {
        Error::internal(format!("the secret in {} cannot be read or made: {error}", file.display()))
            .caused_by(error)
    };
    match std::fs::read(&file) {
        Ok(secret) if secret.len() >= SHORTEST_SECRET => Ok(Key::derive_from(&secret)),
        Ok(_) => {
            Err(Error::internal(format!("the secret in {} is too short: remove the file", file.display())))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut secret = [0_u8; 64];
            getrandom::fill(&mut secret)
                .map_err(|error| Error::internal(format!("no random numbers: {error}")))?;
            match create(&file, &secret) {
                Ok(()) => Ok(Key::derive_from(&secret)),
                // Another start was faster: its secret counts.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    std::fs::read(&file).map(|secret| Key::derive_from(&secret)).map_err(fault)
                }
                Err(error) => Err(fault(error)),
            }
        }
        Err(error) => Err(fault(error)),
    }
}

/// Writes the whole file beside its place and links it there, so that nobody reads half of it.
fn create(file: &Path, secret: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let part = file.with_extension(format!("{}.part", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&part)?;
    written.write_all(secret)?;
    written.sync_all()?;
    let linked = std::fs::hard_link(&part, file);
    std::fs::remove_file(&part)?;
    linked
}
