//! One template: its text, its tree, and what of its names where.

use minijinja::machinery::ast::Stmt;
use minijinja::machinery::parse;
use minijinja::syntax::SyntaxConfig;
use ravand_core::{Place, Problem};

use super::names::Names;
use super::syntax;
use crate::files::Source;
use crate::scan::package::Package;

/// A template that was read, and parsed once.
pub(crate) struct Template<'a> {
    pub(crate) owner: &'a Package,
    /// The name of the theme that it is in; empty when that has none.
    pub(crate) theme: &'a str,
    /// Its path below `html/`.
    pub(crate) name: &'a str,
    source: &'a Source,
    /// Its statements; nothing when it does not parse.
    pub(crate) tree: Option<Stmt<'a>>,
    pub(crate) names: Names<'a>,
}

/// A piece of a template's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) length: usize,
}

impl<'a> Template<'a> {
    /// Parses a template; with what is wrong with it when it cannot be.
    pub(crate) fn parse(
        owner: &'a Package,
        theme: &'a str,
        name: &'a str,
        source: &'a Source,
    ) -> (Self, Option<Problem>) {
        let mut template = Self { owner, theme, name, source, tree: None, names: Names::default() };
        match parse(&source.text, name, SyntaxConfig::default()) {
            Ok(tree) => {
                template.names = Names::of(&source.text, &tree);
                template.tree = Some(tree);
                (template, None)
            }
            Err(error) => {
                let (problem, span) = syntax::problem(&source.text, &error);
                let problem = problem.at(template.place(span));
                (template, Some(problem))
            }
        }
    }

    /// Where a piece stands.
    pub(crate) fn place(&self, span: Span) -> Place {
        self.source.place_at(span.start, span.length)
    }

    /// Where a name stands that the tree took from the text.
    pub(crate) fn span(&self, name: &str) -> Span {
        span_of(&self.source.text, name)
    }

    /// Its statements.
    pub(crate) fn statements(&self) -> &[Stmt<'a>] {
        match &self.tree {
            Some(Stmt::Template(template)) => &template.children,
            _ => &[],
        }
    }
}

/// The span of a piece that was taken from the text, not copied: the tree has no places for names, but its names
/// are parts of the text.
pub(crate) fn span_of(text: &str, piece: &str) -> Span {
    let start = (piece.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    match start.checked_add(piece.len()).is_some_and(|end| end <= text.len()) {
        true => Span { start, length: piece.len() },
        false => Span { start: 0, length: 0 },
    }
}
