//! The walk through the tree for one path.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, DefaultHasher};

use smallvec::SmallVec;

use crate::alternative::{Alternative, Conditions};
use crate::method::Allow;
use crate::path::Span;
use crate::tree::{Edge, Node, Tree};

/// Where the values of a path's parameters lie in the text.
pub(crate) type Values = SmallVec<[Span; 8]>;

/// A search for the first path, in rank order, that takes all segments.
pub(crate) struct Walk<'a> {
    tree: &'a Tree,
    alternatives: &'a [Alternative],
    conditions: &'a Conditions<'a>,
    text: &'a str,
    spans: &'a [Span],
    /// The first rank that counts.
    floor: usize,
    best: Option<usize>,
    values: Values,
    /// Where the walk has been, for nodes that it can come to twice.
    seen: HashSet<(usize, usize), BuildHasherDefault<DefaultHasher>>,
}

/// Where a walk leaves what it finds.
struct Found<'a> {
    values: &'a mut Values,
    allow: &'a mut Allow,
}

impl<'a> Walk<'a> {
    /// A walk over the segments at `spans` of `text`.
    pub fn new(
        tree: &'a Tree,
        alternatives: &'a [Alternative],
        conditions: &'a Conditions<'a>,
        (text, spans): (&'a str, &'a [Span]),
        floor: usize,
    ) -> Walk<'a> {
        Walk {
            tree,
            alternatives,
            conditions,
            text,
            spans,
            floor,
            best: None,
            values: Values::new(),
            seen: HashSet::default(),
        }
    }

    /// The rank that wins; its values go to `best`, and rules that fail by
    /// their method alone to `allow`.
    pub fn run(mut self, best: &mut Values, allow: &mut Allow) -> Option<usize> {
        self.visit(0, 0, &mut Found { values: best, allow });
        self.best
    }

    fn visit(&mut self, index: usize, at: usize, found: &mut Found<'_>) {
        let tree = self.tree;
        let node = &tree.nodes[index];
        if self.hopeless(node, at) || (node.twice && !self.seen.insert((index, at))) {
            return;
        }
        let Some(&(start, end)) = self.spans.get(at) else {
            self.finish(node, found);
            return self.end_wildcards(node, found);
        };
        let segment = self.slice(start, end);
        if let Some(&child) = node.statics.get(segment) {
            self.visit(child, at + 1, found);
        }
        if start == end {
            return;
        }
        for edge in &node.dynamics {
            self.follow(edge, (start, end), at + 1, found);
        }
        for edge in &node.wildcards {
            self.wildcard(edge, at, found);
        }
    }

    /// Gives the wildcard as little as its followers leave over, then more.
    fn wildcard(&mut self, edge: &Edge, at: usize, found: &mut Found<'_>) {
        let child = &self.tree.nodes[edge.child];
        let all = self.spans.len();
        let first = at.max(all.saturating_sub(child.most.saturating_add(1)));
        let start = self.spans[at].0;
        for last in first..all.saturating_sub(child.fewest) {
            let (last_start, end) = self.spans[last];
            if last_start < end {
                self.follow(edge, (start, end), last + 1, found);
            }
        }
    }

    /// Wildcards at the end of a path take nothing, too.
    fn end_wildcards(&mut self, node: &Node, found: &mut Found<'_>) {
        for edge in &node.wildcards {
            if self.accepts(edge, (0, 0)) {
                self.values.push((0, 0));
                self.finish(&self.tree.nodes[edge.child], found);
                self.values.pop();
            }
        }
    }

    fn follow(&mut self, edge: &Edge, value: Span, at: usize, found: &mut Found<'_>) {
        let child = &self.tree.nodes[edge.child];
        let useless = self.hopeless(child, at) || (child.twice && self.seen.contains(&(edge.child, at)));
        if useless || !self.accepts(edge, value) {
            return;
        }
        self.values.push(value);
        self.visit(edge.child, at, found);
        self.values.pop();
    }

    /// Whether nothing below the node can win with the rest of the path.
    fn hopeless(&self, node: &Node, at: usize) -> bool {
        let rest = self.spans.len() - at;
        rest < node.fewest
            || rest > node.most
            || node.worst < self.floor
            || self.best.is_some_and(|best| node.best >= best)
    }

    fn accepts(&self, edge: &Edge, (start, end): Span) -> bool {
        edge.check.is_none_or(|check| self.tree.checks[check].accept(self.slice(start, end)))
    }

    fn finish(&mut self, node: &Node, found: &mut Found<'_>) {
        for &rank in &node.leaves {
            if self.best.is_some_and(|best| rank >= best) {
                return;
            }
            let alternative = &self.alternatives[rank];
            if rank < self.floor || !alternative.accepts(self.conditions) {
                continue;
            }
            if alternative.methods.serve(&self.conditions.method) {
                self.best = Some(rank);
                found.values.clone_from(&self.values);
                return;
            }
            found.allow.add(&alternative.methods);
        }
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }
}
