//! The header `Accept-Language`: which languages, and how gladly.

use ravand_core::LanguageCode;

/// One range of the header, or a code as an address or a parameter writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range<'a> {
    language: &'a str,
    region: Option<&'a str>,
    /// In thousandths; 0 refuses the language.
    pub(crate) quality: u16,
}

impl<'a> Range<'a> {
    /// `fa`, `fa-IR`, `fa_IR`, `zh-Hant-TW`: the language and its region, in any case.
    pub(crate) fn new(text: &'a str) -> Self {
        let mut parts = text.split(['-', '_']);
        let language = parts.next().unwrap_or_default();
        // A single character begins an extension, in which no region stands.
        let region = parts
            .take_while(|part| part.len() > 1)
            .find(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic()));
        Self { language, region, quality: 1000 }
    }

    pub(crate) fn is_any(&self) -> bool {
        self.language == "*"
    }

    pub(crate) fn has_region(&self) -> bool {
        self.region.is_some()
    }

    /// The same language and the same region, or none on both sides.
    pub(crate) fn is(&self, code: &LanguageCode) -> bool {
        let region = code.as_str().split_once('_').map(|(_, region)| region);
        self.is_short(code)
            && match (self.region, region) {
                (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
                (None, None) => true,
                _ => false,
            }
    }

    /// The same language, whatever the region.
    pub(crate) fn is_short(&self, code: &LanguageCode) -> bool {
        self.language.eq_ignore_ascii_case(code.short())
    }

    /// Whether the range takes the language in: `en` takes in `en_US`, and `en-GB` does not.
    pub(crate) fn covers(&self, code: &LanguageCode) -> bool {
        self.is(code) || (self.region.is_none() && self.is_short(code))
    }
}

/// The ranges of a header, the most wanted first, in their order where wanted alike; one whose quality cannot
/// be read is passed over.
pub(crate) fn ranges(header: &str) -> Vec<Range<'_>> {
    let mut ranges: Vec<_> = header.split(',').filter_map(range).collect();
    ranges.sort_by_key(|range| std::cmp::Reverse(range.quality));
    ranges
}

fn range(text: &str) -> Option<Range<'_>> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let mut range = Range::new(name);
    for part in parts {
        if let Some(quality) = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")) {
            range.quality = thousandths(quality)?;
        }
    }
    Some(range)
}

/// `0.8` as 800: `0` or `1`, with at most three digits behind the point (RFC 9110, 12.4.2).
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction = format!("{fraction:0<3}").parse::<u16>().ok()?;
    match (whole, fraction) {
        ("0", fraction) => Some(fraction),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expected: &[(&str, Option<&str>, u16)]) {
        let found: Vec<_> = ranges(header).iter().map(|r| (r.language, r.region, r.quality)).collect();
        assert_eq!(found, expected, "{header}");
    }

    #[test]
    fn headers() {
        check("", &[]);
        check(" , ;q=1", &[]);
        check("fa-IR,fa;q=0.9,en;q=0.8", &[("fa", Some("IR"), 1000), ("fa", None, 900), ("en", None, 800)]);
        check("en;q=0.1, de , fr; q=0.5", &[("de", None, 1000), ("fr", None, 500), ("en", None, 100)]);
        check("en;q=0, *;q=0.001", &[("*", None, 1), ("en", None, 0)]);
        check("zh-Hant-TW, de-u-co-ph", &[("zh", Some("TW"), 1000), ("de", None, 1000)]);
        check("en;q=2, de;q=, fr;q=-1, it;q=0.12345, es;q=1.000", &[("es", None, 1000)]);
    }
}
