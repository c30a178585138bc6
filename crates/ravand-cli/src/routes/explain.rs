//! `match METHOD URL`: the rule that is found, and why those before it were not it.

use ravand_core::{Problem, nearest};
use ravand_manifest::Allow;
use ravand_router::{BadPath, Outcome, Params, Reason, Tried};
use serde_json::{Map, Value, json};

use super::RouteTable;
use super::request::{Asked, Bad, Wants};
use super::table::Row;
use crate::output::{self, BAD, GOOD, QUIET, count, line, paint};
use crate::stop::{End, Stop};

/// More rules than these are not shown when already their first part is not the path's.
const MANY: usize = 40;
const METHODS: [&str; 9] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// One path of a rule and what became of it.
struct Step<'t> {
    row: &'t Row,
    tried: Tried,
    /// A permission refuses it, though everything else fits.
    refused: Option<Wants>,
}

/// What is told in the end.
enum Answer<'t> {
    Found(&'t Row, usize, Params),
    NotAllowed(Vec<String>),
    NotFound,
}

/// The whole way of a request.
struct Way<'t> {
    before: Vec<Step<'t>>,
    answer: Answer<'t>,
}

pub(super) fn run(
    table: &RouteTable,
    method: &str,
    url: &str,
    as_json: bool,
    all: bool,
) -> Result<End, Stop> {
    let asked = Asked::read(Some(method), url, None, None);
    let way = asked.and_then(|asked| Ok((asked, way(table, &asked).map_err(Bad::Path)?)));
    let (asked, way) = match way {
        Ok(way) => way,
        Err(bad) => {
            let text = format!("bad request: {bad}");
            if !as_json {
                return Err(Problem::error(text).into());
            }
            output::say_json(&json!({ "error": text }))?;
            return Ok(End::Wrong);
        }
    };
    match as_json {
        true => output::say_json(&in_json(&asked, &way))?,
        false => output::say(&shown(&asked, &way, all))?,
    }
    Ok(if matches!(way.answer, Answer::Found(..)) { End::Done } else { End::Wrong })
}

fn way<'t>(table: &'t RouteTable, asked: &Asked<'_>) -> Result<Way<'t>, BadPath> {
    let mut before = Vec::new();
    for tried in table.router.explain(&asked.request())? {
        let Some(row) = table.rows.get(tried.rule) else { continue };
        let refused = (tried.matched() && row.refuses(asked.wants)).then_some(asked.wants);
        match &tried.params {
            Some(params) if refused.is_none() => {
                let answer = Answer::Found(row, tried.path, params.clone());
                return Ok(Way { before, answer });
            }
            _ => before.push(Step { row, tried, refused }),
        }
    }
    let answer = match table.find(asked) {
        Outcome::MethodNotAllowed { allow } => Answer::NotAllowed(allow),
        _ => Answer::NotFound,
    };
    Ok(Way { before, answer })
}

impl Step<'_> {
    fn why(&self) -> String {
        match self.refused {
            Some(wants) => format!("its permission refuses {0} requests (?{0}=1)", wants.word()),
            None => self.tried.to_string(),
        }
    }

    /// Not even the first part of its path fits.
    fn is_far(&self) -> bool {
        self.tried.failed.iter().any(|reason| matches!(reason, Reason::Path { parts: 0 } | Reason::Regex))
    }

    fn cells(&self) -> Vec<String> {
        vec![self.row.methods(), self.row.path(self.tried.path), self.why(), self.row.source()]
    }
}

