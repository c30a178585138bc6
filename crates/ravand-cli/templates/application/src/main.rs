//! The application: everything it does is in its packages.

#[cfg(test)]
mod tests;

use std::process::ExitCode;

ravand::application!();

fn main() -> ExitCode {
    application().main()
}
