//! The JSON hello, with and without what can stand around an action.

ravand::package!();
