//! Methods as bits, so that a rule's method test is one `and`.

/// The standard methods, in the order of their bits (and of the alphabet).
const STANDARD: [&str; 9] = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];
const GET: u16 = 1 << 2;
const HEAD: u16 = 1 << 3;
const OPTIONS: u16 = 1 << 4;
/// The bit of all other methods together.
const OTHER: u16 = 1 << 15;

/// The methods that a rule serves.
#[derive(Clone, Debug)]
pub(crate) struct Methods {
    bits: u16,
    others: Box<[String]>,
}

impl Methods {
    /// Of a rule's list; empty means any method, and `GET` serves `HEAD`.
    pub fn new(names: &[String]) -> Methods {
        let mut bits = 0;
        let mut others = Vec::new();
        for name in names {
            match bit(name) {
                OTHER => others.push(name.clone()),
                bit => bits |= bit,
            }
        }
        if bits & GET != 0 {
            bits |= HEAD;
        }
        Methods { bits: if names.is_empty() { u16::MAX } else { bits }, others: others.into() }
    }

    /// The bits of its methods; what has other names is not among them,
    /// unless all are.
    pub fn bits(&self) -> u16 {
        self.bits
    }

    /// Whether the rule serves the method.
    pub fn serve(&self, method: &Method<'_>) -> bool {
        self.bits & method.bit != 0
            || (method.bit == OTHER && self.others.iter().any(|other| other == method.name))
    }

    /// Whether everything that `other` serves is served here.
    pub fn cover(&self, other: &Methods) -> bool {
        let covers = |name| self.bits & OTHER != 0 || self.others.contains(name);
        self.bits & other.bits == other.bits && other.others.iter().all(covers)
    }
}

/// The method of a request.
#[derive(Clone, Copy)]
pub(crate) struct Method<'a> {
    name: &'a str,
    bit: u16,
}

impl<'a> Method<'a> {
    /// By its name, as it came: methods are case-sensitive.
    #[inline(always)]
    pub fn new(name: &'a str) -> Method<'a> {
        Method { name, bit: bit(name) }
    }

    /// Its bit, which it may share with others.
    pub fn bit(&self) -> u16 {
        self.bit
    }
}

/// What rules that differ in their method only would have served.
#[derive(Default)]
pub(crate) struct Allow {
    bits: u16,
    others: Vec<String>,
}

impl Allow {
    /// Adds a rule's methods.
    pub fn add(&mut self, methods: &Methods) {
        self.bits |= methods.bits;
        for other in &methods.others {
            if !self.others.contains(other) {
                self.others.push(other.clone());
            }
        }
    }

    /// The sorted list with `OPTIONS`; none if there was no such rule.
    pub fn into_list(self) -> Option<Vec<String>> {
        if self.bits == 0 && self.others.is_empty() {
            return None;
        }
        let bits = self.bits | OPTIONS;
        let standard = STANDARD.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0);
        let mut list = self.others;
        list.extend(standard.map(|(_, name)| (*name).to_owned()));
        list.sort_unstable();
        Some(list)
    }
}

/// The bit of a method.
#[inline(always)]
fn bit(name: &str) -> u16 {
    if name == "GET" { GET } else { other_bit(name) }
}

#[cold]
fn other_bit(name: &str) -> u16 {
    let at = match name {
        "CONNECT" => 0,
        "DELETE" => 1,
        "GET" => 2,
        "HEAD" => 3,
        "OPTIONS" => 4,
        "PATCH" => 5,
        "POST" => 6,
        "PUT" => 7,
        "TRACE" => 8,
        _ => return OTHER,
    };
    1 << at
}
