//! Events of packages, fired while the application starts.

use super::Event;

/// A package's turn has come.
#[derive(Debug)]
pub struct PackageLoad {
    /// Its name.
    pub package: String,
}

/// A package's storages, routes and languages are there.
#[derive(Debug)]
pub struct PackageLoaded {
    /// Its name.
    pub package: String,
}

/// A package's listeners are there.
#[derive(Debug)]
pub struct PackageRegistered {
    /// Its name.
    pub package: String,
}

/// All packages are loaded.
#[derive(Debug)]
pub struct PackagesLoaded {
    /// Their names, in load order.
    pub packages: Vec<String>,
}

impl Event for PackageLoad {}
impl Event for PackageLoaded {}
impl Event for PackageRegistered {}
impl Event for PackagesLoaded {}
