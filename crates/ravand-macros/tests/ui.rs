//! What the compiler says of code that the attributes and derives cannot take: where, and with which text.

#[test]
fn what_the_compiler_says() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
