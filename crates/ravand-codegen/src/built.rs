//! What a build gives: the code, the problems, and the files it depends on.

use std::path::PathBuf;

use proc_macro2::TokenStream;
use ravand_core::{Problems, Severity};

/// The result of a build.
#[derive(Clone, Debug)]
pub struct Built {
    /// The Rust code to be included; empty when there are errors among the problems.
    pub code: String,
    /// Everything that is wrong, together.
    pub problems: Problems,
    /// Every file and folder that was read; when one of them changes the build is due again.
    pub watched: Vec<PathBuf>,
    /// What Cargo.toml says: warnings are errors.
    pub deny_warnings: bool,
}

impl Built {
    /// The same result with its warnings as errors; `why` says who asked for it.
    #[must_use]
    pub fn without_warnings(mut self, why: &str) -> Self {
        for problem in self.problems.0.iter_mut().filter(|problem| problem.severity == Severity::Warning) {
            problem.severity = Severity::Error;
            problem.help.push(format!("a warning is an error here: {why}"));
        }
        if self.problems.has_errors() {
            self.code.clear();
        }
        self
    }
}

/// The tokens as a person reads them, under a line that says who made them.
pub(crate) fn pretty(whose: &str, tokens: TokenStream) -> String {
    let head = format!(
        "// Made by the build script of {whose}, with ravand-codegen {}.\n",
        env!("CARGO_PKG_VERSION")
    );
    match syn::parse2(tokens.clone()) {
        Ok(file) => format!("{head}\n{}", prettyplease::unparse(&file)),
        // Never so: the tokens are made of whole items. Written as they are, rustc says what is wrong.
        Err(_) => format!("{head}\n{tokens}"),
    }
}
