//! Problems in a user's files: what, where, what was expected, the nearest right name.

use std::fmt;

/// Where something stands in a file. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file as the user knows it: its path from the package or application.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// How many characters the thing is long, when that is known; 0 when not.
    pub length: usize,
    /// The text of the line, for the picture in the message.
    pub source_line: String,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The work goes on.
    Warning,
    /// The work stops.
    Error,
}

/// One thing wrong in a user's file.
///
/// ```
/// use ravand_core::{Place, Problem};
/// let place = Place::find("routing.json", "[{\"contoller\": 1}]", 2, 11);
/// let problem = Problem::error("unknown key `contoller`").at(place).help("did you mean `controller`?");
/// assert_eq!(problem.to_string(), "\
/// error: unknown key `contoller`
///  --> routing.json:1:3
///   |
/// 1 | [{\"contoller\": 1}]
///   |   ^^^^^^^^^^^
///   = help: did you mean `controller`?
/// ");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Where, when it has a place.
    pub place: Option<Place>,
    /// What was expected, what to do, the nearest right name: a line each, or a picture of several.
    pub help: Vec<String>,
}

/// Several problems, reported together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Place {
    /// The place of `length` bytes at byte `offset` of `text`.
    pub fn find(file: impl Into<String>, text: &str, offset: usize, length: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let source_line = text[start..].lines().next().unwrap_or_default();
        let end = (offset + length).min(start + source_line.len());
        Self {
            file: file.into(),
            line: before.matches('\n').count() + 1,
            column: text[start..offset].chars().count() + 1,
            length: text.get(offset..end).map_or(0, |spanned| spanned.chars().count()),
            source_line: source_line.to_owned(),
        }
    }

    /// The file as a whole, its first line.
    pub fn whole(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: 1, column: 1, length: 0, source_line: String::new() }
    }
}

impl Problem {
    /// A problem that stops the work.
    pub fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), place: None, help: Vec::new() }
    }

    /// A problem that is only told.
    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    /// The same problem with its place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same problem with one more line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The same problem, with `did you mean …?` when one of the candidates is near `name`.
    #[must_use]
    pub fn suggest<'a>(self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match crate::nearest(name, candidates) {
            Some(nearest) => self.help(format!("did you mean `{nearest}`?")),
            None => self,
        }
    }
}

impl Problems {
    /// Whether one of them stops the work.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Adds all of another list.
    pub fn extend(&mut self, others: Problems) {
        self.0.extend(others.0);
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.severity, self.message)?;
        let margin = self.place.as_ref().map_or(1, |place| place.line.to_string().len());
        if let Some(place) = &self.place {
            writeln!(f, "{:margin$}--> {place}", "")?;
            if !place.source_line.is_empty() {
                let lead: String = place
                    .source_line
                    .chars()
                    .take(place.column - 1)
                    .map(|c| if c == '\t' { c } else { ' ' })
                    .collect();
                writeln!(f, "{:margin$} |", "")?;
                writeln!(f, "{} | {}", place.line, place.source_line)?;
                writeln!(f, "{:margin$} | {lead}{}", "", "^".repeat(place.length.max(1)))?;
            }
        }
        self.help.iter().try_for_each(|help| {
            let mut lines = help.lines();
            writeln!(f, "{:margin$} = help: {}", "", lines.next().unwrap_or_default())?;
            lines.try_for_each(|line| writeln!(f, "{:margin$}         {line}", ""))
        })
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
impl std::error::Error for Problems {}
