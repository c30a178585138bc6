//! A few short parameters, without an allocation.

use crate::path::Span;

/// Up to four parameters, of up to 54 bytes with their names. It is moved in
/// words, not in bytes.
#[derive(Clone, Debug)]
#[repr(align(8))]
pub(crate) struct FewParams {
    text: [u8; TEXT],
    used: u8,
    count: u8,
    /// Where each name and each value begins and ends in the text.
    entries: [[u8; 4]; COUNT],
}

const TEXT: usize = 54;
const COUNT: usize = 4;

impl FewParams {
    /// No parameters.
    pub const NONE: FewParams = FewParams { text: [0; TEXT], used: 0, count: 0, entries: [[0; 4]; COUNT] };

    /// Parameters of these names that still want their values, if there is
    /// room for the names.
    pub fn named<'a>(names: impl Iterator<Item = &'a str>) -> Option<FewParams> {
        let mut few = FewParams::NONE;
        for name in names {
            few.push(name, "")?;
        }
        Some(few)
    }

    /// Gives all of them their values, if there is room: they lie at `spans`
    /// of a path.
    #[inline(always)]
    pub fn fill(&mut self, path: &str, spans: &[Span]) -> Option<()> {
        let mut start = usize::from(self.used);
        for (entry, &(from, to)) in self.entries.iter_mut().zip(spans) {
            let value = path.as_bytes().get(from..to)?;
            let end = start + value.len();
            self.text.get_mut(start..end)?.copy_from_slice(value);
            (entry[2], entry[3]) = (start as u8, end as u8);
            start = end;
        }
        self.used = start as u8;
        Some(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count.into()
    }

    /// The name at a place.
    pub fn name(&self, at: usize) -> Option<&str> {
        let &[start, end, ..] = self.entry(at)?;
        str::from_utf8(self.bytes(start, end)).ok()
    }

    /// The value at a place.
    pub fn value(&self, at: usize) -> Option<&str> {
        let &[.., start, end] = self.entry(at)?;
        str::from_utf8(self.bytes(start, end)).ok()
    }

    /// The place of a name.
    pub fn position(&self, name: &str) -> Option<usize> {
        let mut entries = self.entries.iter().take(self.len());
        entries.position(|&[start, end, ..]| self.bytes(start, end) == name.as_bytes())
    }

    /// Adds one at the end, if there is room.
    pub fn push(&mut self, name: &str, value: &str) -> Option<()> {
        let start = usize::from(self.used);
        let (middle, end) = (start + name.len(), start + name.len() + value.len());
        let entry = self.entries.get_mut(usize::from(self.count))?;
        self.text.get_mut(start..end)?;
        self.text.get_mut(start..middle)?.copy_from_slice(name.as_bytes());
        self.text.get_mut(middle..end)?.copy_from_slice(value.as_bytes());
        *entry = [start as u8, middle as u8, middle as u8, end as u8];
        (self.used, self.count) = (end as u8, self.count + 1);
        Some(())
    }

    /// Gives the one at a place another value, if there is room.
    pub fn set(&mut self, at: usize, value: &str) -> Option<()> {
        let start = usize::from(self.used);
        let end = start + value.len();
        self.text.get_mut(start..end)?.copy_from_slice(value.as_bytes());
        let [.., from, to] = self.entries.get_mut(at)?;
        (*from, *to, self.used) = (self.used, end as u8, end as u8);
        Some(())
    }

    fn entry(&self, at: usize) -> Option<&[u8; 4]> {
        self.entries.get(..self.len())?.get(at)
    }

    fn bytes(&self, start: u8, end: u8) -> &[u8] {
        self.text.get(usize::from(start)..usize::from(end)).unwrap_or_default()
    }
}
