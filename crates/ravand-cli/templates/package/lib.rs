//! $title$.

ravand::package!();
