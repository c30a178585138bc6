//! The tree of segments in the making: rules in, and the lists of the tree
//! out.

use std::collections::{BTreeMap, HashMap};

use crate::alternative::Alternative;
use crate::host::Hosts;
use crate::tree::{Check, Edge, Key, Leaf, Node, ROOT, Reach, Tree, small};
use crate::{Part, Rule};

/// A tree that paths are still added to.
struct Growing<'r> {
    nodes: Vec<Branch<'r>>,
    checks: Vec<Check>,
    /// The numbers of checks, by what they say.
    known: HashMap<String, u32>,
}

/// A node of it.
#[derive(Default)]
struct Branch<'r> {
    statics: BTreeMap<&'r str, u32>,
    dynamics: Vec<Edge>,
    wildcards: Vec<Edge>,
    leaves: Vec<Leaf>,
    /// How many parameters, and how many of them wildcards, lead here.
    params: u32,
    wild: u32,
    below: Below,
}

/// What a node knows of the paths that end there or below.
#[derive(Clone, Copy)]
struct Below {
    best: u32,
    worst: u32,
    fewest: u32,
    most: u32,
}

impl Tree {
    /// Compiles the paths of some alternatives, which are in rank order.
    pub fn new<'a>(
        rules: &[Rule],
        alternatives: impl Iterator<Item = &'a Alternative>,
        default_hosts: &Hosts,
    ) -> Tree {
        let mut growing =
            Growing { nodes: vec![Branch::default()], checks: Vec::new(), known: HashMap::new() };
        for alternative in alternatives {
            let place = alternative.place;
            let parts = rules.get(place.rule).and_then(|rule| rule.paths.get(place.path));
            growing.add(parts.map_or(&[][..], Vec::as_slice), Leaf::new(alternative, default_hosts));
        }
        growing.measure();
        growing.finish()
    }
}

impl<'r> Growing<'r> {
    fn add(&mut self, parts: &'r [Part], leaf: Leaf) {
        let mut at = 0;
        for part in parts {
            at = self.step(at, part) as usize;
        }
        self.nodes[at].leaves.push(leaf);
    }

    fn step(&mut self, at: usize, part: &'r Part) -> u32 {
        let next = small(self.nodes.len());
        let check = Check::of(part).map(|check| self.check(check));
        let node = &mut self.nodes[at];
        let (child, param, wild) = match part {
            Part::Static(text) => (*node.statics.entry(text).or_insert(next), 0, 0),
            Part::Dynamic { .. } => (edge(&mut node.dynamics, check, next), 1, 0),
            Part::Wildcard { .. } => (edge(&mut node.wildcards, check, next), 1, 1),
        };
        if child == next {
            let (params, wild) = (node.params + param, node.wild + wild);
            self.nodes.push(Branch { params, wild, ..Branch::default() });
        }
        child
    }

    /// Equal requirements are one, so that rules that share them share nodes.
    fn check(&mut self, check: Check) -> u32 {
        *self.known.entry(format!("{check:?}")).or_insert_with(|| {
            self.checks.push(check);
            small(self.checks.len() - 1)
        })
    }

    /// Fills in what nodes know of the nodes below them, and sorts edges by
    /// it. Children have larger indices than their parents.
    fn measure(&mut self) {
        for at in (0..self.nodes.len()).rev() {
            let node = &self.nodes[at];
            let mut below = Below::default();
            if let (Some(first), Some(last)) = (node.leaves.first(), node.leaves.last()) {
                below.add(Below { best: first.rank, worst: last.rank, fewest: 0, most: 0 });
            }
            let segments = node.statics.values().chain(node.dynamics.iter().map(|edge| &edge.child));
            for child in segments.map(|child| self.nodes[*child as usize].below) {
                let (fewest, most) = (child.fewest.saturating_add(1), child.most.saturating_add(1));
                below.add(Below { fewest, most, ..child });
            }
            for child in node.wildcards.iter().map(|edge| &self.nodes[edge.child as usize]) {
                let fewest = if child.leaves.is_empty() { child.below.fewest.saturating_add(1) } else { 0 };
                below.add(Below { fewest, most: u32::MAX, ..child.below });
            }
            let mut node = std::mem::take(&mut self.nodes[at]);
            node.below = below;
            for edges in [&mut node.dynamics, &mut node.wildcards] {
                for edge in &mut *edges {
                    edge.best = self.nodes[edge.child as usize].below.best;
                }
                edges.sort_by_key(|edge| edge.best);
            }
            self.nodes[at] = node;
        }
    }

