//! Parameters: a small ordered list of names and values.

use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;

/// The parameters of a match, in the order of the rule's parts; those of the
/// domain come first.
///
/// Names are shared with the router and all values lie in one text, so that
/// a match allocates once, and not at all without parameters.
///
/// ```
/// use ravand_router::Params;
///
/// let mut params = Params::new();
/// params.push("id", "7");
/// params.set("page", "2");
/// params.set("id", "8");
/// assert_eq!(params.get("id"), Some("8"));
/// assert_eq!(params.iter().collect::<Vec<_>>(), [("id", "8"), ("page", "2")]);
/// ```
#[derive(Clone, Default)]
pub struct Params {
    text: String,
    entries: SmallVec<[Entry; 4]>,
}

impl Params {
    /// No parameters.
    pub fn new() -> Params {
        Params::default()
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|entry| &*entry.name == name).map(|entry| self.value(entry))
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        self.entries.iter().map(|entry| (&*entry.name, self.value(entry)))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds a parameter at the end.
    pub fn push(&mut self, name: impl Into<Arc<str>>, value: &str) {
        let start = self.text.len();
        self.text.push_str(value);
        self.entries.push(Entry { name: name.into(), start, end: self.text.len() });
    }

    /// Gives a parameter a value: in its place if it is there, else at the
    /// end.
    pub fn set(&mut self, name: &str, value: &str) {
        let start = self.text.len();
        match self.entries.iter_mut().find(|entry| &*entry.name == name) {
            Some(entry) => {
                self.text.push_str(value);
                (entry.start, entry.end) = (start, self.text.len());
            }
            None => self.push(name, value),
        }
    }

    /// Room for all values that are about to be pushed.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.text.reserve_exact(bytes);
    }

    fn value(&self, entry: &Entry) -> &str {
        self.text.get(entry.start..entry.end).unwrap_or_default()
    }
}

impl PartialEq for Params {
    fn eq(&self, other: &Params) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Params {}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Params {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Params {
        let mut params = Params::new();
        for (name, value) in pairs {
            params.push(name, value);
        }
        params
    }
}

#[derive(Clone)]
struct Entry {
    name: Arc<str>,
    start: usize,
    end: usize,
}
