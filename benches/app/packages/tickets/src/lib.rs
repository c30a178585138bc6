//! A page with a query and a template.

ravand::package!();
