//! The compiled paths: a tree of segments.
//!
//! Every node knows the best and the worst rank below it and how many
//! segments it can still take, so that a walk leaves out what cannot win.
//! Paths of static parts alone are in a map of whole paths besides: no other
//! path of the tree ranks before them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::rank::Place;
use crate::{Part, Pattern, Rule};

/// A map of texts that come from rules, so that no sender chooses its keys.
pub(crate) type TextMap<T> = HashMap<Box<str>, T, BuildHasherDefault<TextHasher>>;

/// The paths of one class of rules.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub nodes: Vec<Node>,
    pub checks: Vec<Check>,
    /// Ranks of the paths without parameters, by their joined segments.
    pub fixed: TextMap<Vec<usize>>,
}

/// A node: what may follow a beginning of a path.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub statics: TextMap<usize>,
    pub dynamics: Vec<Edge>,
    pub wildcards: Vec<Edge>,
    /// The ranks of the paths that end here, in order.
    pub leaves: Vec<usize>,
    pub best: usize,
    pub worst: usize,
    /// The fewest and the most segments that may follow.
    pub fewest: usize,
    pub most: usize,
    /// Two wildcards lead here, so that a walk can come twice with the same
    /// rest of the path.
    pub twice: bool,
}

/// The way to a node through a parameter.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    /// The requirements of the parameter, if any.
    pub check: Option<usize>,
    pub child: usize,
}

/// The requirements of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    pub regex: Option<Pattern>,
    pub values: Vec<String>,
}

impl Check {
    /// Of a part that may have requirements.
    pub fn of(part: &Part) -> Option<Check> {
        let (regex, values) = match part {
            Part::Static(_) => return None,
            Part::Dynamic { regex, values, .. } | Part::Wildcard { regex, values, .. } => (regex, values),
        };
        let none = regex.is_none() && values.is_empty();
        (!none).then(|| Check { regex: regex.clone(), values: values.clone() })
    }

    /// Whether the value meets the requirements.
    pub fn accept(&self, value: &str) -> bool {
        (self.values.is_empty() || self.values.iter().any(|one| one == value))
            && self.regex.as_ref().is_none_or(|regex| regex.is_match(value))
    }
}