    fn finish(self) -> Tree {
        let mut tree = Tree {
            nodes: vec![Node::EMPTY; EMPTY_TABLE as usize + 1],
            reaches: Vec::with_capacity(self.nodes.len()),
            edges: Vec::new(),
            leaves: Vec::new(),
            checks: self.checks,
            texts: Vec::new(),
        };
        // Where each node lies; parents come first and place their children.
        let mut places = vec![ROOT; self.nodes.len()];
        for (branch, index) in self.nodes.iter().zip(0..) {
            tree.push(branch, index, &mut places);
        }
        tree
    }
}

/// The table of all nodes without static children: one empty place.
const EMPTY_TABLE: u32 = ROOT + 1;

impl Tree {
    /// Fills in a node, and gives places to its children.
    fn push(&mut self, branch: &Branch<'_>, index: usize, places: &mut [u32]) {
        let (table, size) = self.table(&branch.statics, places);
        let mut placed = |edges: &[Edge]| {
            for edge in edges {
                let child = small(self.nodes.len());
                places[edge.child as usize] = child;
                self.nodes.push(Node::EMPTY);
                self.edges.push(Edge { child, ..*edge });
            }
            small(self.edges.len())
        };
        let edges = placed(&[]);
        let wildcards = placed(&branch.dynamics);
        let edges_end = placed(&branch.wildcards);
        let leaves = small(self.leaves.len());
        self.leaves.extend(&branch.leaves);
        let both = &self.edges[edges as usize..];
        let node = &mut self.nodes[places[index] as usize];
        (node.table, node.size) = (table, size);
        node.plain = match both {
            [Edge { check: None, child, .. }] if edges_end == wildcards => *child,
            _ => ROOT,
        };
        node.best_edge = both.iter().map(|edge| edge.best).min().unwrap_or(u32::MAX);
        node.reach = small(self.reaches.len());
        node.leaf = branch.leaves.first().copied().unwrap_or(Leaf::NONE);
        let Below { best, worst, fewest, most } = branch.below;
        self.reaches.push(Reach {
            best,
            worst,
            fewest,
            most,
            edges,
            wildcards,
            edges_end,
            leaves,
            leaves_end: small(self.leaves.len()),
            params: branch.params,
            twice: branch.wild > 1,
        });
    }

    /// Adds a table of static children, at most half full: where it begins,
    /// and its size.
    fn table(&mut self, statics: &BTreeMap<&str, u32>, places: &mut [u32]) -> (u32, u32) {
        if statics.is_empty() {
            return (EMPTY_TABLE, 0);
        }
        let start = self.nodes.len();
        let keys: Vec<Key> = statics.keys().map(|text| Key::of(text)).collect();
        let size = best_size(&keys);
        let mut keys: Vec<(u32, Key, &str, u32)> = keys
            .into_iter()
            .zip(statics)
            .map(|(key, (text, child))| (key.place(size), key, *text, *child))
            .collect();
        keys.sort_by_key(|(place, ..)| *place);
        let mut next = start;
        for (place, key, text, child) in keys {
            next = next.max(start + place as usize);
            self.nodes.resize(next + 1, Node::EMPTY);
            let node = &mut self.nodes[next];
            (node.key, node.text) = (key, small(self.texts.len()));
            if !key.is_whole() {
                self.texts.push(text.into());
            }
            places[child as usize] = small(next);
            next += 1;
        }
        let end = next.max(start + size as usize);
        self.nodes.resize(end + 1, Node::EMPTY);
        (small(start), size)
    }
}

/// The size of a table in which the fewest keys share a place with others: at
/// most four times their number.
fn best_size(keys: &[Key]) -> u32 {
    let mut taken = vec![0; 4 * keys.len()];
    let mut best = (usize::MAX, small(2 * keys.len()));
    for try_ in 1..=64 {
        let size = small(keys.len() + 3 * keys.len() * try_ / 64);
        let mut shared = 0;
        for key in keys {
            let place = &mut taken[key.place(size) as usize];
            shared += usize::from(*place == try_);
            *place = try_;
        }
        if shared < best.0 {
            best = (shared, size);
        }
        if shared == 0 {
            break;
        }
    }
    best.1
}

impl Default for Below {
    fn default() -> Below {
        Below { best: u32::MAX, worst: 0, fewest: u32::MAX, most: 0 }
    }
}

impl Below {
    fn add(&mut self, other: Below) {
        self.best = self.best.min(other.best);
        self.worst = self.worst.max(other.worst);
        self.fewest = self.fewest.min(other.fewest);
        self.most = self.most.max(other.most);
    }
}

fn edge(edges: &mut Vec<Edge>, check: Option<u32>, next: u32) -> u32 {
    match edges.iter().find(|edge| edge.check == check) {
        Some(edge) => edge.child,
        None => {
            edges.push(Edge { check, child: next, best: u32::MAX });
            next
        }
    }
}
