//! What the programs of the benchmarks share.

pub mod bare;
pub mod routes;
