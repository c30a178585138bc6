//! Gathers the packages and checks the wiring between them.

fn main() {
    ravand_build::application();
}
