//! Load order: byte order, dependencies first, base before all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ravand_core::Place;
use ravand_manifest::{Spanned, load_order};

fn order(packages: &[(&str, &[&str])]) -> Result<String, String> {
    let owned: Vec<(&str, Vec<Spanned<String>>)> = packages
        .iter()
        .map(|(name, on)| {
            let place = Place::whole(format!("packages/{name}/package.json"));
            (*name, on.iter().map(|on| Spanned::new((*on).to_owned(), place.clone())).collect())
        })
        .collect();
    let given: Vec<(&str, &[Spanned<String>])> =
        owned.iter().map(|(name, on)| (*name, on.as_slice())).collect();
    load_order(&given).map(|order| order.join(" ")).map_err(|problems| problems.to_string())
}

fn check(packages: &[(&str, &[&str])], expected: &str) {
    assert_eq!(order(packages).as_deref(), Ok(expected));
}

#[test]
fn orders() {
    check(&[], "base");
    check(&[("b", &[]), ("a", &[])], "base a b");
    check(&[("b", &["base"]), ("Z", &[]), ("a_", &[])], "base Z a_ b");
    check(&[("a", &["c"]), ("b", &[]), ("c", &[]), ("d", &["a"])], "base b c a d");
    check(&[("a", &["b"]), ("b", &["c"]), ("c", &["d"]), ("d", &[])], "base d c b a");
    check(&[("base", &[]), ("a", &["base", "base"])], "base a");
}

#[test]
fn failures() {
    let mut shown = String::new();
    let mut show = |packages: &[(&str, &[&str])]| {
        shown += &format!("## {packages:?}\n{}\n", order(packages).unwrap_err());
    };
    show(&[("shop", &["user"]), ("users", &[])]);
    show(&[("a", &["zzz", "b"]), ("b", &["a"])]);
    show(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"]), ("d", &["c"])]);
    show(&[("a", &["a"])]);
    show(&[("c", &["a"]), ("b", &["c"]), ("a", &["b"]), ("y", &["x"]), ("x", &["y"])]);
    show(&[("help_desk", &[]), ("HelpDesk", &[])]);
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("failures", shown));
}

#[test]
fn a_long_chain_and_many_circles_end() {
    let names: Vec<String> = (0..400).map(|n| format!("p{n:03}")).collect();
    let places = |n: usize| Spanned::new(names[n].clone(), Place::whole("package.json"));
    let chain: Vec<Vec<_>> = (0..400).map(|n| if n < 399 { vec![places(n + 1)] } else { vec![] }).collect();
    let given: Vec<_> = names.iter().map(String::as_str).zip(chain.iter().map(Vec::as_slice)).collect();
    assert_eq!(load_order(&given).unwrap().len(), 401);
    let all: Vec<Vec<_>> = (0..60).map(|n| (0..60).filter(|on| *on != n).map(places).collect()).collect();
    let given: Vec<_> = names.iter().map(String::as_str).zip(all.iter().map(Vec::as_slice)).collect();
    assert!(load_order(&given).is_err());
}
