//! The secret that cookies are signed with.

use std::collections::HashSet;

use ravand_core::Problem;

use super::{Area, Look, disk};
use crate::options::{Part, SHORTEST_SECRET};
use crate::start::secret_file;

const MAKE: &str = "make one by `openssl rand -hex 32` and set it as the variable RAVAND__SECRET";

pub(super) fn area(look: &Look<'_>) -> Area {
    if let Ok(Some(secret)) = look.options.get::<String>("secret") {
        let mut problems = Vec::new();
        if secret.chars().count() >= SHORTEST_SECRET && is_weak(&secret) {
            let problem =
                Problem::warning("the option `secret` can be guessed: it has few different characters");
            problems.push(look.options.mark(problem.help(MAKE), "secret", Part::Value));
        }
        return Area::of("secret", "given as an option", problems);
    }
    let file = secret_file(look.app.root());
    let shown = disk::shown(&file, look.app.root());
    match std::fs::read(&file) {
        Ok(secret) => {
            let mut problems = Vec::new();
            if secret.len() < SHORTEST_SECRET {
                let text = format!("the secret in {shown} has fewer than {SHORTEST_SECRET} bytes");
                problems.push(Problem::error(text).help("remove the file: the next start makes a good one"));
            }
            if disk::is_open_to_others(&file) {
                let text = format!("the secret in {shown} can be read by other users of this machine");
                problems.push(Problem::warning(text).help(format!("chmod 600 {shown}")));
            }
            Area::of("secret", format!("in {shown}"), problems)
        }
        Err(error) if is_absent(&error) && look.production() => {
            let problem = Problem::error("there is no secret to sign cookies with")
                .help(MAKE)
                .help("a start makes one of its own, which no other machine and no new folder has: visitors would be logged out");
            Area::of("secret", "none", vec![problem])
        }
        Err(error) if is_absent(&error) => {
            let folder = file.parent().unwrap_or(look.app.root());
            let refused = disk::cannot_write_into(folder, look.app.root()).map(|why| {
                let text = format!("the secret cannot be made in {shown}: {why}");
                Problem::error(text)
                    .help(format!("let the user that runs the program write there, or {MAKE}"))
            });
            Area::of("secret", "made at the first start", refused.into_iter().collect())
        }
        Err(error) => {
            let text = format!("the secret in {shown} cannot be read: {error}");
            let problem = Problem::error(text).help("let the user that runs the program read it");
            Area::of("secret", format!("in {shown}"), vec![problem])
        }
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

/// A random text of 32 letters or digits has far more different ones than this.
fn is_weak(secret: &str) -> bool {
    secret.chars().collect::<HashSet<_>>().len() < 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_different_characters_are_guessed() {
        for (secret, weak) in [
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true),
            ("changemechangemechangemechangeme", true),
            ("b5f0c1d2e3a4958677869fa0b1c2d3e4", false),
            ("correct horse battery staple, and more", false),
        ] {
            assert_eq!(is_weak(secret), weak, "{secret}");
        }
    }
}
