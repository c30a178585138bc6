//! The straight way through the tree: most paths are found without turning
//! back, and without knowing all of their segments before.

use crate::method::Method;
use crate::tree::{Key, Leaf, Node, ROOT, Tree};
use crate::walk::Values;
use crate::words::{Short, Words, first_equal};
use crate::{Request, Router};

/// What a straight way came to.
pub(crate) enum Straight<'r> {
    /// The path that wins.
    Found(&'r Leaf),
    /// No path of the tree takes this one, with whatever method.
    Nothing,
    /// Only a walk can tell.
    Unsure,
}

/// Goes from segment to segment of a path, whose slashes all separate, as
/// long as there is no doubt: static parts before dynamic ones. An empty
/// segment, a wildcard that leaves something over, or a way that was passed
/// by and could still win leave it unsure. The first segment begins at `at`;
/// the values on the way are added to `values`.
#[inline(always)]
pub(crate) fn straight<'r>(
    router: &Router,
    tree: &'r Tree,
    request: &Request<'_>,
    (path, mut at): (&str, usize),
    values: &mut Values,
) -> Straight<'r> {
    let short = Short::of(path);
    let words = Words::new(path, &short);
    let Some(mut node) = tree.nodes.first() else { return Straight::Nothing };
    // The best rank on the ways that were passed by.
    let mut passed = u32::MAX;
    while at < words.len() {
        let (first, mut end) = segment(words, at);
        if end == at {
            return Straight::Unsure;
        }
        let child = match node.size {
            0 => None,
            _ => tree.child(node, path, Key::new(words, first, (at, end)), (at, end)),
        };
        node = match child {
            Some(child) => {
                passed = passed.min(node.best_edge);
                child
            }
            None => {
                let child = match node.plain {
                    // It has no edge at all.
                    ROOT if node.best_edge == u32::MAX => None,
                    ROOT => edge(tree, node, path, (at, &mut end), &mut passed),
                    plain => tree.nodes.get(plain as usize),
                };
                let Some(child) = child else { return dead_end(tree, node, passed) };
                values.push((at, end));
                child
            }
        };
        at = end + 1;
    }
    if node.leaf.rank < passed && node.leaf.serves(Method::new(request.method), request.scheme) {
        return Straight::Found(&node.leaf);
    }
    ending(router, tree, node, request, passed)
}

/// The first eight bytes of a segment, with what follows, and its end.
#[inline(always)]
fn segment(words: Words<'_>, start: usize) -> (u64, usize) {
    let first = words.at(start);
    let (mut at, mut word) = (start, first);
    loop {
        let slash = first_equal(word, b'/');
        if slash != 0 {
            return (first, at + slash.trailing_zeros() as usize / 8);
        }
        at += 8;
        if at >= words.len() {
            return (first, words.len());
        }
        word = words.at(at);
    }
}

/// The node behind the first edge that takes the segment, or behind a
/// wildcard that takes all of the rest: then `end` moves there. `passed`
/// hears of the ways that come after it.
#[cold]
fn edge<'r>(
    tree: &'r Tree,
    node: &Node,
    path: &str,
    (at, end): (usize, &mut usize),
    passed: &mut u32,
) -> Option<&'r Node> {
    let reach = tree.reaches.get(node.reach as usize)?;
    let edges = tree.edges.get(reach.edges as usize..reach.edges_end as usize)?;
    let (dynamics, wildcards) = edges.split_at_checked((reach.wildcards - reach.edges) as usize)?;
    let segment = path.get(at..*end)?;
    if let Some(taken) = dynamics.iter().position(|edge| tree.accepts(edge, segment)) {
        let later = edges.get(taken + 1..)?.iter();
        *passed = later.map(|edge| edge.best).fold(*passed, u32::min);
        return tree.nodes.get(edges.get(taken)?.child as usize);
    }
    let [wildcard] = wildcards else { return None };
    let child = tree.nodes.get(wildcard.child as usize)?;
    let rest = path.get(at..)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let only = tree.reaches.get(child.reach as usize)?.most == 0;
    if !only || rest.ends_with('/') || !tree.accepts(wildcard, rest) {
        return None;
    }
    *end = at + rest.len();
    Some(child)
}

