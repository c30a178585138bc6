//! The four manifest readers on arbitrary text.
#![cfg_attr(not(test), no_main)]

// A run of all tests meets an ordinary program here, not one that has no end.
#[cfg(not(test))]
libfuzzer_sys::fuzz_target!(|text: &str| ravand_fuzz::manifests::check(text));
