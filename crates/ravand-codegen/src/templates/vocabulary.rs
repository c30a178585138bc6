//! What every template can use: functions, filters, tests and values. A test of the framework holds the lists
//! against the engine that it really makes.

/// A function of the framework.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The names of its arguments, each of which is needed.
    pub arguments: &'static [&'static str],
    /// Whether it takes values by any name besides.
    pub takes_named: bool,
}

/// A value that every page has.
#[derive(Clone, Copy, Debug)]
pub struct PageValue {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: PageValueKind,
}

/// What a value of every page is.
#[derive(Clone, Copy, Debug)]
pub enum PageValueKind {
    /// A text.
    Text,
    /// True or false.
    Flag,
    /// A list of objects, each with these keys.
    List(&'static [&'static str]),
    /// An object with keys of any name.
    Object,
}

/// The framework's functions.
pub const FUNCTIONS: [Function; 14] = [
    function("asset", &["name"], false),
    function("csrf", &[], false),
    function("csrf_token", &[], false),
    function("date", &["unix"], false),
    function("datetime", &["unix"], false),
    function("error", &["field"], false),
    function("load_css", &[], false),
    function("load_js", &[], false),
    function("number", &["number"], false),
    function("relative", &["unix"], false),
    function("t", &["key"], true),
    function("t_html", &["key"], true),
    function("url", &["path"], true),
    function("url_for", &["name"], true),
];

/// The engine's own functions.
pub const ENGINE_FUNCTIONS: [&str; 4] = ["debug", "dict", "namespace", "range"];

/// The values of every page.
pub const PAGE_VALUES: [PageValue; 8] = [
    PageValue { name: "development", kind: PageValueKind::Flag },
    PageValue { name: "dir", kind: PageValueKind::Text },
    PageValue { name: "errors", kind: PageValueKind::Object },
    PageValue { name: "lang", kind: PageValueKind::Text },
    PageValue { name: "lang_tag", kind: PageValueKind::Text },
    PageValue { name: "languages", kind: PageValueKind::List(&["code", "tag", "name", "url", "current"]) },
    PageValue { name: "path", kind: PageValueKind::Text },
    PageValue { name: "query", kind: PageValueKind::Text },
];

/// What `loop` has inside of `{% for %}`.
pub const LOOP: [&str; 13] = [
    "index",
    "index0",
    "revindex",
    "revindex0",
    "first",
    "last",
    "length",
    "depth",
    "depth0",
    "previtem",
    "nextitem",
    "changed",
    "cycle",
];

/// The filters.
pub const FILTERS: [&str; 49] = [
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "chain",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "first",
    "float",
    "format",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "pprint",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "tojson",
    "trim",
    "unique",
    "upper",
    "urlencode",
    "zip",
];

/// The tests; those that are written as operators are left out.
pub const TESTS: [&str; 36] = [
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "equalto",
    "escaped",
    "even",
    "false",
    "filter",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "int",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "safe",
    "sameas",
    "sequence",
    "startingwith",
    "string",
    "test",
    "true",
    "undefined",
    "upper",
];

const fn function(name: &'static str, arguments: &'static [&'static str], takes_named: bool) -> Function {
    Function { name, arguments, takes_named }
}
