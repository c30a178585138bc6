//! The four manifest readers: they never panic, every problem has its place, and what they read without an error
//! the router takes.

use ravand_core::{LanguageCode, Problems};
use ravand_manifest::{Autoload, Manifest, Phrases, Routing, Theme};
use ravand_router::Router;

/// Reads a text as each kind of file.
///
/// # Panics
/// When a reader breaks one of its promises.
pub fn check(text: &str) {
    let lines = text.matches('\n').count() + 1;
    let file = "file.json";
    let mut problems = vec![
        Manifest::parse("shop", file, text).problems,
        Autoload::parse(file, text).problems,
        Theme::parse("shop", file, text).problems,
    ];
    if let Ok(persian) = "fa_IR".parse::<LanguageCode>() {
        problems.push(Phrases::parse(&persian, file, text).problems);
    }
    let routing = Routing::parse("shop", file, text);
    problems.push(routing.problems);
    problems.iter().for_each(|problems| check_problems(problems, lines));
    let mut builder = Router::builder();
    for route in routing.value.routes {
        assert!(route.place.line <= lines, "{}", route.place);
        let added = builder.add(route.rule);
        assert!(added.is_ok(), "a rule that was read without an error is refused: {added:?}");
    }
    let _ = builder.build();
}

fn check_problems(problems: &Problems, lines: usize) {
    for problem in &problems.0 {
        assert!(!problem.to_string().is_empty());
        let line = problem.place.as_ref().map_or(0, |place| place.line);
        assert!((1..=lines).contains(&line), "line {line} of {lines}: {problem}");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn texts_that_are_no_manifests() {
        for text in [
            "",
            "{",
            "[]",
            "{\"phrases\": 1}",
            "[{\"path\": \"/:a/:a\", \"controller\": \"x\"}]",
            "\u{feff}{}",
        ] {
            super::check(text);
        }
    }
}
