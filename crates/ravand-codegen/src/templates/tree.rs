//! Going through a template's tree.

use minijinja::machinery::ast::{BinOpKind, CallArg, Const, Expr, Spanned, Stmt};

use super::template::Span;

/// The expressions right below an expression.
pub(crate) fn inside<'t, 'a>(expression: &'t Expr<'a>) -> Vec<&'t Expr<'a>> {
    match expression {
        Expr::Var(_) | Expr::Const(_) => Vec::new(),
        Expr::Slice(slice) => {
            let bounds = [&slice.start, &slice.stop, &slice.step].into_iter().flatten();
            std::iter::once(&slice.expr).chain(bounds).collect()
        }
        Expr::UnaryOp(operation) => vec![&operation.expr],
        Expr::BinOp(operation) => vec![&operation.left, &operation.right],
        Expr::Compare(compare) => {
            std::iter::once(&compare.expr).chain(compare.ops.iter().map(|one| &one.expr)).collect()
        }
        Expr::IfExpr(choice) => {
            [&choice.test_expr, &choice.true_expr].into_iter().chain(&choice.false_expr).collect()
        }
        Expr::Filter(filter) => filter.expr.iter().chain(arguments(&filter.args)).collect(),
        Expr::Test(test) => std::iter::once(&test.expr).chain(arguments(&test.args)).collect(),
        Expr::GetAttr(attribute) => vec![&attribute.expr],
        Expr::GetItem(item) => vec![&item.expr, &item.subscript_expr],
        Expr::Call(call) => std::iter::once(&call.expr).chain(arguments(&call.args)).collect(),
        Expr::List(list) => list.items.iter().collect(),
        Expr::Tuple(tuple) => tuple.items.iter().collect(),
        Expr::Map(map) => map.keys.iter().chain(&map.values).collect(),
    }
}

/// The values of a call's arguments.
pub(crate) fn arguments<'t, 'a>(arguments: &'t [CallArg<'a>]) -> impl Iterator<Item = &'t Expr<'a>> {
    arguments.iter().map(|argument| match argument {
        CallArg::Pos(value)
        | CallArg::Kwarg(_, value)
        | CallArg::PosSplat(value)
        | CallArg::KwargSplat(value) => value,
    })
}

/// The bodies of a statement, and the expressions of its own.
pub(crate) fn parts<'t, 'a>(statement: &'t Stmt<'a>) -> (Vec<&'t Expr<'a>>, Vec<&'t [Stmt<'a>]>) {
    match statement {
        Stmt::Template(template) => (Vec::new(), vec![&template.children]),
        Stmt::EmitExpr(emit) => (vec![&emit.expr], Vec::new()),
        Stmt::EmitRaw(_) => (Vec::new(), Vec::new()),
        Stmt::ForLoop(each) => {
            let expressions = std::iter::once(&each.iter).chain(&each.filter_expr).collect();
            (expressions, vec![&each.body, &each.else_body])
        }
        Stmt::IfCond(choice) => (vec![&choice.expr], vec![&choice.true_body, &choice.false_body]),
        Stmt::WithBlock(with) => {
            (with.assignments.iter().map(|(_, value)| value).collect(), vec![&with.body])
        }
        Stmt::Set(set) => (vec![&set.expr], Vec::new()),
        Stmt::SetBlock(set) => (set.filter.iter().collect(), vec![&set.body]),
        Stmt::AutoEscape(escape) => (vec![&escape.enabled], vec![&escape.body]),
        Stmt::FilterBlock(filter) => (vec![&filter.filter], vec![&filter.body]),
        Stmt::Block(block) => (Vec::new(), vec![&block.body]),
        Stmt::Import(import) => (vec![&import.expr], Vec::new()),
        Stmt::FromImport(import) => (vec![&import.expr], Vec::new()),
        Stmt::Extends(extends) => (vec![&extends.name], Vec::new()),
        Stmt::Include(include) => (vec![&include.name], Vec::new()),
        Stmt::Macro(declared) => (declared.defaults.iter().collect(), vec![&declared.body]),
        Stmt::CallBlock(call) => {
            let called = std::iter::once(&call.call.expr).chain(arguments(&call.call.args));
            (called.chain(&call.macro_decl.defaults).collect(), vec![&call.macro_decl.body])
        }
        Stmt::Do(call) => {
            (std::iter::once(&call.call.expr).chain(arguments(&call.call.args)).collect(), Vec::new())
        }
    }
}

/// The names that a target of an assignment gives a value.
pub(crate) fn targets<'a>(target: &Expr<'a>) -> Vec<&'a str> {
    match target {
        Expr::Var(name) => vec![name.id],
        Expr::List(list) => list.items.iter().flat_map(targets).collect(),
        Expr::Tuple(tuple) => tuple.items.iter().flat_map(targets).collect(),
        _ => Vec::new(),
    }
}

/// A string literal, and where it stands without its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Literal {
    pub(crate) fn of(constant: &Spanned<Const>) -> Option<Self> {
        let text = constant.value.as_str()?.to_owned();
        let (start, end) = (constant.span().start_offset as usize, constant.span().end_offset as usize);
        let length = end.saturating_sub(start).saturating_sub(2);
        Some(Self { text, span: Span { start: start + 1, length } })
    }
}

/// The string literals that an expression may be, and whether it can be nothing else.
pub(crate) fn literals(expression: &Expr<'_>) -> (Vec<Literal>, bool) {
    match expression {
        Expr::Const(constant) => {
            let literal = Literal::of(constant);
            let is_text = literal.is_some();
            (literal.into_iter().collect(), is_text)
        }
        Expr::IfExpr(choice) => {
            let (mut found, certain) = literals(&choice.true_expr);
            let (others, others_certain) = choice.false_expr.as_ref().map(literals).unwrap_or_default();
            found.extend(others);
            (found, certain && others_certain)
        }
        Expr::BinOp(operation) if matches!(operation.op, BinOpKind::ScOr) => {
            (literals(&operation.right).0, false)
        }
        _ => (Vec::new(), false),
    }
}

/// The first and the last name of what looks like a path without quotes: `parts` and `html` of `parts/ticket.html`.
pub(crate) fn bare_path<'a>(expression: &Expr<'a>) -> Option<(&'a str, &'a str)> {
    let (first, last, is_divided) = bare(expression)?;
    (is_divided || last == "html").then_some((first, last))
}

fn bare<'a>(expression: &Expr<'a>) -> Option<(&'a str, &'a str, bool)> {
    match expression {
        Expr::Var(name) => Some((name.id, name.id, false)),
        Expr::GetAttr(attribute) => {
            let (first, _, is_divided) = bare(&attribute.expr)?;
            Some((first, attribute.name, is_divided))
        }
        Expr::BinOp(operation) if matches!(operation.op, BinOpKind::Div | BinOpKind::Sub) => {
            Some((bare(&operation.left)?.0, bare(&operation.right)?.1, true))
        }
        _ => None,
    }
}

/// The literal that a text put together of several begins with: `"status."` of `"status." ~ name`.
pub(crate) fn beginning(expression: &Expr<'_>) -> Option<Literal> {
    let Expr::BinOp(operation) = expression else { return None };
    if !matches!(operation.op, BinOpKind::Concat | BinOpKind::Add) {
        return None;
    }
    match &operation.left {
        Expr::Const(constant) => Literal::of(constant),
        left => beginning(left),
    }
}
