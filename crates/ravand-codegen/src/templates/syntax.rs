//! A template that does not parse: the engine's message, with the place that is to blame.

use minijinja::Error;
use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;
use ravand_core::{Problem, nearest};

use super::template::{Span, span_of};
use super::words::in_words;

/// The tags that are closed, and by which.
const CLOSED: [(&str, &str); 10] = [
    ("for", "endfor"),
    ("if", "endif"),
    ("block", "endblock"),
    ("with", "endwith"),
    ("macro", "endmacro"),
    ("call", "endcall"),
    ("filter", "endfilter"),
    ("autoescape", "endautoescape"),
    ("set", "endset"),
    ("raw", "endraw"),
];

/// The other tags.
const OPEN: [&str; 6] = ["extends", "include", "import", "from", "do", "set"];

/// Tags of other engines, and what stands for them here.
const FOREIGN: [(&str, &str); 12] = [
    ("trans", "write `{{ t(\"key\") }}`"),
    ("translate", "write `{{ t(\"key\") }}`"),
    ("blocktrans", "write `{{ t(\"key\", name=value) }}`"),
    ("url", "write `{{ url_for(\"name\") }}`"),
    ("static", "write `{{ asset(\"css/app.css\") }}`"),
    ("csrf_token", "write `{{ csrf() }}`"),
    ("csrf", "write `{{ csrf() }}`"),
    ("load", "leave it out: all functions and filters are there"),
    ("verbatim", "write `{% raw %}` … `{% endraw %}`"),
    ("break", "a loop has no `break`; it leaves items out by `{% for item in items if … %}`"),
    ("continue", "a loop has no `continue`; it leaves items out by `{% for item in items if … %}`"),
    ("empty", "what stands for an empty list is written behind `{% else %}`"),
];

/// A tag that stands in the text: `for` of `{% for item in items %}`.
struct Tag<'t> {
    word: &'t str,
    /// The word behind it: a block's name.
    next: Option<&'t str>,
    /// `{% set a = 1 %}`, unlike `{% set a %}…{% endset %}`.
    assigns: bool,
}

/// A text as far as it can be taken apart.
struct Outline<'t> {
    tags: Vec<Tag<'t>>,
    /// Where a tag or a `{{` begins that has no end.
    open: Option<(&'static str, usize)>,
    /// Where the last token that could be read ends.
    end: usize,
}

/// The problem with a text that the engine does not take, and where it is.
pub(super) fn problem(text: &str, error: &Error) -> (Problem, Span) {
    let range = error.range().unwrap_or_default();
    let span = Span { start: range.start, length: range.end.saturating_sub(range.start) };
    let detail = error.detail().unwrap_or("it cannot be read");
    let outline = Outline::of(text);
    outline
        .wrong_end(text, span)
        .or_else(|| outline.unknown_tag(text, detail, span))
        .or_else(|| outline.twice(text, detail))
        .or_else(|| wrong_name(text, detail, span))
        .or_else(|| outline.not_closed(text, detail))
        .unwrap_or_else(|| (in_words(detail, text, span), span))
}

impl<'t> Outline<'t> {
    fn of(text: &'t str) -> Self {
        let mut outline = Self { tags: Vec::new(), open: None, end: 0 };
        // How many tokens of the tag were seen.
        let mut seen = None;
        for (token, span) in tokenize(text, false, SyntaxConfig::default()).map_while(Result::ok) {
            outline.end = span.end_offset as usize;
            match (token, seen) {
                (Token::BlockStart, _) => {
                    outline.open = Some(("{%", span.start_offset as usize));
                    seen = Some(0);
                }
                (Token::VariableStart, _) => outline.open = Some(("{{", span.start_offset as usize)),
                (Token::BlockEnd | Token::VariableEnd, _) => (outline.open, seen) = (None, None),
                (Token::Ident(word), Some(0)) => {
                    outline.tags.push(Tag { word, next: None, assigns: false });
                    seen = Some(1);
                }
                (token, Some(count)) => {
                    if let Some(tag) = outline.tags.last_mut() {
                        tag.assigns |= matches!(token, Token::Assign);
                        if let (Token::Ident(word), 1) = (token, count) {
                            tag.next = Some(word);
                        }
                    }
                    seen = Some(count + 1);
                }
                (_, None) => {}
            }
        }
        outline
    }

