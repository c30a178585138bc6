//! The application as a program; `BENCH_EXTRAS` names what stands in the way of every request.

use std::process::ExitCode;

use bench_app::{Extras, application_with};

fn main() -> ExitCode {
    let extras = std::env::var("BENCH_EXTRAS").unwrap_or_default();
    application_with(Extras::named(&extras)).main()
}
