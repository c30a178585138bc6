//! Gathers the packages.

fn main() {
    ravand_build::application();
}