    /// The tags that are open behind so many of them, the innermost last.
    fn open_behind(&self, count: usize) -> Vec<&Tag<'t>> {
        let mut open: Vec<&Tag<'_>> = Vec::new();
        for tag in self.tags.iter().take(count) {
            if closing(tag.word).is_some() && !(tag.word == "set" && tag.assigns) {
                open.push(tag);
            } else if open.last().is_some_and(|last| closing(last.word) == Some(tag.word)) {
                open.pop();
            }
        }
        open
    }

    /// `{{ … %}` and `{% … }}`.
    fn wrong_end(&self, text: &str, span: Span) -> Option<(Problem, Span)> {
        let (open, _) = self.open?;
        let (end, wrong) = if open == "{{" { ("}}", "%}") } else { ("%}", "}}") };
        // The engine takes `%` for an operator, and stops behind it.
        let start = if open == "{{" { span.start.checked_sub(1)? } else { span.start };
        text.get(start..)?.starts_with(wrong).then(|| {
            let problem = Problem::error(format!("`{open}` is closed by `{wrong}`"));
            (problem.help(format!("write `{end}`")), Span { start, length: 2 })
        })
    }

    /// "unknown statement fro".
    fn unknown_tag(&self, text: &str, detail: &str, span: Span) -> Option<(Problem, Span)> {
        let word = detail.strip_prefix("unknown statement ")?;
        let before = |tag: &Tag<'_>| tag.word == word && span_of(text, tag.word).start <= span.start;
        let at = self.tags.iter().rposition(before)?;
        let place = span_of(text, self.tags.get(at)?.word);
        let is_end = CLOSED.iter().any(|(_, end)| *end == word);
        Some(match self.open_behind(at).last() {
            Some(open) if is_end || matches!(word, "else" | "elif") => {
                let (end, line) = (closing(open.word).unwrap_or_default(), line(text, open.word));
                let what = format!("`{{% {word} %}}` stands where `{{% {} %}}` is still open", head(open));
                let help = format!("it was opened on line {line}: write `{{% {end} %}}` before");
                (Problem::error(what).help(help), place)
            }
            _ => (unknown_tag(word), place),
        })
    }

    /// "block 'x' defined twice".
    fn twice(&self, text: &str, detail: &str) -> Option<(Problem, Span)> {
        let name = detail.strip_prefix("block '")?.strip_suffix("' defined twice")?;
        let mut blocks = self.tags.iter().filter(|tag| tag.word == "block" && tag.next == Some(name));
        let (first, second) = (blocks.next()?.next?, blocks.next()?.next?);
        let problem = Problem::error(format!("a second block has the name `{name}`"))
            .help(format!("the first is on line {}", line(text, first)))
            .help(format!("to show a block once more write `{{{{ self.{name}() }}}}`"));
        Some((problem, span_of(text, second)))
    }

    /// "unexpected end of …".
    fn not_closed(&self, text: &str, detail: &str) -> Option<(Problem, Span)> {
        let at = |start: usize, length: usize| Span { start, length };
        let not_closed = |what: &str, end: &str| {
            let problem = Problem::error(format!("{what} is not closed"));
            problem.help(format!("write `{end}` where it ends"))
        };
        match detail {
            "unexpected end of comment" => {
                let closed = text.rfind("#}").map_or(0, |end| end + 2);
                let start = closed + text.get(closed..)?.find("{#")?;
                return Some((not_closed("the comment", "#}"), at(start, 2)));
            }
            "unexpected end of string" => {
                let rest = text.get(self.end..)?;
                let start = self.end + rest.find(['"', '\''])?;
                let quote = text.get(start..=start)?;
                return Some((not_closed("the string", quote), at(start, 1)));
            }
            "unexpected end of raw block" => {
                let start = text.rfind("{%")?;
                return Some((not_closed("`{% raw %}`", "{% endraw %}"), at(start, 2)));
            }
            _ if !detail.starts_with("unexpected end of input") => return None,
            _ => {}
        }
        if let Some((start, offset)) = self.open {
            let end = if start == "{%" { "%}" } else { "}}" };
            return Some((not_closed(&format!("`{start}`"), end), at(offset, start.len())));
        }
        let open = self.open_behind(self.tags.len());
        let tag = open.last()?;
        let end = format!("{{% {} %}}", closing(tag.word)?);
        Some((not_closed(&format!("`{{% {} %}}`", head(tag)), &end), span_of(text, tag.word)))
    }
}

/// "mismatching name on block. Got `a`, expected `b`".
fn wrong_name(text: &str, detail: &str, span: Span) -> Option<(Problem, Span)> {
    let names = detail.strip_prefix("mismatching name on block. Got `")?.strip_suffix('`')?;
    let (got, expected) = names.split_once("`, expected `")?;
    let problem = Problem::error(format!("`{{% endblock {got} %}}` closes the block `{expected}`"));
    let behind = text.get(span.start..)?.find(got)?;
    let place = Span { start: span.start + behind, length: got.len() };
    Some((problem.help(format!("write `{{% endblock {expected} %}}`, or just `{{% endblock %}}`")), place))
}

fn closing(word: &str) -> Option<&'static str> {
    CLOSED.iter().find(|(open, _)| *open == word).map(|(_, end)| *end)
}

fn line(text: &str, piece: &str) -> usize {
    text.get(..span_of(text, piece).start).map_or(1, |before| before.matches('\n').count() + 1)
}

fn unknown_tag(word: &str) -> Problem {
    let problem = Problem::error(format!("there is no tag `{{% {word} %}}`"));
    if let Some((open, _)) = CLOSED.iter().find(|(_, end)| *end == word) {
        return Problem::error(format!("`{{% {word} %}}` closes nothing"))
            .help(format!("no `{{% {open} … %}}` is open here"));
    }
    if matches!(word, "else" | "elif") {
        return Problem::error(format!("`{{% {word} %}}` belongs to nothing"))
            .help("it stands between `{% if … %}` and its `{% endif %}`");
    }
    if word == "elseif" || word == "elsif" {
        return problem.help("did you mean `elif`?");
    }
    if let Some((_, help)) = FOREIGN.iter().find(|(foreign, _)| *foreign == word) {
        return problem.help(*help);
    }
    let known = CLOSED.iter().flat_map(|(open, end)| [*open, *end]).chain(OPEN).chain(["else", "elif"]);
    match nearest(word, known) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("the tags are `for`, `if`, `block`, `extends`, `include`, `import`, `from`, `with`, `set`, `macro`, `call`, `do`, `filter`, `autoescape` and `raw`"),
    }
}

fn head(tag: &Tag<'_>) -> String {
    match (tag.word, tag.next) {
        ("block" | "macro", Some(name)) => format!("{} {name}", tag.word),
        (word, _) => word.to_owned(),
    }
}
