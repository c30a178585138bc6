//! The firewall: an address that is banned gets "not found" for every request.

ravand::package!();