/// What the paths that end at a node come to, where the first of them does
/// not serve at once.
#[cold]
fn ending<'r>(
    router: &Router,
    tree: &'r Tree,
    node: &Node,
    request: &Request<'_>,
    passed: u32,
) -> Straight<'r> {
    let conditions = router.conditions(request);
    let reach = tree.reaches.get(node.reach as usize);
    let leaves = reach.and_then(|reach| tree.leaves.get(reach.leaves())).unwrap_or_default();
    for leaf in leaves.iter().take_while(|leaf| leaf.rank < passed) {
        let alternative = router.alternatives.get(leaf.rank as usize);
        if alternative.is_some_and(|one| one.accepts(&conditions) && one.methods.serve(&conditions.method)) {
            return Straight::Found(leaf);
        }
    }
    if leaves.is_empty() { dead_end(tree, node, passed) } else { Straight::Unsure }
}

/// Nothing, unless there is a wildcard or a way that was passed by.
#[cold]
fn dead_end<'r>(tree: &Tree, node: &Node, passed: u32) -> Straight<'r> {
    let wildcards =
        tree.reaches.get(node.reach as usize).is_none_or(|reach| reach.wildcards < reach.edges_end);
    if wildcards || passed != u32::MAX { Straight::Unsure } else { Straight::Nothing }
}

#[cfg(test)]
mod tests {
    use super::{Straight, straight};
    use crate::walk::Values;
    use crate::{Part, Pattern, Request, Router, Rule, parts};

    fn check(rules: &[&str], table: &[(&str, &str)]) {
        let mut builder = Router::builder();
        for text in rules {
            let (method, path) = text.split_once(' ').unwrap_or(("GET", text));
            let mut path = parts(path);
            for part in &mut path {
                if let Part::Dynamic { name, regex, .. } | Part::Wildcard { name, regex, .. } = part
                    && name == "digits"
                {
                    *regex = Some(Pattern::parse(r"/^\d+$/").unwrap());
                }
            }
            builder.add(Rule { methods: vec![method.to_owned()], ..Rule::path(path) }).unwrap();
        }
        let router = builder.build();
        for (path, expected) in table {
            let mut values = Values::new();
            let found = straight(&router, &router.normal, &Request::get(path), (path, 1), &mut values);
            let told = match found {
                Straight::Found(leaf) => {
                    let values: Vec<&str> = values.iter().map(|&(start, end)| &path[start..end]).collect();
                    format!("{} {}", leaf.rule, values.join(" ")).trim_end().to_owned()
                }
                Straight::Nothing => "nothing".to_owned(),
                Straight::Unsure => "unsure".to_owned(),
            };
            assert_eq!(&told, expected, "{path}");
        }
    }

    #[test]
    fn usual_paths_need_no_walk() {
        check(
            &[
                "/",
                "/tickets",
                "/tickets/:id",
                "/tickets/new",
                "/tickets/:id/files/:file",
                "POST /tickets/:id/close",
                "/administration/statistics/of/everything",
                "/assets/:path...",
                "/orders/:digits",
                "/orders/:name",
            ],
            &[
                ("/", "0"),
                ("/tickets", "1"),
                ("/tickets/", "1"),
                ("/tickets/7", "2 7"),
                ("/tickets/7/", "2 7"),
                ("/tickets/new", "3"),
                ("/tickets/a-long-identifier/files/report.pdf", "4 a-long-identifier report.pdf"),
                ("/administration/statistics/of/everything", "6"),
                ("/administration/statistics/of/nothing", "nothing"),
                ("/assets/css/main.css", "7 css/main.css"),
                ("/assets/css/", "7 css"),
                ("/orders/x", "9 x"),
                ("/orders/7", "8 7"),
                ("/nothing", "nothing"),
                ("/ticket", "nothing"),
                ("/tickets2", "nothing"),
                // With a value in the middle, too, where a static part is not there.
                ("/tickets/7/files", "nothing"),
                // It may be a 405, a wildcard may take nothing, a segment is empty, another way is open.
                ("/tickets/7/close", "unsure"),
                ("/assets", "unsure"),
                ("/assets//a", "unsure"),
                ("//", "unsure"),
                ("/orders/7/lines", "unsure"),
                ("/tickets/new/files/x", "unsure"),
            ],
        );
    }

    #[test]
    fn a_way_that_was_passed_by_can_win() {
        check(&["/:a/b/c", "/x/:b/:c"], &[("/x/b/c", "unsure"), ("/x/b/d", "unsure"), ("/y/b/c", "0 y")]);
        check(&["/:a/b/:c", "/x/:b/c"], &[("/x/b/c", "1 b"), ("/x/b/d", "unsure"), ("/y/b/c", "0 y c")]);
        check(&["/:digits", "/:name", "/:name/x"], &[("/7", "unsure"), ("/a", "unsure"), ("/7/x", "2 7")]);
    }
}
