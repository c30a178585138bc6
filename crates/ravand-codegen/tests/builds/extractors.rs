//! What is wrong between a rule and what its action asks of it; and who may decide about permissions.

use crate::support::{Case, ROUTING, Said, snapshot};

const SHOPS: &str = "packages/ticketing/src/controllers/shops.rs";

/// The fixture with one more rule, and one more controller whose action has these arguments.
fn case(rule: &str, arguments: &str) -> Case {
    let file = format!(
        "use ravand::prelude::*;\nuse crate::models::filters::Filter;\n\n#[derive(Controller)]\npub struct Shops;\n\n#[controller]\nimpl Shops {{\n    pub fn show(&self, {arguments}) {{}}\n}}\n"
    );
    let filters = "use ravand::prelude::*;\n\n#[derive(Deserialize)]\npub struct Filter {\n    pub shop: i64,\n    pub page: Option<u32>,\n    #[serde(default)]\n    pub order: String,\n}\n";
    let rule = format!("[\n  {{ {rule}, \"controller\": \"controllers/Shops@show\" }},");
    Case::new()
        .write(SHOPS, &file)
        .write("packages/ticketing/src/models/filters.rs", filters)
        .replace("packages/ticketing/package.json", "\"views\"],", "\"views\", \"models\"],")
        .replace(ROUTING, "[", &rule)
}

#[test]
fn what_fits() {
    let values = |values: &str| {
        format!("\"path\": [{{ \"type\": \"dynamic\", \"name\": \"shop\", \"values\": {values} }}]")
    };
    let regex = |regex: &str| {
        format!("\"path\": [{{ \"type\": \"dynamic\", \"name\": \"shop\", \"regex\": \"{regex}\" }}]")
    };
    let path = "\"path\": \"shops/:shop\"".to_owned();
    for (rule, arguments) in [
        (path.clone(), "Param(shop): Param<i64>"),
        (path.clone(), "Param(shop): Param<Option<Uuid>>"),
        (path.clone(), "Params(filter): Params<Filter>"),
        (path.clone(), "Params(filter): Params<crate::models::filters::Filter>"),
        (path.clone(), "Params(other): Params<other::Filter>, filters: Query<Filter>"),
        ("\"path\": \"shops\"".to_owned(), "Param(shop): Param<Option<i64>>"),
        (
            "\"paths\": [\"shops\", \"shops/:shop\"]".to_owned(),
            "Param(shop): Param<std::option::Option<i64>>",
        ),
        (
            "\"regex\": \"/^\\\\/shops(\\\\/(?<shop>[0-9]+))?$/\"".to_owned(),
            "Param(shop): Param<Option<i64>>",
        ),
        (
            "\"path\": \"x\", \"domain\": \"/^(?<shop>[a-z]+)\\\\.x$/\"".to_owned(),
            "Param(shop): Param<String>",
        ),
        (values("[\"1\", \"-2\", \"+3\"]"), "Param(shop): Param<i8>"),
        (values("[\"1.5\", \"nan\"]"), "Param(shop): Param<f32>"),
        (values("[\"true\"]"), "Param(shop): Param<bool>"),
        (values("[\"open\"]"), "Param(shop): Param<Status>"),
        (regex("/^-?[0-9]+$/"), "Param(shop): Param<u8>"),
        (regex("/^[a-z0-9]+$/"), "Param(shop): Param<u8>"),
        (regex("/^(true|yes)$/"), "Param(shop): Param<bool>"),
        (regex("/^.$/"), "Param(shop): Param<char>"),
    ] {
        assert_eq!(case(&rule, arguments).package(), "", "{rule} {arguments}");
    }
}

#[test]
fn what_does_not() {
    let mut said = Said::default();
    let mut check = |what: &str, rule: &str, arguments: &str| said.package(what, case(rule, arguments));
    let values = |values: &str| {
        format!("\"path\": [{{ \"type\": \"dynamic\", \"name\": \"shop\", \"values\": {values} }}]")
    };
    let regex = |regex: &str| {
        format!("\"path\": [{{ \"type\": \"dynamic\", \"name\": \"shop\", \"regex\": \"{regex}\" }}]")
    };
    check("words for a number", &values("[\"open\", \"closed\", \"1\"]"), "Param(shop): Param<i64>");
    check("a number too big", &values("[\"300\"]"), "Param(shop): Param<u8>");
    check("a sign for a number without", &regex("/^-[0-9]+$/"), "Param(shop): Param<u64>");
    check("digits for a yes or no", &regex("/^[0-9]+$/"), "Param(shop): Param<bool>");
    check("letters for a number that may be absent", &regex("/^[a-z]+$/"), "Param(shop): Param<Option<i16>>");
    check("a group of a regex", "\"regex\": \"/^\\\\/(?<shop>[a-z]+)$/\"", "Param(shop): Param<usize>");
    check(
        "a group of a domain",
        "\"path\": \"x\", \"domain\": \"/^(?<shop>[a-z]+)\\\\.example$/\"",
        "Param(shop): Param<u32>",
    );
    check(
        "a group that is not always there",
        "\"regex\": \"/^\\\\/shops(\\\\/(?<shop>[0-9]+))?$/\"",
        "Param(shop): Param<i64>",
    );
    check("not on every path", "\"paths\": [\"shops\", \"shops/:shop\"]", "Param(shop): Param<i64>");
    check("a struct's field", "\"path\": \"shops/:id\"", "Params(filter): Params<Filter>");
    check("a struct's field of another type", &values("[\"all\"]"), "Params(filter): Params<Filter>");
    said.package(
        "a struct in a controller's field",
        case("\"path\": \"shops\"", "cx: &Context").replace(
            SHOPS,
            "struct Shops;",
            "struct Shops { filter: Params<Filter> }",
        ),
    );
    snapshot!("what_does_not", said.0);
}

#[test]
fn permissions() {
    let controller = |method: &str| {
        let rule = "\"path\": \"shops\", \"permissions\": { \"api\": \"controllers/Shops@may\" }";
        case(rule, "cx: &Context").replace(
            SHOPS,
            "    pub fn show",
            &format!("    {method}\n    pub fn show"),
        )
    };
    for method in [
        "pub fn may(&self) -> Response { loop {} }",
        "pub async fn may(&self) -> Result<Response> { loop {} }",
        "pub async fn may(&self) -> Result<()> { loop {} }",
        "pub async fn may(&self) -> ravand::Result<StatusCode> { loop {} }",
        "pub fn may(&self) {}",
    ] {
        assert_eq!(controller(method).package(), "", "{method}");
    }
    let mut said = Said::default();
    said.package("a page", controller("pub fn may(&self) -> Result<View> { loop {} }"));
    said.package("a forward", controller("pub async fn may(&self) -> Result<Option<Forward>> { loop {} }"));
    said.package("a text", controller("pub async fn may(&self) -> &'static str { loop {} }"));
    said.package("a private method", controller("fn may(&self) -> Response { loop {} }"));
    said.package(
        "a parameter that the rule has not",
        controller("pub fn may(&self, Param(id): Param<i64>) -> Response { loop {} }"),
    );
    said.package(
        "a listener",
        controller("pub fn may(&self) {}").replace(ROUTING, "controllers/Shops@may", "listeners/Stats@watch"),
    );
    snapshot!("permissions", said.0);
}
