//! Everything that is shown: tables, problems, colours. On anything but a terminal the colours are taken out.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use ravand_core::{Problem, Problems, Severity};
use serde_json::{Value, json};

/// What stands out.
pub(crate) const STRONG: Style = Style::new().bold();
/// What is good.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What is bad.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What could be better.
pub(crate) const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
/// What is said beside.
pub(crate) const QUIET: Style = Style::new().dimmed();
const FRAME: Style = AnsiColor::Blue.on_default().bold();

/// Writes a text and the end of its line to standard output.
pub(crate) fn say(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Writes bytes to standard output as they are.
pub(crate) fn raw(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Writes JSON to standard output.
pub(crate) fn say_json(value: &Value) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    raw(&text)
}

/// Writes a problem to standard error.
pub(crate) fn complain(problem: &Problem) -> io::Result<()> {
    write!(anstream::stderr().lock(), "{}", painted(problem))
}

/// Writes problems to standard error.
pub(crate) fn complain_all(problems: &Problems) -> io::Result<()> {
    write!(anstream::stderr().lock(), "{}", all_painted(problems))
}

/// A text in a style.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Problems as a person reads them, an empty line between each two.
pub(crate) fn all_painted(problems: &Problems) -> String {
    problems.0.iter().map(painted).collect::<Vec<_>>().join("\n")
}

/// A problem as [`Problem`] writes it, in colours.
fn painted(problem: &Problem) -> String {
    let style = match problem.severity {
        Severity::Error => BAD,
        Severity::Warning => DOUBTFUL,
    };
    let text = problem.to_string();
    let mut shown = String::with_capacity(text.len() + 64);
    for (index, line) in text.lines().enumerate() {
        let line = match index {
            0 => match line.split_once(':') {
                Some((severity, message)) => {
                    format!("{}{}", paint(style, severity), paint(STRONG, &format!(":{message}")))
                }
                None => line.to_owned(),
            },
            _ => framed(line, style),
        };
        shown.push_str(&line);
        shown.push('\n');
    }
    shown
}

/// A line behind the first one: its gutter in the frame's colour, carets in the problem's.
fn framed(line: &str, style: Style) -> String {
    for mark in [" --> ", " = help: "] {
        if let Some((margin, rest)) = line.split_once(mark)
            && margin.trim().is_empty()
        {
            return format!("{margin}{}{rest}", paint(FRAME, mark));
        }
    }
    let Some((gutter, rest)) = line.split_once(" |") else { return line.to_owned() };
    let carets = !rest.trim().is_empty() && rest.trim().bytes().all(|byte| byte == b'^');
    let rest = if carets { paint(style, rest) } else { rest.to_owned() };
    format!("{}{rest}", paint(FRAME, &format!("{gutter} |")))
}

/// Problems as JSON.
pub(crate) fn problems_json(problems: &Problems) -> Value {
    let all = problems.0.iter().map(|problem| {
        let place = problem.place.as_ref().map(|place| {
            json!({
                "file": place.file, "line": place.line, "column": place.column, "length": place.length,
            })
        });
        json!({
            "severity": problem.severity.to_string(), "message": problem.message, "place": place,
            "help": problem.help,
        })
    });
    Value::Array(all.collect())
}

/// A table with aligned columns, its head in bold.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut shown = paint(STRONG, &line(head.iter().copied(), &widths));
    for row in rows {
        shown.push('\n');
        shown.push_str(&line(row.iter().map(String::as_str), &widths));
    }
    shown
}

/// The cells of a line, each as wide as its column.
pub(crate) fn line<'a>(cells: impl Iterator<Item = &'a str>, widths: &[usize]) -> String {
    let mut shown = String::new();
    for (cell, &width) in cells.zip(widths) {
        // Writing to a text never fails.
        let _ = write!(shown, "{cell:width$}  ");
    }
    shown.truncate(shown.trim_end().len());
    shown
}

/// `1 error`, `2 errors`.
pub(crate) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// `` `a`, `b` and `c` ``
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
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
    }

    #[test]
    fn lists_and_counts() {
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!((count(1, "rule"), count(0, "rule")), ("1 rule".into(), "0 rules".into()));
    }

    #[test]
    fn tables_are_aligned_without_spaces_at_the_end() {
        let rows = [vec!["GET".to_owned(), "x".to_owned()], vec!["پ".to_owned(), String::new()]];
        let shown = table(&["A", "B"], &rows);
        assert_eq!(anstream::adapter::strip_str(&shown).to_string(), "A    B\nGET  x\nپ");
    }
}
