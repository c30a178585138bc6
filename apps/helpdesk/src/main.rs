//! The help desk: everything it does is in its packages.

use std::process::ExitCode;

ravand::application!();

fn main() -> ExitCode {
    application().main()
}
