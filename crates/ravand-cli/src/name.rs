//! Names as people write them: `HelpDesk`, `help-desk` and `help_desk` are one.

use heck::{ToKebabCase, ToSnakeCase, ToUpperCamelCase};
use ravand_core::Problem;

use crate::stop::Stop;

/// Types that generated files use or import: a class of that name would hide them.
const IN_EVERY_FILE: [&str; 22] = [
    "Clone",
    "Context",
    "Db",
    "Debug",
    "Default",
    "Deserialize",
    "Error",
    "Event",
    "Form",
    "Json",
    "Ok",
    "Option",
    "Param",
    "Process",
    "Query",
    "Response",
    "Result",
    "Run",
    "Serialize",
    "Some",
    "String",
    "View",
];

/// The name of a class, perhaps in a subfolder: `admin/Posts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// The subfolders in snake case, each with a `/` behind it.
    folder: String,
    /// In snake case.
    snake: String,
}

impl Name {
    /// Reads a name; the error states the rule.
    pub(crate) fn parse(text: &str) -> Result<Self, Stop> {
        let mut parts =
            text.split(['/', '\\']).map(|part| word(part, text)).collect::<Result<Vec<_>, _>>()?;
        let snake = parts.pop().unwrap_or_default();
        let folder = parts.iter().map(|part| format!("{part}/")).collect();
        let name = Self { folder, snake };
        if IN_EVERY_FILE.contains(&name.camel().as_str()) {
            let problem = Problem::error(format!("a class cannot be called `{}`", name.camel()));
            let help = "every file has that name from Rust or from `ravand::prelude`; choose another";
            return Err(Stop::usage(problem.help(help)));
        }
        Ok(name)
    }

    /// A name that stands in no subfolder, as a model's or a migration's.
    pub(crate) fn parse_plain(text: &str, what: &str) -> Result<Self, Stop> {
        let name = Self::parse(text)?;
        if name.folder.is_empty() {
            return Ok(name);
        }
        let problem = Problem::error(format!("a {what} stands in no subfolder: `{text}`"));
        Err(Stop::usage(problem.help(format!("write `{}`", name.snake))))
    }

    /// The subfolders with a `/` behind each: `admin/`, or nothing.
    pub(crate) fn folder(&self) -> &str {
        &self.folder
    }

    /// `help_desk`
    pub(crate) fn snake(&self) -> &str {
        &self.snake
    }

    /// `HelpDesk`
    pub(crate) fn camel(&self) -> String {
        self.snake.to_upper_camel_case()
    }

    /// Folders and name in snake case: `admin/help_desk`.
    pub(crate) fn path(&self) -> String {
        format!("{}{}", self.folder, self.snake)
    }

    /// Folders and name as a page's address has them: `admin/help-desk`.
    pub(crate) fn url(&self) -> String {
        let parts = self.folder.split_terminator('/').chain([self.snake.as_str()]);
        parts.map(ToKebabCase::to_kebab_case).collect::<Vec<_>>().join("/")
    }

    /// Folders and name with dots between them, as a phrase's key or a rule's name: `admin.help_desk`.
    pub(crate) fn dotted(&self) -> String {
        self.path().replace('/', ".")
    }

    /// Folders and name as a Rust path: `admin::help_desk`.
    pub(crate) fn module(&self) -> String {
        self.path().replace('/', "::")
    }

    /// For people: `Help desk`.
    pub(crate) fn title(&self) -> String {
        title(&self.snake)
    }
}

/// A name in snake case for people: `Help desk`.
pub(crate) fn title(snake: &str) -> String {
    let text = snake.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// Whether a text in snake case can be the name of a module or field.
pub(crate) fn is_free(snake: &str) -> bool {
    syn::parse_str::<syn::Ident>(snake).is_ok()
}

/// One part of a name in snake case.
fn word(part: &str, whole: &str) -> Result<String, Stop> {
    let refuse = |text: String| Err(Stop::usage(Problem::error(text)));
    let letter_first = part.starts_with(|c: char| c.is_ascii_alphabetic());
    if !letter_first || !part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return refuse(format!(
            "`{whole}` is no name: write Latin letters, digits, `_` and `-`, a letter first, as in `HelpDesk` \
             or `help_desk`"
        ));
    }
    let snake = part.to_snake_case();
    match is_free(&snake) && is_free(&snake.to_upper_camel_case()) {
        true => Ok(snake),
        false => refuse(format!("`{whole}` is no name: `{snake}` is a keyword of Rust")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<(String, String, String, String)> {
        let name = Name::parse(text).ok()?;
        Some((name.path(), name.camel(), name.url(), name.title()))
    }

    #[test]
    fn one_name_in_many_spellings() {
        let expected = |path: &str, camel: &str, url: &str, title: &str| {
            Some((path.to_owned(), camel.to_owned(), url.to_owned(), title.to_owned()))
        };
        for text in ["HelpDesk", "help-desk", "help_desk", "helpDesk", "Help_Desk"] {
            assert_eq!(parse(text), expected("help_desk", "HelpDesk", "help-desk", "Help desk"), "{text}");
        }
        assert_eq!(parse("posts"), expected("posts", "Posts", "posts", "Posts"));
        assert_eq!(parse("admin/Posts"), expected("admin/posts", "Posts", "admin/posts", "Posts"));
        assert_eq!(
            parse("Back\\Office\\Posts2"),
            expected("back/office/posts2", "Posts2", "back/office/posts2", "Posts2")
        );
        assert_eq!(parse("HTTPServer"), expected("http_server", "HttpServer", "http-server", "Http server"));
    }

    #[test]
    fn what_is_no_name() {
        for text in [
            "", "2fa", "_a", "-a", "a b", "a.rs", "پست", "a//b", "/a", "a/", "..", "../a", "match", "self",
            "admin/fn", "Response",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
