//! A text read in words of eight bytes.

/// A text whose bytes are read eight at a time, from any place, without
/// reading behind its end.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    /// The text, or all of [`Short`] where it is shorter.
    bytes: &'a [u8],
    length: usize,
}

/// The bytes of a text that is shorter than a word; zeros follow them.
pub(crate) struct Short([u8; WORD]);

const WORD: usize = size_of::<u64>();
const LOWEST: u64 = u64::from_le_bytes([0x01; WORD]);
const HIGHEST: u64 = u64::from_le_bytes([0x80; WORD]);

impl Short {
    /// Of a text; of one that is long enough it is nothing.
    #[inline]
    pub fn of(text: &str) -> Short {
        let mut bytes = [0; WORD];
        if text.len() < WORD {
            for (byte, from) in bytes.iter_mut().zip(text.bytes()) {
                *byte = from;
            }
        }
        Short(bytes)
    }
}

impl<'a> Words<'a> {
    /// The words of a text, of which `short` was made.
    #[inline]
    pub fn new(text: &'a str, short: &'a Short) -> Words<'a> {
        let bytes = if text.len() < WORD { &short.0 } else { text.as_bytes() };
        Words { bytes, length: text.len() }
    }

    /// How many bytes there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.length
    }

    /// The eight bytes from `at` on, which is before the end, the first of
    /// them the lowest; zeros stand for what is behind the end.
    #[inline(always)]
    pub fn at(&self, at: usize) -> u64 {
        // Where fewer than eight are left, the last eight are read and those
        // before `at` shifted out.
        let start = at.min(self.bytes.len() - WORD);
        let word = self.bytes.get(start..).and_then(<[u8]>::first_chunk);
        word.map_or(0, |word| u64::from_le_bytes(*word)) >> ((8 * (at - start)) & 63)
    }
}

/// Whether one of the bytes of a text is this one.
#[inline(always)]
pub(crate) fn contains(text: &str, byte: u8) -> bool {
    // The compiler makes one comparison of each sixteen.
    let has = |chunk: &[u8; 16]| chunk.iter().fold(false, |any, one| any | (*one == byte));
    match text.as_bytes().last_chunk() {
        Some(last) => text.as_bytes().as_chunks().0.iter().any(has) || has(last),
        None => {
            let short = Short::of(text);
            let words = Words::new(text, &short);
            let last = words.bytes.len() - WORD;
            (first_equal(words.at(0), byte) | first_equal(words.at(last), byte)) != 0
        }
    }
}

/// The lowest bit that is set is the high bit of the first byte that is equal
/// to `byte`; none is set if no byte is.
#[inline(always)]
pub(crate) fn first_equal(word: u64, byte: u8) -> u64 {
    let zeros = word ^ u64::from_le_bytes([byte; WORD]);
    zeros.wrapping_sub(LOWEST) & !zeros & HIGHEST
}

/// A bit for each byte of a word that is equal to `byte`, side by side.
#[inline(always)]
pub(crate) fn equal(word: u64, byte: u8) -> u64 {
    let zeros = word ^ u64::from_le_bytes([byte; WORD]);
    let bits = !(((zeros & !HIGHEST) + !HIGHEST) | zeros | !HIGHEST);
    (bits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::{Short, Words, contains, equal, first_equal};

    #[test]
    fn words_end_where_the_text_ends() {
        for length in 1..60 {
            let text = &"/tickets/42/../files/%41?/a.b.c/+,;:=@!$&'()*/-_~/ x/#[]/|\\^"[..length];
            let short = Short::of(text);
            let words = Words::new(text, &short);
            for at in 0..length {
                let mut bytes = [0; 8];
                let rest = &text.as_bytes()[at..];
                let taken = rest.len().min(8);
                bytes[..taken].copy_from_slice(&rest[..taken]);
                assert_eq!(words.at(at), u64::from_le_bytes(bytes), "{text} from {at}");
            }
            for byte in *b"/%4~x\x7f" {
                assert_eq!(contains(text, byte), text.as_bytes().contains(&byte), "{text} {byte}");
            }
        }
    }

    #[test]
    fn equal_bytes_are_found_all_and_alone() {
        for text in [*b"////////", *b"/./.../.", *b"\xaf/\x2e/0\x00/\xff", *b"abcdefgh", *b"abcdefg/"] {
            let word = u64::from_le_bytes(text);
            let expected: u64 = (0..8).map(|at| u64::from(text[at] == b'/') << at).sum();
            assert_eq!(equal(word, b'/'), expected);
            assert_eq!(first_equal(word, b'/').trailing_zeros() / 8, expected.trailing_zeros().min(8));
        }
    }
}
