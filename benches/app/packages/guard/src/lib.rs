//! A bootstrap that lets everything pass.

ravand::package!();
