//! routing.json: which requests go to which controller.

use std::collections::HashMap;

use jsonc_parser::ast::Value;
use ravand_core::{Address, Place, Problem};
use ravand_router::{Part, Pattern, Rule};

use crate::fields::{Field, Fields};
use crate::json::{Reader, head, read};
use crate::{Parsed, Permissions, Spanned, addresses, conditions, route_parts, route_permissions};

/// The routes of a package, in the file's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routing {
    /// The routes. One that has an error is left out.
    pub routes: Vec<Route>,
}

/// A route: which requests, and who answers them.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Which requests.
    pub rule: Rule,
    /// The rule's name with its place; names are unique in an application.
    pub name: Option<Spanned<String>>,
    /// The method that answers.
    pub target: Spanned<Address>,
    /// What runs before it, in this order. An address may or may not have an `@method`.
    pub middleware: Vec<Spanned<Address>>,
    /// Whether the API and ajax are answered.
    pub permissions: Permissions,
    /// The classes of errors that this route answers; not empty for an exception route, whose path is a
    /// prefix. An error of the framework is named as [`ErrorKind::class`](ravand_core::ErrorKind::class)
    /// names it, or as one of its [`ancestry`](ravand_core::ErrorKind::ancestry); any other by its address.
    pub exceptions: Vec<Spanned<String>>,
    /// Where the rule begins.
    pub place: Place,
}

impl Routing {
    /// Reads a routing.json of a package.
    ///
    /// ```
    /// use ravand_manifest::Routing;
    /// use ravand_router::{Part, parts};
    ///
    /// let text = r#"[
    ///     { "path": "/tickets/:id", "method": "get", "controller": "controllers/Tickets@view" },
    /// ]"#;
    /// let (routing, _) = Routing::parse("ticketing", "routing.json", text).into_result()?;
    /// let route = &routing.routes[0];
    /// assert_eq!(route.rule.paths, [parts("/tickets/:id")]);
    /// assert_eq!(route.rule.methods, ["GET"]);
    /// assert_eq!(route.target.to_string(), "packages/ticketing/controllers/Tickets@view");
    /// # Ok::<(), ravand_core::Problems>(())
    /// ```
    pub fn parse(package: &str, file: &str, text: &str) -> Parsed<Self> {
        read(file, text, Self::default(), |reader, root, routing| {
            let mut names = HashMap::new();
            let file = reader.file();
            for rule in reader.array(&file, RULES, root) {
                let errors = reader.errors();
                let route = route(reader, rule, package, &mut names);
                routing.routes.extend(route.filter(|_| reader.errors() == errors));
            }
        })
    }
}

impl Route {
    /// Whether it answers errors, not requests.
    pub fn is_exception(&self) -> bool {
        !self.exceptions.is_empty()
    }
}

const RULES: &str = "an array of rules, each an object";

fn route<'v>(
    reader: &mut Reader<'_>,
    value: &'v Value<'v>,
    owner: &str,
    names: &mut HashMap<&'v str, usize>,
) -> Option<Route> {
    let mut fields = Fields::of_file(reader, RULES, value)?;
    let exceptions = fields.take("exceptions").map(|field| conditions::exceptions(reader, field, owner));
    let (paths, regex) = paths_and_regex(reader, &mut fields, exceptions.is_some());
    let target = target(reader, &mut fields, owner);
    let mut rule = Rule { paths, regex, ..Rule::default() };
    if let Some(field) = fields.take("method") {
        rule.methods = conditions::methods(reader, field);
    }
    if let Some(field) = fields.take("domain") {
        rule.domains = conditions::domains(reader, field, &rule);
    }
    if let Some(field) = fields.take("scheme") {
        rule.schemes = conditions::schemes(reader, field);
    }
    if let Some(field) = fields.take("absolute") {
        rule.absolute = reader.boolean(field.key, field.value).unwrap_or(false);
    }
    let name = fields.take("name").and_then(|field| name(reader, field, names));
    rule.name = name.as_ref().map(|name| name.value.clone());
    let mut middleware = Vec::new();
    if let Some(field) = fields.take("middleware") {
        let texts = reader.string_or_strings(field.key, field.value);
        middleware
            .extend(texts.into_iter().filter_map(|text| addresses::any(reader, field.key, text, owner)));
    }
    let permissions =
        fields.take("permissions").map(|field| route_permissions::permissions(reader, field, owner));
    fields.refuse_rest(reader);
    Some(Route {
        rule,
        name,
        target: target?,
        middleware,
        permissions: permissions.unwrap_or_default(),
        exceptions: exceptions.unwrap_or_default(),
        place: reader.place(head(value)),
    })
}

/// Which paths: one of `path`, `paths` and `regex`. An exception route without any is for all paths.
fn paths_and_regex(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    exception: bool,
) -> (Vec<Vec<Part>>, Option<Pattern>) {
    let given: Vec<Field<'_>> =
        ["path", "paths", "regex"].into_iter().filter_map(|key| fields.take(key)).collect();
    if let [first, second, ..] = given[..] {
        let problem = Problem::error(format!("a rule has `{}` or `{}`, not both", first.key, second.key));
        let line = reader.line(first.key_range);
        reader.report(problem.help(format!("`{}` is on line {line}", first.key)), second.key_range);
    }
    let Some(field) = given.first() else {
        if !exception {
            let problem = Problem::error("the rule has no `path`");
            let help = "add `path`, `paths` or `regex`; the front page is `\"/\"`";
            fields.miss(&["path", "paths", "regex"], problem.help(help));
        }
        return (vec![Vec::new()], None);
    };
    match field.key {
        "path" => (vec![route_parts::path(reader, field.key, field.value)], None),
        "paths" => {
            reader.not_empty(field.key, field.value);
            let all = reader.array(field.key, "an array of paths", field.value);
            (all.iter().map(|value| route_parts::path(reader, field.key, value)).collect(), None)
        }
        _ => {
            if exception {
                let problem =
                    Problem::error("an exception route has a path, which is a prefix, and no `regex`");
                reader.report(problem, field.key_range);
            }
            let text = reader.string(field.key, "a pattern such as `/^\\/[0-9]+$/`", field.value);
            (Vec::new(), text.and_then(|text| conditions::pattern(reader, field.key, text)))
        }
    }
}

fn target(reader: &mut Reader<'_>, fields: &mut Fields<'_>, owner: &str) -> Option<Spanned<Address>> {
    let Some(field) = fields.take_either(reader, "controller", "handler") else {
        let problem = Problem::error("the rule has no `controller`");
        let help = "name the method that answers, as in `controllers/Tickets@view`";
        fields.miss(&["controller", "handler"], problem.help(help));
        return None;
    };
    let text = reader.string(field.key, "the address of a controller's method", field.value)?;
    addresses::method(reader, field.key, text, owner)
}

fn name<'v>(
    reader: &mut Reader<'_>,
    field: Field<'v>,
    names: &mut HashMap<&'v str, usize>,
) -> Option<Spanned<String>> {
    let text = reader.filled_string(field.key, field.value)?;
    if let Some(line) = names.get(text.value) {
        let problem = Problem::error(format!("a second route has the name `{}`", text.value));
        reader.report(problem.help(format!("the first is on line {line}")), text.range);
        return None;
    }
    names.insert(text.value, reader.line(text.range));
    Some(reader.spanned(text.value.to_owned(), text.range))
}
