//! Patterns as manifests write them: `/^\d+$/i`.

use std::fmt;

use regex::{Regex, RegexBuilder};
use regex_syntax::ast::{self, AssertionKind, Ast};

use crate::perl::ascii_classes;

/// A compiled regular expression and the text that it came from.
///
/// It is written between delimiters, `/` usually (`#`, `~`, `@`, `!`, `%` and
/// pairs of brackets too), with flags after them: `i` ignores case, `m` makes
/// `^` and `$` match at lines, `s` lets `.` match a line's end, `x` passes
/// over spaces and comments, `u` makes `\d`, `\w` and `\s` Unicode's (they
/// are ASCII without it). It is searched for: only `^` and `$` anchor it.
///
/// ```
/// use ravand_router::Pattern;
///
/// let pattern = Pattern::parse("/^[a-z]+$/i")?;
/// assert!(pattern.is_match("Ravand"));
///
/// let error = Pattern::parse("/^(a$/").unwrap_err();
/// assert_eq!(error.offset(), 2);
/// assert_eq!(error.to_string(), "unclosed group, at byte 2 of /^(a$/");
/// # Ok::<(), ravand_router::PatternError>(())
/// ```
#[derive(Clone)]
pub struct Pattern {
    source: String,
    compiled: String,
    flags: Flags,
    regex: Regex,
}

impl Pattern {
    /// Compiles a pattern that is written with its delimiters and flags.
    pub fn parse(source: &str) -> Result<Pattern, PatternError> {
        let fail = |offset, what: String| PatternError { source: source.to_owned(), offset, what };
        let opening = source.chars().next();
        let Some(opening) = opening.filter(|c| c.is_ascii_punctuation() && *c != '\\') else {
            let what = "a pattern is written between slashes, such as /^\\d+$/";
            return Err(fail(0, what.to_owned()));
        };
        let closing = closing(opening);
        let Some(end) = source.rfind(closing).filter(|end| *end > 0) else {
            return Err(fail(source.len(), format!("the closing {closing} is missing")));
        };
        let body = &source[1..end];
        let flags = Flags::read(&source[end + 1..]).map_err(|(at, what)| fail(end + 1 + at, what))?;
        check_syntax(body, flags).map_err(|(at, what)| fail(at + 1, what))?;
        let compiled = if flags.unicode { body.to_owned() } else { ascii_classes(body) };
        match flags.builder(&compiled).build() {
            Ok(regex) => Ok(Pattern { source: source.to_owned(), compiled, flags, regex }),
            Err(error) => Err(fail(1, last_line(&error.to_string()))),
        }
    }

    /// The text that it was parsed from.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether the text has a match.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The names of its named groups, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.regex.capture_names().flatten()
    }

    /// The pattern with a fixed text in front of what it begins with; none if it does not begin with `^`, or does
    /// so in one of several ways only.
    pub(crate) fn behind(&self, prefix: &str) -> Option<Pattern> {
        let (opening, body) = self.source.split_at_checked(1)?;
        let body = body.get(..body.rfind(closing(opening.chars().next()?))?)?;
        let tree =
            ast::parse::ParserBuilder::new().ignore_whitespace(self.flags.spaces).build().parse(body).ok()?;
        let first = match &tree {
            Ast::Concat(parts) => parts.asts.first()?,
            only => only,
        };
        let Ast::Assertion(first) = first else { return None };
        let begins = match first.kind {
            AssertionKind::StartText => true,
            AssertionKind::StartLine => !self.flags.lines,
            _ => false,
        };
        let (anchor, rest) = self.source.split_at_checked(1 + first.span.end.offset).filter(|_| begins)?;
        let mut text = regex_syntax::escape(prefix);
        if self.flags.case || self.flags.spaces {
            text = format!("(?-ix:{text})");
        }
        Pattern::parse(&format!("{anchor}{text}{rest}")).ok()
    }

    /// The compiled form, for captures.
    pub(crate) fn compiled(&self) -> &Regex {
        &self.regex
    }

    /// The expression with its flags inside, as sets want it.
    pub(crate) fn inline(&self) -> String {
        let mut flags = String::new();
        let all = [
            (self.flags.case, 'i'),
            (self.flags.lines, 'm'),
            (self.flags.dot, 's'),
            (self.flags.spaces, 'x'),
        ];
        flags.extend(all.iter().filter(|(on, _)| *on).map(|(_, letter)| *letter));
        // With `x` the text may end in a comment.
        let end = if self.flags.spaces { "\n" } else { "" };
        format!("(?{flags}:{}{end})", self.compiled)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.source == other.source
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl std::str::FromStr for Pattern {
    type Err = PatternError;

    fn from_str(source: &str) -> Result<Pattern, PatternError> {
        Pattern::parse(source)
    }
}

/// Why a text is not a pattern, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    source: String,
    offset: usize,
    what: String,
}

