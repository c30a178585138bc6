//! Checks the package's wiring and writes its modules and class map.

fn main() {
    ravand_build::package();
}
