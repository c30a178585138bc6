//! The ravand tool.
