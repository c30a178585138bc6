//! Statistics: how often each view was shown, day by day.

ravand::package!();
