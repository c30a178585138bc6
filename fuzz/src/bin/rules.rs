//! Rules and requests of arbitrary bytes: the matcher against the plain scan.
#![cfg_attr(not(test), no_main)]

// A run of all tests meets an ordinary program here, not one that has no end.
#[cfg(not(test))]
libfuzzer_sys::fuzz_target!(|case: ravand_fuzz::shapes::Case| ravand_fuzz::routing::find_is_the_scan(&case));
