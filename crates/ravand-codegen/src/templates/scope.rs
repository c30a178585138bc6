//! Which names are there at a place of a template, and which of them are asked for before they are used.

use std::collections::BTreeMap;

use minijinja::machinery::ast::{BinOpKind, Expr, UnaryOpKind};

use super::data::Data;
use super::tree::inside;

/// The names that a template gives a value, innermost last.
#[derive(Default)]
pub(super) struct Scope<'t, 'a> {
    frames: Vec<Frame<'t, 'a>>,
    /// What `is defined` and the like allow to be missing.
    guards: Vec<Vec<Path<'a>>>,
}

#[derive(Default)]
struct Frame<'t, 'a> {
    names: BTreeMap<&'a str, Data<'t, 'a>>,
    /// There may be any names besides.
    open: bool,
}

/// `ticket.author` as a list of names.
pub(super) type Path<'a> = Vec<std::borrow::Cow<'a, str>>;

impl<'t, 'a> Scope<'t, 'a> {
    pub(super) fn push(&mut self, open: bool) {
        self.frames.push(Frame { open, ..Frame::default() });
    }

    pub(super) fn pop(&mut self) {
        self.frames.pop();
    }

    pub(super) fn bind(&mut self, name: &'a str, data: Data<'t, 'a>) {
        if let Some(frame) = self.frames.last_mut() {
            frame.names.insert(name, data);
        }
    }

    /// The value that the templates themselves give a name.
    pub(super) fn find(&self, name: &str) -> Option<&Data<'t, 'a>> {
        self.frames.iter().rev().find_map(|frame| frame.names.get(name))
    }

    /// Whether a name that is not there may be there all the same.
    pub(super) fn is_open(&self) -> bool {
        self.frames.iter().any(|frame| frame.open)
    }

    /// Every name.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.frames.iter().flat_map(|frame| frame.names.keys().copied())
    }

    pub(super) fn guard(&mut self, paths: Vec<Path<'a>>) {
        self.guards.push(paths);
    }

    pub(super) fn unguard(&mut self) {
        self.guards.pop();
    }

    /// Whether somebody asked before whether it is there.
    pub(super) fn is_guarded(&self, path: &Path<'_>) -> bool {
        self.guards.iter().flatten().any(|guard| guard == path)
    }
}

/// The path of an expression that is nothing but names.
pub(super) fn path<'a>(expression: &Expr<'a>) -> Option<Path<'a>> {
    match expression {
        Expr::Var(name) => Some(vec![name.id.into()]),
        Expr::GetAttr(attribute) => {
            let mut path = path(&attribute.expr)?;
            path.push(attribute.name.into());
            Some(path)
        }
        Expr::GetItem(item) => match &item.subscript_expr {
            Expr::Const(key) => {
                let mut path = path(&item.expr)?;
                path.push(key.value.as_str()?.to_owned().into());
                Some(path)
            }
            _ => None,
        },
        _ => None,
    }
}

/// What an expression asks for by `is defined` and `is undefined`, anywhere in it.
pub(super) fn asked<'a>(expression: &Expr<'a>, found: &mut Vec<Path<'a>>) {
    if let Expr::Test(test) = expression
        && matches!(test.name, "defined" | "undefined")
    {
        found.extend(path(&test.expr));
    }
    inside(expression).into_iter().for_each(|inner| asked(inner, found));
}

/// What a condition asks for, be it only whether it is true: behind it this is there, or was looked for.
pub(super) fn asked_by_condition<'a>(condition: &Expr<'a>, found: &mut Vec<Path<'a>>) {
    match condition {
        Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_) => found.extend(path(condition)),
        Expr::UnaryOp(operation) if matches!(operation.op, UnaryOpKind::Not) => {
            asked_by_condition(&operation.expr, found);
        }
        Expr::BinOp(operation) if matches!(operation.op, BinOpKind::ScAnd | BinOpKind::ScOr) => {
            asked_by_condition(&operation.left, found);
            asked_by_condition(&operation.right, found);
        }
        other => asked(other, found),
    }
}
