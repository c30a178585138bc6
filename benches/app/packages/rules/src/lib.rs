//! Rules that fill the router and are never the request's.

ravand::package!();
