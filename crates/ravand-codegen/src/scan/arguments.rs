//! The literals that an expression may be, in a file's syntax.

use syn::{Block, Expr, Lit, LitStr, Stmt};

use crate::macros::plain;

/// The expression without references, parentheses, `.await` and `?` around it.
pub(crate) fn peeled(expression: &Expr) -> &Expr {
    match expression {
        Expr::Reference(inner) => peeled(&inner.expr),
        Expr::Paren(inner) => peeled(&inner.expr),
        Expr::Group(inner) => peeled(&inner.expr),
        Expr::Await(inner) => peeled(&inner.base),
        Expr::Try(inner) => peeled(&inner.expr),
        other => other,
    }
}

/// The string literals that the expression may be: itself, or those of the branches of an `if` or `match`.
pub(crate) fn literals(expression: &Expr) -> Vec<&LitStr> {
    match peeled(expression) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => vec![text],
            _ => Vec::new(),
        },
        Expr::MethodCall(call) if call.args.is_empty() => match plain(&call.method).as_str() {
            "to_owned" | "to_string" | "into" | "as_str" | "as_ref" => literals(&call.receiver),
            _ => Vec::new(),
        },
        Expr::If(branches) => {
            let mut found = last(&branches.then_branch);
            found.extend(branches.else_branch.iter().flat_map(|(_, other)| literals(other)));
            found
        }
        Expr::Match(arms) => arms.arms.iter().flat_map(|arm| literals(&arm.body)).collect(),
        Expr::Block(inner) => last(&inner.block),
        _ => Vec::new(),
    }
}

fn last(block: &Block) -> Vec<&LitStr> {
    match block.stmts.last() {
        Some(Stmt::Expr(expression, None)) => literals(expression),
        _ => Vec::new(),
    }
}
