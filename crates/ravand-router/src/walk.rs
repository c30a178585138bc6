//! The walk through the tree for one path.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher};

use smallvec::SmallVec;

use crate::alternative::{Alternative, Conditions};
use crate::method::Allow;
use crate::path::{Path, Span};
use crate::separators::{Cursor, Separators};
use crate::tree::{Edge, Key, Leaf, Node, Reach, Tree};
use crate::words::Words;

/// Where the values of a path's parameters lie in the text.
pub(crate) type Values = SmallVec<[Span; 8]>;

/// A search for the first path, in rank order, that takes all segments.
///
/// It goes down where it can and notes the ways that it leaves open; at an
/// end it goes back to the last of them.
pub(crate) struct Walk<'a, 'r> {
    tree: &'r Tree,
    alternatives: &'r [Alternative],
    conditions: &'a Conditions<'a>,
    text: &'a str,
    words: Words<'a>,
    separators: &'a Separators,
    /// The first rank that counts.
    floor: u32,
    best: Option<&'r Leaf>,
    /// The values on the way to where the walk is.
    values: Values,
    open: SmallVec<[Way<'r>; 4]>,
    /// Where the segments begin, once it was asked.
    starts: SmallVec<[usize; 16]>,
    /// Where the walk has been, for nodes that it can come to twice.
    seen: HashSet<(u32, usize), Hasher>,
    /// From where on wildcards to such nodes have been followed to each end.
    followed: HashMap<u32, usize, Hasher>,
    /// The nodes that it has looked at, and the ends of wildcards.
    #[cfg(test)]
    pub steps: usize,
}

type Hasher = BuildHasherDefault<DefaultHasher>;

/// A way that is left open: an edge of a node.
#[derive(Clone, Copy)]
struct Way<'r> {
    node: &'r Node,
    edge: u32,
    /// Where the edge's value begins.
    from: Cursor,
    /// The last segment of the value, for a wildcard that was there before,
    /// and where it does not have to end any more.
    last: Option<(Cursor, usize)>,
}

/// Where a walk leaves what it finds.
struct Found<'a> {
    values: &'a mut Values,
    allow: &'a mut Allow,
}

impl<'a, 'r> Walk<'a, 'r> {
    /// A walk through a tree.
    pub fn new(
        tree: &'r Tree,
        alternatives: &'r [Alternative],
        conditions: &'a Conditions<'a>,
        path: &'a Path<'_>,
        floor: u32,
    ) -> Walk<'a, 'r> {
        Walk {
            tree,
            alternatives,
            conditions,
            text: &path.text,
            words: path.words(),
            separators: &path.separators,
            floor,
            best: None,
            values: Values::new(),
            open: SmallVec::new(),
            starts: SmallVec::new(),
            seen: HashSet::default(),
            followed: HashMap::default(),
            #[cfg(test)]
            steps: 0,
        }
    }

