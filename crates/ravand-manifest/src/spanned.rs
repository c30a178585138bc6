//! A value with the place where it stands.

use std::fmt;

use ravand_core::Place;

/// A value from a file and its place there, so that whoever checks it later can point at it.
///
/// ```
/// use ravand_core::Place;
/// use ravand_manifest::Spanned;
///
/// let file = Spanned::new("routing.json", Place::whole("package.json"));
/// assert_eq!(file.map(str::len).value, 12);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }

    /// Another value at the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), place: self.place }
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
