//! Storages: the folders in which a package keeps files while it runs.

use std::path::{Path, PathBuf};

use ravand_core::{Error, Result};

use crate::App;

/// A folder of a package for files: public ones are served, protected and private ones are not.
///
/// A relative path goes below the folder and cannot leave it.
#[derive(Clone, Debug)]
pub struct Storage {
    root: PathBuf,
}

impl Storage {
    /// A storage that the package's manifest declares, or one of `public`, `protected`, `private`.
    ///
    /// # Errors
    /// When the package has no storage of this name.
    pub fn of(app: &App, package: &str, name: &str) -> Result<Self> {
        let loaded = app.0.packages.iter().find(|loaded| loaded.name == package);
        let loaded = loaded.ok_or_else(|| Error::internal(format!("there is no package `{package}`")))?;
        let folder = app.root().join("packages").join(package);
        let declared = loaded.manifest.storages.iter().find(|storage| storage.name.value == name);
        let root = match declared {
            Some(storage) => folder.join(&storage.root.value),
            None if matches!(name, "public" | "protected" | "private") => folder.join("storage").join(name),
            None => return Err(Error::internal(format!("the package `{package}` has no storage `{name}`"))),
        };
        Ok(Self { root })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path of a file below the folder.
    ///
    /// # Errors
    /// When the name leaves the folder.
    pub fn path(&self, name: &str) -> Result<PathBuf> {
        let plain =
            |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0', ':']);
        if !name.split('/').all(plain) {
            return Err(Error::bad_request(format!("`{name}` is no path below a storage")));
        }
        Ok(self.root.join(name))
    }

    /// Writes a file as a whole: it is there in full or not at all.
    ///
    /// # Errors
    /// When the name leaves the folder, or the disk refuses.
    pub async fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.path(name)?;
        let folder = path.parent().unwrap_or(&self.root);
        let fault =
            |error| Error::internal(format!("{} could not be written", path.display())).caused_by(error);
        tokio::fs::create_dir_all(folder).await.map_err(fault)?;
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random)
            .map_err(|error| Error::internal(format!("no random numbers: {error}")))?;
        let part = path.with_extension(format!("{:016x}.part", u64::from_le_bytes(random)));
        tokio::fs::write(&part, bytes).await.map_err(fault)?;
        tokio::fs::rename(&part, &path).await.map_err(fault)?;
        Ok(path)
    }
}
