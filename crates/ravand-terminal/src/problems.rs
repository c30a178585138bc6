//! Problems in colours, and as JSON.

use anstyle::Style;
use ravand_core::{Problem, Problems};
use serde_json::{Value, json};

use crate::paint::{BAD, DOUBTFUL, FRAME, STRONG, paint};

/// Problems as a person reads them, an empty line between each two.
pub fn all_painted(problems: &Problems) -> String {
    painted_text(&problems.to_string())
}

/// A problem as [`Problem`] writes it, in colours.
pub fn painted(problem: &Problem) -> String {
    painted_text(&problem.to_string())
}

/// A text that problems were written into, in colours.
pub fn painted_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() * 2);
    let mut style = BAD;
    for line in text.lines() {
        match opening(line) {
            Some((found, severity, message)) => {
                style = found;
                shown.push_str(&paint(style, severity));
                shown.push_str(&paint(STRONG, message));
            }
            None => shown.push_str(&framed(line, style)),
        }
        shown.push('\n');
    }
    shown
}

/// The first line of a problem: its style, its severity, and the rest.
fn opening(line: &str) -> Option<(Style, &str, &str)> {
    [("error", BAD), ("warning", DOUBTFUL)].into_iter().find_map(|(word, style)| {
        let message = line.strip_prefix(word).filter(|rest| rest.starts_with(": "))?;
        Some((style, &line[..word.len()], message))
    })
}

/// A line behind the first one: its gutter in the frame's colour, carets in the problem's.
fn framed(line: &str, style: Style) -> String {
    for mark in ["--> ", "= help: "] {
        if let Some((margin, rest)) = line.split_once(mark)
            && margin.trim().is_empty()
        {
            return format!("{margin}{}{rest}", paint(FRAME, mark));
        }
    }
    let Some((gutter, rest)) = line.split_once(" |") else { return line.to_owned() };
    if !gutter.bytes().all(|byte| byte == b' ' || byte.is_ascii_digit()) {
        return line.to_owned();
    }
    let carets = !rest.trim().is_empty() && rest.trim().bytes().all(|byte| byte == b'^');
    let rest = if carets { paint(style, rest) } else { rest.to_owned() };
    format!("{}{rest}", paint(FRAME, &format!("{gutter} |")))
}

/// Problems as JSON.
pub fn problems_json(problems: &Problems) -> Value {
    Value::Array(problems.0.iter().map(problem_json).collect())
}

/// A problem as JSON: `severity`, `message`, `place` (`file`, `line`, `column`, `length`, or null), `help`.
pub fn problem_json(problem: &Problem) -> Value {
    let place = problem.place.as_ref().map(|place| {
        json!({
            "file": place.file, "line": place.line, "column": place.column, "length": place.length,
        })
    });
    json!({
        "severity": problem.severity.to_string(), "message": problem.message, "place": place,
        "help": problem.help,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ravand_core::Place;

    #[test]
    fn without_its_colours_a_problem_is_itself() {
        let text = "{ \"a\": \"x | y\" }\n";
        let problem = Problem::error("wrong: here").at(Place::find("f.json", text, 2, 3)).help("a | b");
        let painted = painted(&problem);
        assert_ne!(painted, problem.to_string());
        assert_eq!(anstream::adapter::strip_str(&painted).to_string(), problem.to_string());
        let problems = Problems(vec![problem, Problem::warning("and this")]);
        let painted = all_painted(&problems);
        assert_eq!(anstream::adapter::strip_str(&painted).to_string(), problems.to_string());
        assert!(painted.contains(&paint(DOUBTFUL, "warning")));
    }

    #[test]
    fn a_text_that_is_no_problem_stays() {
        assert_eq!(painted_text("a | b\nerrors: 3"), "a | b\nerrors: 3\n");
    }
}
