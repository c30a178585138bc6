//! routing.json: which requests go to which controller.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jsonc_parser::ast::Value;
use ravand_core::{Address, Place, Problem};
use ravand_router::{Domain, Mount, Part, Pattern, Rule};

use crate::fields::{Field, Fields};
use crate::json::{Reader, head, read};
use crate::route_group::{self, Common, Group};
use crate::{Parsed, Permissions, Spanned, addresses, conditions, route_parts, route_values};

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
    /// How long its middlewares and actions may take together.
    pub timeout: Option<Duration>,
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
            let file = reader.file();
            let rules = reader.array(&file, RULES, root);
            let mut names = HashMap::new();
            add(reader, rules, package, &Group::default(), &mut names, &mut routing.routes);
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

/// Adds rules and, where a group stands among them, its rules.
fn add<'v>(
    reader: &mut Reader<'_>,
    rules: &'v [Value<'v>],
    owner: &str,
    group: &Group,
    names: &mut HashMap<String, usize>,
    routes: &mut Vec<Route>,
) {
    for value in rules {
        if route_group::is_group(value) {
            let Some(mut fields) = Fields::of_file(reader, RULES, value) else { continue };
            let inner = group.inside(reader, &mut fields, owner);
            let inside = fields.take("rules");
            route_group::refuse(reader, &mut fields);
            fields.refuse_rest(reader);
            if let Some(field) = inside {
                reader.not_empty(field.key, field.value);
                let rules = reader.array(field.key, RULES, field.value);
                add(reader, rules, owner, &inner, names, routes);
            }
            continue;
        }
        let errors = reader.errors();
        let route = route(reader, value, owner, group, names);
        routes.extend(route.filter(|_| reader.errors() == errors));
    }
}

fn route<'v>(
    reader: &mut Reader<'_>,
    value: &'v Value<'v>,
    owner: &str,
    group: &Group,
    names: &mut HashMap<String, usize>,
) -> Option<Route> {
    let mut fields = Fields::of_file(reader, RULES, value)?;
    let exceptions = fields.take("exceptions").map(|field| conditions::exceptions(reader, field, owner));
    let (paths, regex) = paths_and_regex(reader, &mut fields, exceptions.is_some());
    let target = target(reader, &mut fields, owner);
    let mut common = Common::read(reader, &mut fields, owner);
    group.fill(&mut common);
    if exceptions.is_some() && !(common.defaults.is_empty() && common.requirements_field.is_none()) {
        let problem = Problem::error("an exception route has neither `defaults` nor `requirements`");
        reader.report(problem.help("its action is given no parameters"), head(value));
    }
    let mut rule = Rule { paths, regex, ..Rule::default() };
    if let Some(field) = common.domain {
        rule.domains = conditions::domains(reader, field, &rule);
    }
    rule.methods = common.methods.unwrap_or_default();
    rule.schemes = common.schemes;
    rule.absolute = common.absolute.unwrap_or(false);
    rule.defaults = common.defaults;
    let name = fields.take("name").and_then(|field| name(reader, field, &group.name, names));
    rule.name = name.as_ref().map(|name| name.value.clone());
    fields.refuse_rest(reader);
    let rule = behind(reader, rule, &group.mount, value);
    let rule = rule.map(|mut rule| {
        route_values::apply(reader, &mut rule, &common.requirements, common.requirements_field);
        if let Some(misfit) = route_values::misfit(&rule) {
            reader.report(Problem::error(misfit), head(value));
        }
        rule
    });
    Some(Route {
        rule: rule?,
        name,
        target: target?,
        middleware: common.middleware,
        permissions: common.permissions.unwrap_or_default(),
        exceptions: exceptions.unwrap_or_default(),
        timeout: common.timeout,
        place: reader.place(head(value)),
    })
}

/// The rule behind what its groups have in front.
fn behind(reader: &mut Reader<'_>, rule: Rule, mount: &Mount, value: &Value<'_>) -> Option<Rule> {
    let rule = match rule.mounted(mount) {
        Ok(rule) => rule,
        Err(error) => {
            reader.report(Problem::error(error.to_string()), head(value));
            return None;
        }
    };
    // What the rule says itself was looked at where it stands; what it has from its groups is looked at here.
    if mount.prefix.is_empty() && mount.domains.is_empty() {
        return Some(rule);
    }
    let of_domains = |domain: &'_ Domain| match domain {
        Domain::Pattern(pattern) => pattern.names().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let mut fronts: Vec<Vec<String>> = rule.domains.iter().map(of_domains).collect();
    fronts.push(Vec::new());
    let of_path = |path: &Vec<Part>| path.iter().filter_map(Part::name).map(str::to_owned).collect();
    let mut paths: Vec<Vec<String>> = rule.paths.iter().map(of_path).collect();
    paths.extend(rule.regex.iter().map(|regex| regex.names().map(str::to_owned).collect()));
    let found = fronts.iter().find_map(|front| paths.iter().find_map(|path| twice(front.iter().chain(path))));
    let Some(name) = found else { return Some(rule) };
    let problem = Problem::error(format!("the parameter `{name}` is in the rule and in its group"));
    reader.report(problem.help("give one of them another name"), head(value));
    None
}

/// A name that comes a second time.
fn twice<'n>(names: impl Iterator<Item = &'n String>) -> Option<String> {
    let mut seen = HashSet::new();
    names.into_iter().find(|name| !seen.insert(*name)).cloned()
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

/// The name, with what the groups' names put in front of it.
fn name(
    reader: &mut Reader<'_>,
    field: Field<'_>,
    front: &str,
    names: &mut HashMap<String, usize>,
) -> Option<Spanned<String>> {
    let text = reader.filled_string(field.key, field.value)?;
    let name = format!("{front}{}", text.value);
    if let Some(line) = names.get(&name) {
        let problem = Problem::error(format!("a second route has the name `{name}`"));
        reader.report(problem.help(format!("the first is on line {line}")), text.range);
        return None;
    }
    names.insert(name.clone(), reader.line(text.range));
    Some(reader.spanned(name, text.range))
}
