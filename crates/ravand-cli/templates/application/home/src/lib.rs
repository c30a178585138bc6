//! The home page, and the layout of all pages.

ravand::package!();