    /// The path that wins among those that take everything behind the
    /// cursor; its values go to `best`, and rules that fail by their method
    /// alone to `allow`.
    pub fn run(&mut self, cursor: Cursor, best: &mut Values, allow: &mut Allow) -> Option<&'r Leaf> {
        let mut found = Found { values: best, allow };
        let root = self.tree.nodes.first().filter(|root| self.hopeful(root, cursor));
        let mut next = root.map(|root| (root, cursor));
        while let Some((node, cursor)) = next {
            next = self.visit(node, cursor, &mut found);
            while next.is_none() {
                let Some(way) = self.open.pop() else { break };
                next = self.follow(way);
            }
        }
        self.best
    }

    /// Looks at a node: what ends there, and where it goes on.
    fn visit(&mut self, node: &'r Node, cursor: Cursor, found: &mut Found<'_>) -> Option<(&'r Node, Cursor)> {
        #[cfg(test)]
        {
            self.steps += 1;
        }
        let reach = self.reach(node);
        if reach.twice && !self.seen.insert((node.reach, cursor.at)) {
            return None;
        }
        if cursor.rest == 0 {
            self.finish(reach, found);
            self.end_wildcards(reach, found);
            return None;
        }
        let (segment, after) = self.separators.step(cursor);
        if segment.0 == segment.1 {
            return None;
        }
        let key = Key::new(self.words, self.words.at(segment.0), segment);
        let child = self.tree.child(node, self.text, key, segment);
        let child = child.filter(|child| self.hopeful(child, after));
        let way = Way { node, edge: reach.edges, from: cursor, last: None };
        let more = !reach.edges().is_empty();
        match child {
            Some(child) => {
                if more {
                    self.open.push(way);
                }
                Some((child, after))
            }
            None if more => self.follow(way),
            None => None,
        }
    }

    /// Follows the first edge from this one on that takes something, and
    /// notes that there are more.
    fn follow(&mut self, mut way: Way<'r>) -> Option<(&'r Node, Cursor)> {
        let reach = self.reach(way.node);
        self.values.truncate(reach.params as usize);
        let (value, after) = self.separators.step(way.from);
        while way.edge < reach.wildcards {
            let (edge, child) = self.edge(way.edge);
            way.edge += 1;
            if self.hopeful(child, after) && self.fresh(child, after) && self.accepts(edge, value) {
                if way.edge < reach.edges_end {
                    self.open.push(way);
                }
                self.values.push(value);
                return Some((child, after));
            }
        }
        while way.edge < reach.edges_end {
            if let Some((value, after)) = self.wildcard(&mut way) {
                let (_, child) = self.edge(way.edge);
                self.open.push(way);
                self.values.push(value);
                return Some((child, after));
            }
            way.edge += 1;
        }
        None
    }

    /// The next value of a wildcard, and the place behind it: as little as
    /// its followers leave over, then more. None if nothing behind can win.
    fn wildcard(&mut self, way: &mut Way<'r>) -> Option<(Span, Cursor)> {
        let (edge, child) = self.edge(way.edge);
        let reach = self.reach(child);
        let last = way.last.take();
        if !self.can_win(reach) {
            return None;
        }
        let (mut last, until) = match last {
            Some(going_on) => going_on,
            None => {
                // What its followers cannot take is its own.
                let most = (reach.most as usize).saturating_add(1);
                let first = if way.from.rest <= most { way.from } else { self.back(most) };
                (first, self.until(way))
            }
        };
        while last.rest > reach.fewest as usize && last.at < until {
            #[cfg(test)]
            {
                self.steps += 1;
            }
            let ((start, end), after) = self.separators.step(last);
            let value = (way.from.at, end);
            last = after;
            if start < end
                && self.hopeful(child, after)
                && self.fresh(child, after)
                && self.accepts(edge, value)
            {
                way.last = Some((last, until));
                return Some((value, after));
            }
        }
        None
    }

    /// Where a wildcard has been followed to every end already: it came from a
    /// place before, and what it takes is not checked. So that each wildcard is
    /// followed to each end once.
    fn until(&mut self, way: &Way<'r>) -> usize {
        let (edge, child) = self.edge(way.edge);
        if !self.reach(child).twice || edge.check.is_some() {
            return usize::MAX;
        }
        let followed = self.followed.entry(way.edge).or_insert(usize::MAX);
        std::mem::replace(followed, way.from.at.min(*followed))
    }

    /// The place with so many segments left.
    fn back(&mut self, rest: usize) -> Cursor {
        if rest == 1 {
            return self.separators.last();
        }
        if self.starts.is_empty() {
            self.starts.extend(self.separators.starts());
        }
        let at = self.starts.len().checked_sub(rest).and_then(|index| self.starts.get(index));
        Cursor { at: at.copied().unwrap_or(self.separators.end() + 1), rest }
    }

    /// Wildcards at the end of a path take nothing, too.
    fn end_wildcards(&mut self, reach: &Reach, found: &mut Found<'_>) {
        let nothing = (self.separators.end(), self.separators.end());
        for at in reach.wildcards..reach.edges_end {
            let (edge, child) = self.edge(at);
            if self.accepts(edge, nothing) {
                self.values.push(nothing);
                self.finish(self.reach(child), found);
                self.values.pop();
            }
        }
    }

    /// Whether something below the node can win with the rest of the path.
    fn hopeful(&self, node: &Node, cursor: Cursor) -> bool {
        let reach = self.reach(node);
        cursor.rest >= reach.fewest as usize && cursor.rest <= reach.most as usize && self.can_win(reach)
    }

    /// Whether something below the node can win.
    fn can_win(&self, reach: &Reach) -> bool {
        reach.worst >= self.floor && self.best.is_none_or(|best| reach.best < best.rank)
    }

    /// Whether the walk has not been there.
    fn fresh(&self, node: &Node, cursor: Cursor) -> bool {
        !self.reach(node).twice || !self.seen.contains(&(node.reach, cursor.at))
    }

    fn accepts(&self, edge: &Edge, (start, end): Span) -> bool {
        self.tree.accepts(edge, self.text.get(start..end).unwrap_or_default())
    }

    fn finish(&mut self, reach: &Reach, found: &mut Found<'_>) {
        for leaf in &self.tree.leaves[reach.leaves()] {
            if self.best.is_some_and(|best| leaf.rank >= best.rank) {
                return;
            }
            if leaf.rank < self.floor {
                continue;
            }
            let Conditions { method, scheme, .. } = *self.conditions;
            if leaf.serves(method, scheme) || self.tested(leaf, found) {
                self.best = Some(leaf);
                found.values.clone_from(&self.values);
                return;
            }
        }
    }

    /// Whether a path's rule is for the request, its hosts and the other
    /// names of its methods included.
    fn tested(&self, leaf: &Leaf, found: &mut Found<'_>) -> bool {
        let alternative = &self.alternatives[leaf.rank as usize];
        if !alternative.accepts(self.conditions) {
            return false;
        }
        let served = alternative.methods.serve(&self.conditions.method);
        if !served {
            found.allow.add(&alternative.methods);
        }
        served
    }

    fn reach(&self, node: &Node) -> &'r Reach {
        &self.tree.reaches[node.reach as usize]
    }

    /// An edge, and the node behind it.
    fn edge(&self, index: u32) -> (&'r Edge, &'r Node) {
        let edge = &self.tree.edges[index as usize];
        (edge, &self.tree.nodes[edge.child as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::{Values, Walk};
    use crate::method::Allow;
    use crate::path::Path;
    use crate::{Request, Router, Rule, parts};

    /// How many steps a walk takes, and how many nodes the tree has.
    fn steps<'a>(rules: impl IntoIterator<Item = &'a str>, path: &str) -> (usize, usize) {
        let mut builder = Router::builder();
        for rule in rules {
            builder.add(Rule::path(parts(rule))).unwrap();
        }
        let router = builder.build();
        let conditions = router.conditions(&Request::get(path));
        let path = Path::parse(path).unwrap();
        let mut walk = Walk::new(&router.normal, &router.alternatives, &conditions, &path, 0);
        walk.run(path.separators.first(), &mut Values::new(), &mut Allow::default());
        (walk.steps, router.normal.reaches.len())
    }

    #[test]
    fn what_cannot_win_is_left_out() {
        let many: Vec<String> = (0..1000).map(|at| format!("/:x/k{at}/:y/z")).collect();
        let many = || many.iter().map(String::as_str);
        for (path, expected) in [("/a/k7/b/z", 5), ("/a/k7/b", 0), ("/a/k7/b/z/z", 0), ("/a/no/b/z", 2)] {
            assert_eq!(steps(many(), path).0, expected, "{path}");
        }
        // A static path wins over all others that take it.
        let all = ["/a/b/c", "/:x/b/c", "/a/:x/c", "/:x...", "/a/:x...", "/:x.../c"];
        assert_eq!(steps(all, "/a/b/c").0, 4);
        // What follows a wildcard is looked for where it can be.
        assert_eq!(steps(["/:x.../end"], &"/x".repeat(1000)).0, 3);
        assert_eq!(steps(["/:x..."], &"/x".repeat(1000)).0, 3);
    }

    #[test]
    fn no_step_is_taken_twice() {
        let mut rules = vec!["/:a.../x/:b.../x/:c.../x/:d.../x/:e.../x/:f.../y".to_owned()];
        for at in 0..40 {
            rules.push(format!("/:a.../k{at}/:b.../k{at}/:c.../:d/x{at}"));
        }
        let rules = || rules.iter().map(String::as_str);
        for path in ["/x".repeat(400), "/x/k1/k2/k3/k3".repeat(80), "/k7".repeat(400)] {
            let (steps, nodes) = steps(rules(), &path);
            assert!(steps <= nodes * (400 + 1), "{steps} steps, {nodes} nodes: {path}");
        }
    }
}
