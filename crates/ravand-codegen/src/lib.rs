//! What the build script and the macros write: an ordinary, tested library.
