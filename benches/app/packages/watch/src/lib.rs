//! A listener that hears every request.

ravand::package!();
