//! The program `ravand`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ravand_cli::main(std::env::args_os())
}
