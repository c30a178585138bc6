//! The expressions of a template: is each name there, and has each value what is asked of it?

use minijinja::machinery::ast::{BinOpKind, Call, CallArg, Expr, Filter, Macro, Spanned, UnaryOpKind};

use super::data::{Data, NoAttribute, fields};
use super::scope::{asked, asked_by_condition, path};
use super::tree::arguments;
use super::vocabulary::{ENGINE_FUNCTIONS, FUNCTIONS, PAGE_VALUES};
use super::walk::Walk;

/// What a name is.
enum Name<'t, 'a> {
    Value(Data<'t, 'a>),
    Function,
    Missing,
}

impl<'t, 'a> Walk<'_, 't, 'a> {
    /// `{{ expression }}`.
    pub(super) fn emit(&mut self, expression: &Expr<'a>) {
        if let Expr::Var(name) = expression
            && matches!(self.name(name.id), Name::Function)
        {
            return self.report_not_called(name.id);
        }
        self.value(expression);
    }

    /// What an expression gives. What it asks for by `is defined` may be missing everywhere in it.
    pub(super) fn value(&mut self, expression: &Expr<'a>) -> Data<'t, 'a> {
        let mut guards = Vec::new();
        asked(expression, &mut guards);
        self.scope.guard(guards);
        let data = self.data(expression, false);
        self.scope.unguard();
        data
    }

    /// A condition, in which a value may be missing when other pages have it.
    pub(super) fn condition(&mut self, expression: &Expr<'a>) {
        let mut guards = Vec::new();
        asked(expression, &mut guards);
        self.scope.guard(guards);
        self.data(expression, true);
        self.scope.unguard();
    }

    /// `is_asked`: only whether it is true matters.
    fn data(&mut self, expression: &Expr<'a>, is_asked: bool) -> Data<'t, 'a> {
        match expression {
            Expr::Const(_) => Data::Unknown,
            Expr::Var(name) => self.variable(name.id, expression, is_asked),
            Expr::GetAttr(attribute) => {
                let base = self.data(&attribute.expr, false);
                self.attribute(&base, expression, &attribute.expr, attribute.name)
            }
            Expr::GetItem(item) => {
                let base = self.data(&item.expr, false);
                match &item.subscript_expr {
                    Expr::Const(key) => match key.value.as_str() {
                        // A list and a text have places, not names.
                        Some(_) if matches!(base, Data::List(_) | Data::Scalar(_)) => Data::Unknown,
                        Some(key) => base.attribute(key, self.shelf).unwrap_or(Data::Unknown),
                        None => base.at(key.value.as_usize()),
                    },
                    index => {
                        self.data(index, false);
                        base.at(None)
                    }
                }
            }
            Expr::Slice(slice) => {
                let base = self.data(&slice.expr, false);
                let bounds = [&slice.start, &slice.stop, &slice.step].into_iter().flatten();
                bounds.for_each(|bound| drop(self.data(bound, false)));
                base
            }
            Expr::UnaryOp(operation) => {
                self.data(&operation.expr, matches!(operation.op, UnaryOpKind::Not));
                Data::Unknown
            }
            Expr::BinOp(operation) => {
                let is_logic = matches!(operation.op, BinOpKind::ScAnd | BinOpKind::ScOr);
                self.data(&operation.left, is_logic);
                let mut guards = Vec::new();
                if is_logic {
                    asked_by_condition(&operation.left, &mut guards);
                }
                self.scope.guard(guards);
                self.data(&operation.right, is_logic && is_asked);
                self.scope.unguard();
                Data::Unknown
            }
            Expr::IfExpr(choice) => {
                self.data(&choice.test_expr, true);
                let mut guards = Vec::new();
                asked_by_condition(&choice.test_expr, &mut guards);
                self.scope.guard(guards);
                let data = self.data(&choice.true_expr, is_asked);
                if let Some(other) = &choice.false_expr {
                    self.data(other, is_asked);
                }
                self.scope.unguard();
                if choice.false_expr.is_none() { data } else { Data::Unknown }
            }
            Expr::Filter(filter) => self.filter(filter),
            Expr::Test(test) => {
                self.data(&test.expr, false);
                arguments(&test.args).for_each(|value| drop(self.data(value, false)));
                Data::Unknown
            }
            Expr::Call(call) => {
                self.called(call);
                Data::Unknown
            }
            Expr::Compare(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) => {
                let inner = super::tree::inside(expression);
                inner.into_iter().for_each(|inner| drop(self.data(inner, false)));
                Data::Unknown
            }
        }
    }

    fn name(&self, name: &str) -> Name<'t, 'a> {
        if let Some(data) = self.scope.find(name) {
            return Name::Value(data.clone());
        }
        if let Some(view) = &self.view {
            let object = Data::Object(view.data, view.package);
            if let Ok(data) = object.attribute(name, self.shelf) {
                return Name::Value(data);
            }
        }
        if self.known.added.contains(name) {
            return Name::Value(Data::Unknown);
        }
        if let Some(value) = PAGE_VALUES.iter().find(|value| value.name == name) {
            return Name::Value(Data::of_page(value.kind));
        }
        let is_function =
            FUNCTIONS.iter().any(|function| function.name == name) || ENGINE_FUNCTIONS.contains(&name);
        if is_function { Name::Function } else { Name::Missing }
    }

    fn variable(&mut self, name: &'a str, expression: &Expr<'a>, is_asked: bool) -> Data<'t, 'a> {
        match self.name(name) {
            Name::Value(data) => return data,
            // `self` is the page's blocks, `super` the block before.
            Name::Function => return Data::Unknown,
            Name::Missing if matches!(name, "self" | "super") => return Data::Unknown,
            Name::Missing => {}
        }
        let is_guarded = path(expression).is_some_and(|path| self.scope.is_guarded(&path));
        let may_be_elsewhere = is_asked && self.known.anywhere.contains(name);
        if !(is_guarded || may_be_elsewhere || self.scope.is_open() || self.known.is_open) {
            self.report_missing(name);
        }
        Data::Unknown
    }

    fn attribute(
        &mut self,
        base: &Data<'t, 'a>,
        expression: &Expr<'a>,
        of: &Expr<'a>,
        name: &'a str,
    ) -> Data<'t, 'a> {
        match base.attribute(name, self.shelf) {
            Ok(data) => data,
            Err(_) if path(expression).is_some_and(|path| self.scope.is_guarded(&path)) => Data::Unknown,
            Err(why) => self.no_attribute(path(of), name, &why),
        }
    }

    fn filter(&mut self, filter: &Filter<'a>) -> Data<'t, 'a> {
        let may_be_missing = matches!(filter.name, "default" | "d");
        let guard = filter.expr.as_ref().filter(|_| may_be_missing).and_then(path);
        self.scope.guard(guard.into_iter().collect());
        let data = filter.expr.as_ref().map_or(Data::Unknown, |value| self.data(value, false));
        self.scope.unguard();
        arguments(&filter.args).for_each(|value| drop(self.data(value, false)));
        match filter.name {
            "first" | "last" | "min" | "max" => data.element(),
            "sort" | "reverse" | "list" | "unique" | "select" | "reject" | "selectattr" | "rejectattr"
                if matches!(data, Data::List(_)) =>
            {
                data
            }
            _ => Data::Unknown,
        }
    }

    /// `function(…)`, `module.function(…)`.
    pub(super) fn called(&mut self, call: &Spanned<Call<'a>>) {
        match &call.expr {
            Expr::Var(name) if name.id == "super" => {
                if !self.super_block() {
                    self.report_no_super(name.id);
                }
            }
            Expr::Var(name) => match self.name(name.id) {
                Name::Value(Data::Macro(found)) => self.macro_arguments(found, call),
                Name::Value(Data::Unknown | Data::Keys("`loop`", _)) | Name::Function => {}
                Name::Value(data) => self.report_not_callable(name.id, &data),
                Name::Missing => self.no_function(name.id),
            },
            Expr::GetAttr(method) => self.method(&method.expr, method.name, call),
            other => drop(self.data(other, false)),
        }
        arguments(&call.args).for_each(|value| drop(self.data(value, false)));
    }

    fn method(&mut self, of: &Expr<'a>, name: &'a str, call: &Spanned<Call<'a>>) {
        if let Expr::Var(page) = of
            && page.id == "self"
            && self.scope.find("self").is_none()
        {
            if !self.own_block(name) {
                self.report_no_block(name);
            }
            return;
        }
        match self.data(of, false) {
            Data::Module(number) => match self.macro_of(number, name) {
                Some(found) => self.macro_arguments(found, call),
                None => {
                    if let Err(why) = Data::Module(number).attribute(name, self.shelf) {
                        self.no_attribute(path(of), name, &why);
                    }
                }
            },
            keys @ Data::Keys(..) => {
                if let Err(why) = keys.attribute(name, self.shelf) {
                    self.no_attribute(path(of), name, &why);
                }
            }
            Data::Unknown | Data::Map(_) | Data::Tuple(_) | Data::Macro(_) => {}
            Data::Object(..) | Data::Scalar(_) | Data::List(_) => self.report_no_method(of, name),
        }
    }

    /// The arguments that a macro does not take; it does without those that are missing.
    fn macro_arguments(&mut self, found: &Macro<'a>, call: &Spanned<Call<'a>>) {
        let takes: Vec<&str> = found.args.iter().flat_map(super::tree::targets).collect();
        let plain = call.args.iter().filter(|argument| matches!(argument, CallArg::Pos(_))).count();
        for argument in &call.args {
            let CallArg::Kwarg(name, _) = argument else { continue };
            if !takes.contains(name) && *name != "caller" {
                self.report_no_argument(name, found.name, &takes);
            }
        }
        if plain > takes.len() {
            let name = match &call.expr {
                Expr::Var(name) => name.id,
                Expr::GetAttr(method) => method.name,
                _ => return,
            };
            self.report_too_many(name, plain, &takes);
        }
    }

    fn no_function(&mut self, name: &'a str) {
        let may_be_bound = match self.view {
            Some(_) => self.scope.is_open() || self.known.is_open,
            None => true,
        };
        // Looked at by itself, a template may be given macros by who includes or extends it.
        if name != "caller" && !(may_be_bound && self.known.bound.contains(name)) {
            self.report_no_function(name);
        }
    }

    /// The names that a variable may have been meant to be.
    pub(super) fn candidates(&self) -> Vec<&'a str> {
        let mut names: Vec<&'a str> = Vec::new();
        if let Some(view) = &self.view {
            names.extend(fields(view.data, view.package, self.shelf));
        }
        names.extend(self.scope.names());
        names.extend(self.known.added.iter().copied());
        names.extend(PAGE_VALUES.iter().map(|value| value.name));
        names
    }

    /// Tells of an attribute that is not there.
    pub(super) fn no_attribute(
        &mut self,
        of: Option<super::scope::Path<'a>>,
        name: &'a str,
        why: &NoAttribute<'t, 'a>,
    ) -> Data<'t, 'a> {
        self.report_no_attribute(of.map(|path| path.join(".")), name, why);
        Data::Unknown
    }
}
