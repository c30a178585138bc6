//! An explanation as a person reads it.

use ravand_core::nearest;
use ravand_manifest::Allow;
use ravand_router::Params;
use serde_json::Value;

use super::{Answer, Asked, Explanation, Row, Step};
use crate::{BAD, Column, DOUBTFUL, GOOD, QUIET, Screen, Table, count, paint};

/// More rules than these are not shown when already their first part is not the path's.
const MANY: usize = 40;
const METHODS: [&str; 9] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

impl Explanation<'_> {
    /// The explanation as it is shown on a screen; `all` shows every rule, however many they are.
    pub fn shown(&self, all: bool, screen: Screen) -> String {
        let Asked { method, scheme, host, path, query, .. } = self.asked;
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        let mut text = format!("{method} {}://{host}{path}{query}\n", scheme.as_str());
        text.push_str(&self.tried(all, screen));
        text.push('\n');
        match &self.answer {
            Answer::Found { row, path, params, lang } => {
                text.push_str(&facts("found", &self.found(row, *path, params, lang.as_deref()), screen));
            }
            Answer::Action { by, controller, params, lang } => {
                let mut list = vec![("by", (*by).to_owned()), ("controller", controller.clone())];
                list.extend(language_and(params, lang.as_deref()));
                text.push_str(&facts("found", &list, screen));
            }
            Answer::Redirect(to) => {
                let said = paint(DOUBTFUL, "redirected");
                text.push_str(&format!("{said} for good: the one address of this page is `{to}`"));
            }
            Answer::NotAllowed(allow) => {
                text.push_str(&format!("{}: {}", paint(BAD, "method not allowed"), allow.join(", ")));
                if let Some(upper) = METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(method))
                    && upper != method
                {
                    text.push_str(&format!("\nmethods are written in upper case: did you mean `{upper}`?"));
                }
            }
            Answer::NotFound => {
                text.push_str(&format!("{}: no rule is for this request", paint(BAD, "not found")));
                let paths: Vec<String> = self.before.iter().map(Step::path).collect();
                let nearest = nearest(path, paths.iter().map(String::as_str));
                if let Some(nearest) = nearest.filter(|nearest| *nearest != path) {
                    text.push_str(&format!("\nthe nearest path is `{nearest}`"));
                }
            }
        }
        text
    }

    /// The rules that were tried and why each was not the one.
    fn tried(&self, all: bool, screen: Screen) -> String {
        let near: Vec<&Step<'_>> = match all || self.before.len() <= MANY {
            true => self.before.iter().collect(),
            false => self.before.iter().filter(|step| !step.is_far()).collect(),
        };
        let paths = count(self.before.len(), "path");
        let mut text = match (self.before.as_slice(), &self.answer) {
            ([], Answer::Found { .. }) => "\nno rule was tried before the one that was found\n".to_owned(),
            ([], Answer::Redirect(_)) => "\nno rule was tried\n".to_owned(),
            ([], _) => "\nthere is no rule\n".to_owned(),
            (_, Answer::Found { .. }) => format!("\n{paths} tried before, in this order:\n"),
            _ => format!("\n{paths} tried, in this order:\n"),
        };
        let mut table = Table::new(&[Column::word(""), Column::word(""), Column::word(""), Column::word("")]);
        for step in near.iter() {
            table.row([step.row.route.rule.methods_text(), step.path(), step.why(), step.row.source()]);
        }
        text.push_str(&indented(&table, screen));
        let hidden = self.before.len() - near.len();
        if hidden > 0 {
            let more = format!(
                "  and {hidden} more that differ from the first part of the path on (--all shows them)"
            );
            text.push_str(&format!("{}\n", paint(QUIET, &more)));
        }
        text
    }

    fn found(
        &self,
        row: &Row,
        path: usize,
        params: &Params,
        lang: Option<&str>,
    ) -> Vec<(&'static str, String)> {
        let rule = &row.route.rule;
        let mut list = vec![
            ("rule", format!("{} {}", rule.methods_text(), rule.path_text(path))),
            ("source", format!("{}, number {} of its file from 0", row.source(), row.index)),
            ("package", row.package.clone()),
            ("controller", row.controller.clone()),
        ];
        list.extend(rule.name.clone().map(|name| ("name", name)));
        let middleware = row.route.middleware.iter();
        list.extend(middleware.map(|address| ("middleware", address.value.to_string())));
        list.extend(language_and(params, lang));
        if let Allow::Ask(address) = row.permission(self.asked.wants) {
            let text = format!("`{}` is asked at run time; taken for granted here", address.value);
            list.push(("permission", text));
        }
        list
    }
}

impl Step<'_> {
    fn path(&self) -> String {
        self.row.route.rule.path_text(self.tried.path)
    }
}

fn language_and(params: &Params, lang: Option<&str>) -> Vec<(&'static str, String)> {
    let parameter = |(name, value)| ("parameter", format!("{name} = {}", Value::from(value)));
    lang.map(|lang| ("language", lang.to_owned())).into_iter().chain(params.iter().map(parameter)).collect()
}

fn facts(title: &str, list: &[(&str, String)], screen: Screen) -> String {
    let mut table = Table::new(&[Column::word(""), Column::text("")]);
    for (name, value) in list {
        table.row([*name, value]);
    }
    format!("{}:\n{}", paint(GOOD, title), indented(&table, screen).trim_end_matches('\n'))
}

/// The rows of a table, each line set in.
fn indented(table: &Table, screen: Screen) -> String {
    let inner = Screen { width: screen.width.map(|width| width.saturating_sub(2)) };
    table.shown_bare(inner).lines().map(|line| format!("  {line}\n")).collect()
}
