//! URLs of arbitrary rules and values: each leads back to its rule.
#![cfg_attr(not(test), no_main)]

// A run of all tests meets an ordinary program here, not one that has no end.
#[cfg(not(test))]
libfuzzer_sys::fuzz_target!(|case: ravand_fuzz::shapes::Case| ravand_fuzz::routing::urls_lead_back(&case));