fn shown(asked: &Asked<'_>, way: &Way<'_>, all: bool) -> String {
    let query = if asked.query.is_empty() { String::new() } else { format!("?{}", asked.query) };
    let (scheme, host, path) = (asked.scheme.as_str(), asked.host, asked.path);
    let mut text = format!("{} {scheme}://{host}{path}{query}\n", asked.method);
    let near: Vec<&Step<'_>> = match all || way.before.len() <= MANY {
        true => way.before.iter().collect(),
        false => way.before.iter().filter(|step| !step.is_far()).collect(),
    };
    let paths = count(way.before.len(), "path");
    match (way.before.as_slice(), &way.answer) {
        ([], Answer::Found(..)) => text.push_str("\nno rule was tried before the one that was found\n"),
        ([], _) => text.push_str("\nthere is no rule\n"),
        (_, Answer::Found(..)) => text.push_str(&format!("\n{paths} tried before, in this order:\n")),
        _ => text.push_str(&format!("\n{paths} tried, in this order:\n")),
    }
    let rows: Vec<Vec<String>> = near.iter().map(|step| step.cells()).collect();
    for row in aligned(&rows) {
        text.push_str(&format!("  {row}\n"));
    }
    let hidden = way.before.len() - near.len();
    if hidden > 0 {
        let more =
            format!("  and {hidden} more that differ from the first part of the path on (--all shows them)");
        text.push_str(&format!("{}\n", paint(QUIET, &more)));
    }
    text.push('\n');
    match &way.answer {
        Answer::Found(row, path, params) => text.push_str(&found(asked, row, *path, params)),
        Answer::NotAllowed(allow) => {
            let said = format!("{}: {}", paint(BAD, "method not allowed"), allow.join(", "));
            text.push_str(&said);
            if let Some(upper) = METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(asked.method))
                && upper != asked.method
            {
                text.push_str(&format!("\nmethods are written in upper case: did you mean `{upper}`?"));
            }
        }
        Answer::NotFound => {
            text.push_str(&format!("{}: no rule is for this request", paint(BAD, "not found")));
            let paths: Vec<String> = way.before.iter().map(|step| step.row.path(step.tried.path)).collect();
            let nearest = nearest(asked.path, paths.iter().map(String::as_str));
            if let Some(nearest) = nearest.filter(|nearest| *nearest != asked.path) {
                text.push_str(&format!("\nthe nearest path is `{nearest}`"));
            }
        }
    }
    text
}

fn found(asked: &Asked<'_>, row: &Row, path: usize, params: &Params) -> String {
    let mut facts = vec![
        ["rule", &format!("{} {}", row.methods(), row.path(path))].map(str::to_owned),
        ["source", &format!("{}, number {} of its file from 0", row.source(), row.index)].map(str::to_owned),
        ["package", row.package.as_str()].map(str::to_owned),
        ["controller", row.controller()].map(str::to_owned),
    ];
    if let Some(name) = &row.route.rule.name {
        facts.push(["name", name].map(str::to_owned));
    }
    for middleware in &row.route.middleware {
        facts.push(["middleware", middleware.value.as_str()].map(str::to_owned));
    }
    for (name, value) in params.iter() {
        facts.push(["parameter", &format!("{name} = {}", Value::from(value))].map(str::to_owned));
    }
    if let Allow::Ask(address) = row.permission(asked.wants) {
        let text = format!("`{}` is asked at run time; taken for granted here", address.value);
        facts.push(["permission".to_owned(), text]);
    }
    let rows: Vec<Vec<String>> = facts.into_iter().map(Vec::from).collect();
    let lines: Vec<String> = aligned(&rows).iter().map(|row| format!("  {row}")).collect();
    format!("{}:\n{}", paint(GOOD, "found"), lines.join("\n"))
}

fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    rows.iter().map(|row| line(row.iter().map(String::as_str), &widths)).collect()
}

fn in_json(asked: &Asked<'_>, way: &Way<'_>) -> Value {
    let tried: Vec<Value> = way.before.iter().map(step_json).collect();
    let mut value = json!({
        "request": {
            "method": asked.method, "scheme": asked.scheme.as_str(), "host": asked.host, "path": asked.path,
            "query": asked.query,
        },
        "tried": tried,
    });
    let (key, said) = match &way.answer {
        Answer::Found(row, path, params) => {
            let params: Map<String, Value> =
                params.iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
            let found = json!({
                "package": row.package, "index": row.index, "name": row.route.rule.name,
                "controller": row.controller(), "params": params, "lang": null, "path": row.path(*path),
                "source": row.source(),
            });
            ("found", found)
        }
        Answer::NotAllowed(allow) => {
            value["allow"] = json!(allow);
            ("error", "method not allowed".into())
        }
        Answer::NotFound => ("error", "not found".into()),
    };
    value[key] = said;
    value
}

fn step_json(step: &Step<'_>) -> Value {
    let mut why: Vec<String> = step.tried.failed.iter().map(ToString::to_string).collect();
    if step.refused.is_some() {
        why.push(step.why());
    }
    json!({
        "package": step.row.package, "index": step.row.index, "path": step.row.path(step.tried.path),
        "source": step.row.source(), "failed": why,
    })
}
