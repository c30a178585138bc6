//! Parameters: a small ordered list of names and values.

use std::fmt;

use smallvec::SmallVec;

use crate::few_params::FewParams;
use crate::names::Names;
use crate::path::Span;
use crate::tree::small;

/// The parameters of a match, in the order of the rule's parts; those of the
/// domain come first.
///
/// Up to four of them, of up to 54 bytes with their names, need no
/// allocation. Others lie in one text of their own. Either way a request
/// shares nothing with others.
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
pub struct Params(Store);

#[derive(Clone, Default)]
enum Store {
    #[default]
    None,
    Few(FewParams),
    Many(ManyParams),
}

/// Parameters of any number and length.
#[derive(Clone, Default)]
struct ManyParams {
    text: String,
    /// Where each name and each value begins and ends in the text. An offset
    /// beyond 4 GiB finds nothing: what is there is empty.
    entries: SmallVec<[[u32; 4]; 2]>,
}

impl Params {
    /// No parameters.
    pub fn new() -> Params {
        Params(Store::None)
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        match &self.0 {
            Store::None => None,
            Store::Few(few) => few.value(few.position(name)?),
            Store::Many(many) => many.pair(many.position(name)?).map(|(_, value)| value),
        }
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        let pair = |at| match &self.0 {
            Store::None => None,
            Store::Few(few) => Some((few.name(at)?, few.value(at)?)),
            Store::Many(many) => many.pair(at),
        };
        (0..self.len()).map(move |at| pair(at).unwrap_or_default())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Store::None => 0,
            Store::Few(few) => few.len(),
            Store::Many(many) => many.entries.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a parameter at the end.
    pub fn push(&mut self, name: &str, value: &str) {
        if let Store::None = self.0 {
            self.0 = Store::Few(FewParams::NONE);
        }
        let room = match &mut self.0 {
            Store::Few(few) => few.push(name, value),
            _ => None,
        };
        if room.is_none() {
            self.many(|many| many.push(name, value));
        }
    }

    /// Gives a parameter a value: in its place if it is there, else at the
    /// end.
    pub fn set(&mut self, name: &str, value: &str) {
        let place = match &self.0 {
            Store::None => None,
            Store::Few(few) => few.position(name),
            Store::Many(many) => many.position(name),
        };
        let Some(at) = place else { return self.push(name, value) };
        let room = match &mut self.0 {
            Store::Few(few) => few.set(at, value),
            _ => None,
        };
        if room.is_none() {
            self.many(|many| many.set(at, value));
        }
    }

    /// Changes them where there is room for any.
    fn many(&mut self, change: impl FnOnce(&mut ManyParams)) {
        if let Store::Many(many) = &mut self.0 {
            return change(many);
        }
        let mut many = ManyParams::default();
        many.extend(self.iter());
        change(&mut many);
        self.0 = Store::Many(many);
    }

    /// The values that lie at `spans` of a path, in their order.
    #[inline(always)]
    pub(crate) fn of_path(names: &Names, path: &str, spans: &[Span]) -> Params {
        let mut params = names.few.as_ref().map_or_else(Params::new, |few| Params(Store::Few(few.clone())));
        let filled = match &mut params.0 {
            Store::Few(few) => few.fill(path, spans),
            _ => None,
        };
        if filled.is_none() {
            params.0 = Store::Many(ManyParams::of_path(names, path, spans));
        }
        params
    }
}

impl ManyParams {
    #[cold]
    fn of_path(names: &Names, path: &str, spans: &[Span]) -> ManyParams {
        let values = spans.iter().map(|&(start, end)| path.get(start..end).unwrap_or_default());
        let pairs = names.iter().zip(values);
        let length = pairs.clone().map(|(name, value)| name.len() + value.len()).sum();
        let mut many =
            ManyParams { text: String::with_capacity(length), entries: SmallVec::with_capacity(spans.len()) };
        many.extend(pairs);
        many
    }

    fn extend<'a>(&mut self, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
        for (name, value) in pairs {
            self.push(name, value);
        }
    }

    fn push(&mut self, name: &str, value: &str) {
        let start = self.text.len();
        self.text.push_str(name);
        let middle = self.text.len();
        self.text.push_str(value);
        let [start, middle, end] = [start, middle, self.text.len()].map(small);
        self.entries.push([start, middle, middle, end]);
    }

    fn set(&mut self, at: usize, value: &str) {
        if let Some([_, _, start, end]) = self.entries.get_mut(at) {
            *start = small(self.text.len());
            self.text.push_str(value);
            *end = small(self.text.len());
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        let is_name = |&[start, end, ..]: &[u32; 4]| {
            self.text.as_bytes().get(start as usize..end as usize) == Some(name.as_bytes())
        };
        self.entries.iter().position(is_name)
    }

    fn pair(&self, at: usize) -> Option<(&str, &str)> {
        let &[name_start, name_end, start, end] = self.entries.get(at)?;
        Some((self.slice(name_start, name_end), self.slice(start, end)))
    }

    fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Params;
    use crate::names::Names;

    proptest! {
        /// Few or many, they are what a plain list would be.
        #[test]
        fn parameters_are_a_list(
            changes in prop::collection::vec((any::<bool>(), "[a-d]{1,3}|name-of-a-parameter", ".{0,40}"), 0..12),
        ) {
            let mut params = Params::new();
            let mut list: Vec<(&str, &str)> = Vec::new();
            for (push, name, value) in &changes {
                match list.iter_mut().find(|(one, _)| one == name) {
                    Some(pair) if !push => pair.1 = value,
                    _ => list.push((name, value)),
                }
                if *push { params.push(name, value) } else { params.set(name, value) }
                prop_assert_eq!(params.iter().collect::<Vec<_>>(), &list[..]);
                prop_assert_eq!((params.len(), params.is_empty()), (list.len(), list.is_empty()));
                let first = list.iter().find(|(one, _)| one == name).map(|(_, value)| *value);
                prop_assert_eq!(params.get(name), first);
            }
            prop_assert_eq!(&params, &list.iter().copied().collect::<Params>());
            prop_assert_eq!(&params, &params.clone());
            prop_assert_eq!(params.get("no such name"), None);
        }

        #[test]
        fn a_path_gives_its_parts(values in prop::collection::vec(("[a-z]{1,12}", ".{0,30}"), 1..7)) {
            let names = Names::new(values.iter().map(|(name, _)| name.as_str()));
            let (mut path, mut spans) = (String::new(), Vec::new());
            for (_, value) in &values {
                path.push_str("/between/");
                spans.push((path.len(), path.len() + value.len()));
                path.push_str(value);
            }
            let expected = values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            prop_assert_eq!(Params::of_path(&names, &path, &spans), expected.collect());
        }
    }

    #[test]
    fn they_are_small() {
        assert_eq!(size_of::<Params>(), 80);
    }
}