impl PatternError {
    /// The byte of the text, its opening delimiter counted, that is at fault.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What is wrong there.
    pub fn message(&self) -> &str {
        &self.what
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {} of {}", self.what, self.offset, self.source)
    }
}

impl std::error::Error for PatternError {}

#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    case: bool,
    lines: bool,
    dot: bool,
    spaces: bool,
    unicode: bool,
}

impl Flags {
    fn read(text: &str) -> Result<Flags, (usize, String)> {
        let mut flags = Flags::default();
        for (at, letter) in text.char_indices() {
            match letter {
                'i' => flags.case = true,
                'm' => flags.lines = true,
                's' => flags.dot = true,
                'x' => flags.spaces = true,
                'u' => flags.unicode = true,
                _ => return Err((at, format!("unknown flag '{letter}', flags are i, m, s, x, u"))),
            }
        }
        Ok(flags)
    }

    fn builder(self, expression: &str) -> RegexBuilder {
        let mut builder = RegexBuilder::new(expression);
        builder
            .case_insensitive(self.case)
            .multi_line(self.lines)
            .dot_matches_new_line(self.dot)
            .ignore_whitespace(self.spaces);
        builder
    }
}

/// Finds what is wrong in the text as it was written, before any rewriting.
fn check_syntax(body: &str, flags: Flags) -> Result<(), (usize, String)> {
    let mut parser = ast::parse::ParserBuilder::new();
    match parser.ignore_whitespace(flags.spaces).build().parse(body) {
        Ok(_) => Ok(()),
        Err(error) => Err((error.span().start.offset, error.kind().to_string())),
    }
}

fn closing(opening: char) -> char {
    match opening {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '<' => '>',
        same => same,
    }
}

fn last_line(text: &str) -> String {
    let line = text.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns_match() {
        for (pattern, text, expected) in [
            (r"/^\d+$/", "12", true),
            (r"/^\d+$/", "۱۲", false),
            (r"/^\d+$/u", "۱۲", true),
            (r"/^[\w-]+$/", "a-b_c", true),
            (r"/b/", "abc", true),
            (r"/^B$/i", "b", true),
            (r"/^a b #x/x", "ab", true),
            (r"/^a.b$/", "a\nb", false),
            (r"/^a.b$/s", "a\nb", true),
            (r"/^b$/m", "a\nb", true),
            (r"/^a\/b$/", "a/b", true),
            ("#^/a/b$#", "/a/b", true),
            ("{^a{2}$}", "aa", true),
            ("//", "", true),
        ] {
            let compiled = Pattern::parse(pattern).unwrap();
            assert_eq!(compiled.is_match(text), expected, "{pattern} on {text:?}");
            let inline = regex::Regex::new(&compiled.inline()).unwrap();
            assert_eq!(inline.is_match(text), expected, "{pattern} inline on {text:?}");
        }
    }

    #[test]
    fn errors_say_what_and_where() {
        for (pattern, offset, text) in [
            ("", 0, "a pattern is written between slashes, such as /^\\d+$/"),
            ("abc", 0, "a pattern is written between slashes, such as /^\\d+$/"),
            ("/", 1, "the closing / is missing"),
            ("/abc", 4, "the closing / is missing"),
            ("/a/g", 3, "unknown flag 'g', flags are i, m, s, x, u"),
            ("/a[/", 2, "unclosed character class"),
            ("/a(?=b)/", 2, "look-around, including look-ahead and look-behind, is not supported"),
            (r"/(a)\1/", 4, "backreferences are not supported"),
            (r"/\p{Nope}/", 1, "Unicode property not found"),
        ] {
            let error = Pattern::parse(pattern).unwrap_err();
            assert_eq!((error.offset(), error.message()), (offset, text), "{pattern}");
        }
    }
}
