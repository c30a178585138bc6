//! Where the segments of a path are: one bit for every byte of it.

use smallvec::SmallVec;

use crate::path::Span;
use crate::words::{Short, Words, equal};

/// Where the separators of a path lie.
pub(crate) struct Separators {
    /// A bit for every byte, set at separators and at the path's end.
    bits: SmallVec<[u64; 4]>,
    /// The end of the last segment: the path's, or its trailing slash.
    end: usize,
}

/// A place between two segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Where the next segment begins.
    pub at: usize,
    /// How many segments are left.
    pub rest: usize,
}

const BITS: usize = u64::BITS as usize;

impl Separators {
    /// Of a path without slashes in its segments.
    #[inline]
    pub fn slashes(path: &str) -> Separators {
        let short = Short::of(path);
        let words = Words::new(path, &short);
        let mut bits = no_bits(path.len());
        for at in (0..path.len()).step_by(8) {
            if let Some(bits) = bits.get_mut(at / BITS) {
                *bits |= equal(words.at(at), b'/') << (at % BITS);
            }
        }
        let end = if path.ends_with('/') { path.len() - 1 } else { path.len() };
        Separators::new(bits, end)
    }

    /// Of a path of this length whose separators are here.
    pub fn at(slashes: &[usize], length: usize) -> Separators {
        let mut bits = no_bits(length);
        for slash in slashes {
            set(&mut bits, *slash);
        }
        let trailing = slashes.last().copied().filter(|last| last + 1 == length);
        Separators::new(bits, trailing.unwrap_or(length))
    }

    fn new(mut bits: SmallVec<[u64; 4]>, end: usize) -> Separators {
        set(&mut bits, end);
        Separators { bits, end }
    }

    /// The place before all segments.
    #[inline]
    pub fn first(&self) -> Cursor {
        // Every segment has a separator before it, and the last one the end behind it.
        let set: usize = self.bits.iter().map(|bits| bits.count_ones() as usize).sum();
        Cursor { at: 1, rest: set.saturating_sub(1) }
    }

    /// The segment at a place, which is not the end, and the place after it.
    #[inline]
    pub fn step(&self, cursor: Cursor) -> (Span, Cursor) {
        let end = self.next(cursor.at);
        ((cursor.at, end), Cursor { at: end + 1, rest: cursor.rest - 1 })
    }

    /// The last segment, of a path that has one.
    pub fn last(&self) -> Cursor {
        let mut before = self.end;
        for (index, bits) in self.bits.iter().enumerate().rev() {
            let from = index * BITS;
            let below = match before.saturating_sub(from) {
                0 => continue,
                kept @ 1..BITS => bits & !(u64::MAX << kept),
                _ => *bits,
            };
            if below != 0 {
                before = from + below.ilog2() as usize;
                break;
            }
        }
        Cursor { at: before + 1, rest: 1 }
    }

    /// Where the segments begin.
    pub fn starts(&self) -> impl Iterator<Item = usize> {
        let mut cursor = self.first();
        std::iter::from_fn(move || {
            let at = cursor;
            if at.rest > 0 {
                cursor = self.step(at).1;
            }
            (at.rest > 0).then_some(at.at)
        })
    }

    /// The end of the last segment.
    pub fn end(&self) -> usize {
        self.end
    }

    /// The first separator from `at` on.
    #[inline]
    fn next(&self, at: usize) -> usize {
        let mut index = at / BITS;
        let mut bits = self.bits.get(index).map_or(0, |bits| bits >> (at % BITS) << (at % BITS));
        while bits == 0 {
            index += 1;
            match self.bits.get(index) {
                Some(more) => bits = *more,
                None => return self.end,
            }
        }
        index * BITS + bits.trailing_zeros() as usize
    }
}

fn no_bits(length: usize) -> SmallVec<[u64; 4]> {
    SmallVec::from_elem(0, length / BITS + 1)
}

fn set(bits: &mut [u64], at: usize) {
    if let Some(bits) = bits.get_mut(at / BITS) {
        *bits |= 1 << (at % BITS);
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Separators};

    fn segments(path: &str) -> Vec<&str> {
        let separators = Separators::slashes(path);
        let mut cursor = separators.first();
        let mut segments = Vec::new();
        while cursor.rest > 0 {
            let ((start, end), after) = separators.step(cursor);
            segments.push(&path[start..end]);
            cursor = after;
        }
        assert_eq!(cursor, Cursor { at: separators.end() + 1, rest: 0 }, "{path}");
        let starts: Vec<usize> = separators.starts().collect();
        assert_eq!(starts.len(), segments.len());
        if let Some(last) = starts.last() {
            assert_eq!(separators.last(), Cursor { at: *last, rest: 1 }, "{path}");
        }
        segments
    }

    #[test]
    fn segments_lie_between_slashes() {
        let long = "x".repeat(200);
        for expected in [
            vec![],
            vec!["a"],
            vec!["", "a"],
            vec!["tickets", "42", "files", "report.final.pdf"],
            vec!["", "", "a"],
            vec![&long, "a", "", &long, &long, "b"],
            vec!["1234567", "90123456", "8901234567890123", "5678901"],
        ] {
            let path = format!("/{}", expected.join("/"));
            assert_eq!(segments(&path), expected);
            // One trailing slash adds none.
            if path != "/" {
                assert_eq!(segments(&format!("{path}/")), expected);
            }
        }
        assert_eq!(segments("//"), [""]);
        assert_eq!(segments("///"), ["", ""]);
    }

    #[test]
    fn a_decoded_slash_separates_nothing() {
        let separators = Separators::at(&[0, 2], 5);
        assert_eq!(separators.first(), Cursor { at: 1, rest: 2 });
        assert_eq!(separators.step(Cursor { at: 3, rest: 1 }), ((3, 5), Cursor { at: 6, rest: 0 }));
        assert_eq!(Separators::at(&[0, 2], 3).first().rest, 1);
    }
}
