//! The words that the build knows of templates are those that the engine has.

#![expect(clippy::expect_used, reason = "a file of tests alone")]

use std::collections::BTreeSet;

use minijinja::{Environment, ErrorKind, context};
use ravand_codegen::templates::vocabulary::{
    ENGINE_FUNCTIONS, FILTERS, FUNCTIONS, Function, LOOP, PAGE_VALUES, TESTS,
};

use super::{functions, page};

fn engine() -> Environment<'static> {
    let mut templates = Environment::new();
    functions::add(&mut templates);
    templates
}

/// A list of names in the engine's own words: `filters: ["abs", "attr"]`.
fn told(templates: &Environment<'_>, list: &str) -> BTreeSet<String> {
    let text = format!("{templates:?}");
    let start = text.find(&format!("{list}: [")).expect("the engine tells its names") + list.len() + 2;
    let end = text[start..].find(']').expect("the list ends") + start;
    serde_json::from_str(&text[start..=end]).expect("the names are texts")
}

fn set<'n>(names: impl IntoIterator<Item = &'n str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[test]
fn names() {
    let templates = engine();
    let functions = FUNCTIONS.iter().map(|function| function.name).chain(ENGINE_FUNCTIONS);
    assert_eq!(templates.globals().map(|(name, _)| name.to_owned()).collect::<BTreeSet<_>>(), set(functions));
    assert_eq!(told(&templates, "filters"), set(FILTERS));
    let mut tests = told(&templates, "tests");
    tests.retain(|name| name.chars().all(char::is_alphanumeric));
    assert_eq!(tests, set(TESTS));
    // `errors` is given beside the page.
    assert_eq!(set(page::NAMES.into_iter().chain(["errors"])), set(PAGE_VALUES.map(|value| value.name)));
}

#[test]
fn the_loop() {
    let shown = engine().render_str("{% for a in [1] %}{{ loop|list|join(' ') }}{% endfor %}", context! {});
    let mut names = set(shown.unwrap().split(' '));
    names.extend(set(["changed", "cycle"]));
    assert_eq!(names, set(LOOP));
    let methods = "{% for a in [1] %}{{ loop.cycle(1) }}{{ loop.changed(1) }}{% endfor %}";
    assert_eq!(engine().render_str(methods, context! {}).unwrap(), "1True");
}

#[test]
fn arguments() {
    let templates = engine();
    let call = |function: &Function, count: usize, more: &str| {
        let value = |at: usize| match function.arguments.get(at) {
            Some(&("unix" | "number")) => "1",
            _ => "'x'",
        };
        let arguments: Vec<&str> =
            (0..count).map(value).chain([more].into_iter().filter(|more| !more.is_empty())).collect();
        let text = format!("{{{{ {}({}) }}}}", function.name, arguments.join(", "));
        templates.render_str(&text, context! {}).map_err(|error| error.kind()).expect_err(&text)
    };
    for function in &FUNCTIONS {
        let (name, takes) = (function.name, function.arguments.len());
        // Only a request's page is missing.
        assert_eq!(call(function, takes, ""), ErrorKind::InvalidOperation, "{name}");
        assert_eq!(call(function, takes + 1, ""), ErrorKind::TooManyArguments, "{name}");
        if takes > 0 {
            assert_eq!(call(function, takes - 1, ""), ErrorKind::MissingArgument, "{name}");
        }
        let named =
            if function.takes_named { ErrorKind::InvalidOperation } else { ErrorKind::TooManyArguments };
        assert_eq!(call(function, takes, "zz=1"), named, "{name}");
    }
}