impl Tree {
    /// Compiles the paths at the given places.
    pub fn new<'a>(rules: &[Rule], places: impl Iterator<Item = &'a Place>) -> Tree {
        let mut tree = Tree { nodes: vec![Node::new(0)], checks: Vec::new(), fixed: TextMap::default() };
        let mut known = HashMap::new();
        for place in places {
            let parts = rules.get(place.rule).and_then(|rule| rule.paths.get(place.path));
            tree.add(parts.map_or(&[][..], Vec::as_slice), place.rank.0, &mut known);
        }
        tree.measure(0);
        tree
    }

    /// Whether no path is in it.
    pub fn is_empty(&self) -> bool {
        self.nodes[0].best == usize::MAX
    }

    fn add(&mut self, parts: &[Part], rank: usize, known: &mut HashMap<String, usize>) {
        let mut at = 0;
        let mut wildcards = 0;
        for part in parts {
            wildcards += usize::from(matches!(part, Part::Wildcard { .. }));
            at = self.step(at, part, wildcards, known);
        }
        self.nodes[at].leaves.push(rank);
        let segments: Option<Vec<&str>> = parts.iter().map(plain_segment).collect();
        if let Some(segments) = segments {
            self.fixed.entry(segments.join("/").into()).or_default().push(rank);
        }
    }

    fn step(
        &mut self,
        at: usize,
        part: &Part,
        wildcards: usize,
        known: &mut HashMap<String, usize>,
    ) -> usize {
        let next = self.nodes.len();
        let check = Check::of(part).map(|check| self.intern(check, known));
        let node = &mut self.nodes[at];
        let child = match part {
            Part::Static(text) => *node.statics.entry(text.as_str().into()).or_insert(next),
            Part::Dynamic { .. } => edge(&mut node.dynamics, check, next),
            Part::Wildcard { .. } => edge(&mut node.wildcards, check, next),
        };
        if child == next {
            self.nodes.push(Node::new(wildcards));
        }
        child
    }

    /// Equal requirements are one, so that rules that share them share nodes.
    fn intern(&mut self, check: Check, known: &mut HashMap<String, usize>) -> usize {
        let key = format!("{check:?}");
        *known.entry(key).or_insert_with(|| {
            self.checks.push(check);
            self.checks.len() - 1
        })
    }

    /// Fills in what nodes know of the nodes below them. Children have larger
    /// indices than their parents.
    fn measure(&mut self, root: usize) {
        for at in (root..self.nodes.len()).rev() {
            let node = &self.nodes[at];
            let mut sum = Sum::default();
            if let (Some(first), Some(last)) = (node.leaves.first(), node.leaves.last()) {
                sum.add(*first, *last, 0, 0);
            }
            let segments = node.statics.values().chain(node.dynamics.iter().map(|edge| &edge.child));
            for child in segments.map(|child| &self.nodes[*child]) {
                sum.add(
                    child.best,
                    child.worst,
                    child.fewest.saturating_add(1),
                    child.most.saturating_add(1),
                );
            }
            for child in node.wildcards.iter().map(|edge| &self.nodes[edge.child]) {
                let fewest = if child.leaves.is_empty() { child.fewest.saturating_add(1) } else { 0 };
                sum.add(child.best, child.worst, fewest, usize::MAX);
            }
            let node = &mut self.nodes[at];
            (node.best, node.worst, node.fewest, node.most) = (sum.best, sum.worst, sum.fewest, sum.most);
        }
        for at in root..self.nodes.len() {
            let mut node = std::mem::replace(&mut self.nodes[at], Node::new(0));
            node.dynamics.sort_by_key(|edge| self.nodes[edge.child].best);
            node.wildcards.sort_by_key(|edge| self.nodes[edge.child].best);
            self.nodes[at] = node;
        }
    }
}

impl Node {
    fn new(wildcards: usize) -> Node {
        Node {
            statics: TextMap::default(),
            dynamics: Vec::new(),
            wildcards: Vec::new(),
            leaves: Vec::new(),
            best: usize::MAX,
            worst: 0,
            fewest: usize::MAX,
            most: 0,
            twice: wildcards > 1,
        }
    }
}

/// A node's knowledge of what is below it.
struct Sum {
    best: usize,
    worst: usize,
    fewest: usize,
    most: usize,
}

impl Default for Sum {
    fn default() -> Sum {
        Sum { best: usize::MAX, worst: 0, fewest: usize::MAX, most: 0 }
    }
}

impl Sum {
    fn add(&mut self, best: usize, worst: usize, fewest: usize, most: usize) {
        self.best = self.best.min(best);
        self.worst = self.worst.max(worst);
        self.fewest = self.fewest.min(fewest);
        self.most = self.most.max(most);
    }
}

/// A short multiplicative hash, eight bytes a step.
#[derive(Clone, Copy, Default)]
pub(crate) struct TextHasher(u64);

impl Hasher for TextHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.mix(u64::from_le_bytes(last) ^ (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, _: u8) {} // The end mark of a text: its length is in already.

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

impl TextHasher {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

fn edge(edges: &mut Vec<Edge>, check: Option<usize>, next: usize) -> usize {
    match edges.iter().find(|edge| edge.check == check) {
        Some(edge) => edge.child,
        None => {
            edges.push(Edge { check, child: next });
            next
        }
    }
}

/// A static segment that a path without `%` can spell.
fn plain_segment(part: &Part) -> Option<&str> {
    match part {
        Part::Static(text) if !text.contains('/') => Some(text),
        _ => None,
    }
}
