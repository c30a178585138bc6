//! What the engine says of a template that it does not take, in the words of who writes templates.

use ravand_core::Problem;

use super::template::Span;

/// Messages that are the same for every template, and what to do.
const WHOLE: [(&str, &str, &str); 11] = [
    (
        "non-keyword arg after keyword arg",
        "an argument without a name stands behind one with a name",
        "write it first",
    ),
    (
        "block tags in macros are not allowed",
        "a macro cannot have blocks",
        "write the block around what calls it",
    ),
    (
        "Required blocks can only contain comments or whitespace",
        "a block that is `required` has nothing in it",
        "who extends the template writes it",
    ),
    (
        "names starting with an underline can not be imported",
        "names that begin with `_` cannot be imported",
        "",
    ),
    ("template exceeds maximum recursion limits", "the template is nested too deeply", ""),
    ("unexpected input after end of variable block", "something stands behind the `}}`", ""),
    ("empty subscript", "nothing stands in `[]`", "write the number of an entry, or a name in quotes"),
    ("expected a filter", "a filter is missing here", "write its name: `{% filter upper %}`"),
    ("invalid integer (too large)", "the number is too large", ""),
    ("invalid float", "this is no number", ""),
    ("Too many arguments in function call", "the call has too many arguments", ""),
];

/// The engine's words for tokens, as they are written.
const TOKENS: [(&str, &str); 14] = [
    ("end of variable block", "`}}`"),
    ("start of variable block", "`{{`"),
    ("end of block", "`%}`"),
    ("start of block", "`{%`"),
    ("template-data", "text"),
    ("identifier or integer", "a name or a number"),
    ("identifier", "a name"),
    ("end of input", "end of the template"),
    ("assignment operator", "`=`"),
    ("missing keyword", "`missing`"),
    ("block keyword", "the name of a tag"),
    ("expression", "a value"),
    ("comma", "`,`"),
    ("statement", "the name of a tag"),
];

/// Tokens that the engine calls by their kind; the text shows which one it is.
const KINDS: [&str; 4] = ["identifier", "string", "integer", "float"];

/// The problem for the engine's message; `span` is the token that it stumbled over.
pub(super) fn in_words(detail: &str, text: &str, span: Span) -> Problem {
    if let Some((_, what, help)) = WHOLE.iter().find(|(engine, ..)| *engine == detail) {
        let problem = Problem::error(*what);
        return if help.is_empty() { problem } else { problem.help(*help) };
    }
    if let Some(name) = detail.strip_prefix("cannot assign to reserved variable name ") {
        let problem = Problem::error(format!("`{name}` cannot be given a value: it is the engine's own"));
        return problem.help("take another name");
    }
    if detail.starts_with("expected call expression") {
        let problem = Problem::error("this is no call");
        return problem.help("write `{% call field(\"name\") %}`, `{% do list.append(item) %}`");
    }
    if detail == "unexpected character"
        && let Some(letter) = text.get(span.start..).and_then(|rest| rest.chars().next())
    {
        return Problem::error(format!("`{letter}` means nothing here"));
    }
    let found = detail.strip_prefix("unexpected ").or(detail.strip_prefix("unknown "));
    let Some(found) = found else { return Problem::error(written(detail)) };
    let (token, expected) = match found.split_once(", expected ") {
        Some((token, expected)) => (token, expected),
        None => (found, "expression"),
    };
    let shown = text.get(span.start..span.start + span.length).unwrap_or_default();
    let token = match KINDS.contains(&token) && !shown.is_empty() {
        true => format!("`{shown}`"),
        false => written(token),
    };
    let expected = match ["in", "as", "import", "context"].contains(&expected) {
        true => format!("`{expected}`"),
        false => written(expected),
    };
    Problem::error(format!("unexpected {token}, expected {expected}"))
}

fn written(words: &str) -> String {
    match TOKENS.iter().find(|(engine, _)| *engine == words) {
        Some((_, written)) => (*written).to_owned(),
        None => words.to_owned(),
    }
}
