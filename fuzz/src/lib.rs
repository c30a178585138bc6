//! What the fuzz targets check, as ordinary functions: the targets are thin, and the tests call the same.

pub mod manifests;
pub mod routing;
pub mod shapes;
