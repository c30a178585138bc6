//! The trace that a request, or a run, is part of (W3C Trace Context): a process that is queued goes on in it, on
//! whichever host it runs.

use std::fmt;

/// A place in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    id: u128,
    parent: u64,
    flags: u8,
}

impl Trace {
    /// A trace that begins here.
    pub fn begin() -> Self {
        Self { id: fastrand::u128(1..), parent: fastrand::u64(1..), flags: 1 }
    }

    /// A part of the trace that a `traceparent` tells of, or a trace of its own when it cannot be read.
    pub fn after(traceparent: Option<&str>) -> Self {
        let before = traceparent.and_then(Self::parse);
        before.map_or_else(Self::begin, |before| Self { parent: fastrand::u64(1..), ..before })
    }

    /// Reads a `traceparent`. A version that is not known is read as far as the first one goes, as the standard asks.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let mut hex = |length: usize| {
            let part = parts.next().filter(|part| part.len() == length)?;
            let lower = part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
            lower.then(|| u128::from_str_radix(part, 16).ok()).flatten()
        };
        let (version, id, parent, flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
        if version == 0xff || id == 0 || parent == 0 || (version == 0 && parts.next().is_some()) {
            return None;
        }
        Some(Self { id, parent: u64::try_from(parent).ok()?, flags: u8::try_from(flags).ok()? })
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.id, self.parent, self.flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_goes_on_under_its_id() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let after = Trace::after(Some(text)).to_string();
        assert_eq!(after[..36], text[..36]);
        assert_ne!(after, text);
        assert_eq!(Trace::parse(&after).map(|trace| trace.to_string()), Some(after));
        assert!(Trace::parse(&format!("01{}-more", &text[2..])).is_some());
        for bad in [
            "",
            "00-0-0-0",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        ] {
            assert_eq!(Trace::parse(bad), None, "{bad}");
        }
        assert_ne!(Trace::begin(), Trace::begin());
    }
}
