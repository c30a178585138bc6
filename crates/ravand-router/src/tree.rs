//! The compiled paths: a tree of segments.
//!
//! What most paths need of a node is in [`Node`], and a search goes from one
//! to the next in one list: the static children of a node are a small hash
//! table there. What a search with several ways needs besides, so that it
//! leaves out what cannot win, is in [`Reach`].

use std::ops::Range;

use crate::alternative::Alternative;
use crate::host::Hosts;
use crate::method::Method;
use crate::path::Span;
use crate::words::{Short, Words};
use crate::{Part, Pattern, Scheme};

/// The paths of one class of rules.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub nodes: Vec<Node>,
    pub reaches: Vec<Reach>,
    pub edges: Vec<Edge>,
    pub leaves: Vec<Leaf>,
    pub checks: Vec<Check>,
    /// The static segments that are longer than their keys tell.
    pub texts: Vec<Box<str>>,
}

/// The number of the root. It is nobody's child: where there is no child, it
/// stands.
pub(crate) const ROOT: u32 = 0;

/// A node: what may follow a beginning of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// The static segment that leads here; an empty one: nothing does.
    pub key: Key,
    /// Which text that is, where the key does not tell all of it.
    pub text: u32,
    /// Where the table of its static children begins, and how many places a
    /// hash can choose among. Those that find theirs taken follow behind, and
    /// an empty place ends the table.
    pub table: u32,
    pub size: u32,
    /// The node behind its only edge, if that takes every segment.
    pub plain: u32,
    /// The best rank on its edges.
    pub best_edge: u32,
    pub reach: u32,
    /// The best of the paths that end here; without one, one for nothing.
    pub leaf: Leaf,
}

/// What can be reached from a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// The best and the worst rank of the paths that end here or below.
    pub best: u32,
    pub worst: u32,
    /// The fewest and the most segments that may follow.
    pub fewest: u32,
    pub most: u32,
    /// Its edges: those of dynamic parts, then those of wildcards; each kind
    /// by the best rank.
    pub edges: u32,
    pub wildcards: u32,
    pub edges_end: u32,
    /// The paths that end here, by rank.
    pub leaves: u32,
    pub leaves_end: u32,
    /// How many parameters lead here.
    pub params: u32,
    /// Two wildcards lead here, so that a walk can come twice with the same
    /// rest of the path.
    pub twice: bool,
}

/// The way to a node through a parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    /// The requirements of the parameter, if any.
    pub check: Option<u32>,
    pub child: u32,
    /// The best rank of the paths that go this way.
    pub best: u32,
}

/// One path at its end, with what is tested of most requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaf {
    pub rank: u32,
    pub rule: u32,
    /// The names of its parameters.
    pub names: u32,
    /// The bits of its methods.
    methods: u16,
    /// The bits of the schemes that it takes of any host; none if it looks
    /// at the host.
    schemes: u8,
    /// Whether a match has parameters besides the path's: of the host, or
    /// the rule's own.
    pub more: bool,
}

/// The requirements of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    pub regex: Option<Pattern>,
    pub values: Vec<String>,
}

/// A segment as tables compare it: its length, its first eight bytes and its
/// last eight. Up to 16 bytes that is all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Key {
    first: u64,
    last: u64,
    length: usize,
}

impl Tree {
    /// Whether no path is in it.
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// The node behind a static segment.
    #[inline(always)]
    pub fn child(&self, node: &Node, text: &str, key: Key, span: Span) -> Option<&Node> {
        let mut at = node.table + key.place(node.size);
        loop {
            let child = self.nodes.get(at as usize)?;
            if child.key == key && (key.is_whole() || self.says(child, text, span)) {
                return Some(child);
            }
            if child.key.length == 0 {
                return None;
            }
            at += 1;
        }
    }

    /// Whether a value meets the requirements of an edge.
    #[inline]
    pub fn accepts(&self, edge: &Edge, value: &str) -> bool {
        let check = |check| self.checks.get(check as usize).is_some_and(|check| check.accept(value));
        edge.check.is_none_or(check)
    }

    #[cold]
    fn says(&self, node: &Node, text: &str, (start, end): Span) -> bool {
        let own = self.texts.get(node.text as usize);
        own.is_some_and(|own| text.get(start..end).is_some_and(|text| **own == *text))
    }
}

impl Reach {
    /// Its edges, in the tree's list.
    pub fn edges(&self) -> Range<usize> {
        self.edges as usize..self.edges_end as usize
    }

    /// The paths that end here, in the tree's list.
    pub fn leaves(&self) -> Range<usize> {
        self.leaves as usize..self.leaves_end as usize
    }
}

impl Node {
    /// An empty place in a table.
    pub const EMPTY: Node = Node {
        key: Key::NONE,
        text: 0,
        table: 0,
        size: 0,
        plain: ROOT,
        best_edge: u32::MAX,
        reach: 0,
        leaf: Leaf::NONE,
    };
}

impl Leaf {
    /// A path that no request finds.
    pub const NONE: Leaf = Leaf { rank: u32::MAX, rule: 0, names: 0, methods: 0, schemes: 0, more: false };

    /// Of one path; `default` are the hosts of rules that name none.
    pub fn new(alternative: &Alternative, default: &Hosts) -> Leaf {
        let any_host = matches!(alternative.hosts(default), Hosts::Any);
        let bit = |scheme| if alternative.accepts_scheme(scheme) { scheme_bit(scheme) } else { 0 };
        Leaf {
            rank: small(alternative.place.rank.0),
            rule: small(alternative.place.rule),
            names: alternative.names,
            methods: alternative.methods.bits(),
            schemes: if any_host { bit(Scheme::Http) | bit(Scheme::Https) } else { 0 },
            more: !any_host || alternative.defaults,
        }
    }

    /// Whether it is for a request, as far as can be told without the host
    /// and without the names of methods that are not standard: true is
    /// certain.
    #[inline]
    pub fn serves(&self, method: Method<'_>, scheme: Scheme) -> bool {
        self.schemes & scheme_bit(scheme) != 0 && self.methods & method.bit() != 0
    }
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

impl Key {
    /// Of no segment.
    pub const NONE: Key = Key { first: 0, last: 0, length: 0 };

    /// Of a part of a text that is not empty and begins with these bytes.
    #[inline(always)]
    pub fn new(words: Words<'_>, first: u64, (start, end): Span) -> Key {
        let length = end - start;
        match length > 8 {
            true => Key { first, last: words.at(end - 8), length },
            // What is behind the end is shifted out.
            false => Key { first: first << ((8 * (8 - length)) & 63), last: 0, length },
        }
    }

    /// Of a static segment.
    pub fn of(text: &str) -> Key {
        let short = Short::of(text);
        let words = Words::new(text, &short);
        Key::new(words, words.at(0), (0, text.len()))
    }

    /// Whether it tells all of the segment.
    #[inline(always)]
    pub fn is_whole(&self) -> bool {
        self.length <= 16
    }

    /// Its place in a table of this size. Keys in tables come from rules, so
    /// that no sender can choose which of them share a place.
    #[inline(always)]
    pub fn place(&self, size: u32) -> u32 {
        let hash = (self.first ^ self.last.rotate_left(23)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (((hash >> 32) * u64::from(size)) >> 32) as u32
    }
}

/// An index or a count of the tree; no program has four thousand million
/// rules.
pub(crate) fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn scheme_bit(scheme: Scheme) -> u8 {
    match scheme {
        Scheme::Http => 1,
        Scheme::Https => 2,
    }
}
