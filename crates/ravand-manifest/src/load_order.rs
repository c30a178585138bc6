//! The order in which packages are loaded: each after those that it depends on.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ravand_core::{AddressKey, Place, Problem, Problems};

use crate::Spanned;

/// The name of the framework's own package.
const BASE: &str = "base";

/// The packages in load order: folders in byte order, in repeated passes until the dependencies of each are
/// loaded. `base` is always the first and need not be given.
///
/// # Errors
/// All dependencies that are not there, all circles, and names that an address cannot tell apart.
///
/// ```
/// use ravand_manifest::{Manifest, load_order};
///
/// let read = |name: &str, text: &str| Manifest::parse(name, "package.json", text).value;
/// let shop = read("shop", r#"{ "dependencies": ["base", "users"] }"#);
/// let users = read("users", "{}");
/// let all = [&shop, &users].map(|manifest| (manifest.package.as_str(), manifest.dependencies.as_slice()));
/// assert_eq!(load_order(&all)?, ["base", "users", "shop"]);
/// # Ok::<(), ravand_core::Problems>(())
/// ```
pub fn load_order<'a>(packages: &[(&'a str, &'a [Spanned<String>])]) -> Result<Vec<&'a str>, Problems> {
    let mut problems = same_names(packages);
    let all: BTreeMap<&str, &[Spanned<String>]> =
        packages.iter().copied().filter(|(name, _)| *name != BASE).collect();
    problems.extend(missing(&all));
    problems.extend(circles(&all));
    if problems.has_errors() {
        return Err(problems);
    }
    Ok(passes(&all))
}

type Packages<'a> = BTreeMap<&'a str, &'a [Spanned<String>]>;

fn passes<'a>(all: &Packages<'a>) -> Vec<&'a str> {
    let mut order = vec![BASE];
    let mut loaded: HashSet<&str> = HashSet::from([BASE]);
    let mut before = 0;
    while before < order.len() {
        before = order.len();
        for (name, dependencies) in all {
            if !loaded.contains(name) && dependencies.iter().all(|on| loaded.contains(on.value.as_str())) {
                loaded.insert(name);
                order.push(name);
            }
        }
    }
    order
}

/// Names that differ in case and `_` only are one name in an address.
fn same_names(packages: &[(&str, &[Spanned<String>])]) -> Problems {
    let mut seen: HashMap<AddressKey, &str> = HashMap::new();
    let mut problems = Problems::default();
    for (name, _) in packages {
        if let Some(first) = seen.insert(AddressKey::of(name), name) {
            let problem =
                Problem::error(format!("the packages `{first}` and `{name}` have one name in addresses"));
            problems.push(problem.help("case and `_` make no difference there: rename one"));
        }
    }
    problems
}

fn missing(all: &Packages<'_>) -> Problems {
    let mut problems = Problems::default();
    for (name, dependencies) in all {
        for on in dependencies.iter().filter(|on| on.value != BASE && !all.contains_key(on.value.as_str())) {
            let problem =
                Problem::error(format!("the package `{name}` depends on `{}`, which is not there", on.value));
            let others = all.keys().copied().filter(|other| other != name).chain([BASE]);
            problems.push(problem.at(on.place.clone()).suggest(&on.value, others));
        }
    }
    problems
}

/// Goes down every dependency once; one that leads back to where the way came through closes a circle.
fn circles(all: &Packages<'_>) -> Problems {
    let mut problems = Problems::default();
    let mut drawn: BTreeSet<Vec<&str>> = BTreeSet::new();
    let mut done: HashSet<&str> = HashSet::new();
    for start in all.keys().copied() {
        let mut way = vec![(start, 0)];
        while let Some((name, next)) = way.last_mut() {
            let name = *name;
            let dependencies = all.get(name).copied().unwrap_or_default();
            let Some(on) = dependencies.get(*next).filter(|_| !done.contains(name)) else {
                done.insert(name);
                way.pop();
                continue;
            };
            *next += 1;
            let on = on.value.as_str();
            match way.iter().position(|(passed, _)| *passed == on) {
                Some(from) => {
                    let circle = from_smallest(way[from..].iter().map(|(name, _)| *name).collect());
                    if drawn.insert(circle.clone()) {
                        problems.push(circle_problem(all, &circle));
                    }
                }
                None if all.contains_key(on) => way.push((on, 0)),
                None => {}
            }
        }
    }
    problems
}

fn from_smallest(mut circle: Vec<&str>) -> Vec<&str> {
    if let Some((smallest, _)) = circle.iter().enumerate().min_by_key(|(_, name)| **name) {
        circle.rotate_left(smallest);
    }
    circle
}

fn circle_problem(all: &Packages<'_>, circle: &[&str]) -> Problem {
    let first = circle.first().copied().unwrap_or_default();
    let links: Vec<(&str, Option<&Place>)> = circle
        .iter()
        .zip(circle.iter().cycle().skip(1))
        .map(|(name, next)| {
            let dependencies = all.get(name).copied().unwrap_or_default();
            (*name, dependencies.iter().find(|on| on.value == *next).map(|on| &on.place))
        })
        .collect();
    let text = format!("packages depend on each other in a circle: {} → {first}", circle.join(" → "));
    let problem = Problem::error(text);
    let problem = if links.len() > 1 { problem.help(draw_circle(&links)) } else { problem };
    let problem = problem
        .help("one of them has to do without the next, or give what both need to a package of its own");
    match links.first() {
        Some((_, Some(place))) => problem.at((*place).clone()),
        _ => problem,
    }
}

/// A circle as a picture: its members from top to bottom, each with where it names the next.
///
/// ```
/// use ravand_core::Place;
///
/// let (a, b) = (Place::whole("a/package.json"), Place::whole("b/package.json"));
/// let drawn = ravand_manifest::draw_circle(&[("a", Some(&a)), ("b", Some(&b))]);
/// assert_eq!(drawn, "╭→ a   a/package.json:1:1\n╰─ b   b/package.json:1:1");
/// ```
pub fn draw_circle(links: &[(&str, Option<&Place>)]) -> String {
    let width = links.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let last = links.len().saturating_sub(1);
    let line = |(at, (name, place)): (usize, &(&str, Option<&Place>))| {
        let edge = match at {
            0 => "╭→ ",
            at if at == last => "╰─ ",
            _ => "│  ",
        };
        let place = place.map(|place| format!("   {place}")).unwrap_or_default();
        format!("{edge}{name:width$}{place}").trim_end().to_owned()
    };
    links.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}
