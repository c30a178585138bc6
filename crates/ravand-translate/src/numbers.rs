//! Numbers in a language's digits and grouping.

use icu_decimal::DecimalFormatter;
use icu_decimal::input::{Decimal, FloatPrecision, SignDisplay};
use icu_locale_core::Locale;

use crate::put;

/// CLDR's own pattern for numbers ends in `.###`.
const FRACTION: i16 = 3;

/// How a language writes numbers.
#[derive(Debug)]
pub(crate) struct Numbers {
    formatter: Option<DecimalFormatter>,
}

impl Numbers {
    pub(crate) fn new(locale: &Locale) -> Self {
        Self { formatter: DecimalFormatter::try_new(locale.into(), Default::default()).ok() }
    }

    pub(crate) fn write_integer(&self, number: i64, out: &mut String) {
        self.write(&Decimal::from(number), out)
    }

    /// A number with no place in decimal digits (infinite, or not a number) is written as Rust writes it.
    pub(crate) fn write_decimal(&self, number: f64, out: &mut String) {
        match rounded(number) {
            Some(decimal) => self.write(&decimal, out),
            None => put(out, number),
        }
    }

    pub(crate) fn write_fixed(&self, number: f64, fraction: u8, out: &mut String) {
        match exact(number) {
            Some(mut decimal) => {
                decimal.round(-i16::from(fraction));
                decimal.pad_end(-i16::from(fraction));
                decimal.apply_sign_display(SignDisplay::Negative);
                self.write(&decimal, out)
            }
            None => put(out, number),
        }
    }

    fn write(&self, decimal: &Decimal, out: &mut String) {
        match &self.formatter {
            Some(formatter) => put(out, formatter.format(decimal)),
            None => put(out, decimal),
        }
    }
}

/// The number as it is shown: rounded half to even, without zeros at the end and without the sign of a zero.
pub(crate) fn rounded(number: f64) -> Option<Decimal> {
    let mut decimal = exact(number)?;
    decimal.round(-FRACTION);
    decimal.trim_end();
    decimal.apply_sign_display(SignDisplay::Negative);
    Some(decimal)
}

fn exact(number: f64) -> Option<Decimal> {
    Decimal::try_from_f64(number, FloatPrecision::RoundTrip).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, number: f64, expected: &str) {
        let mut out = String::new();
        Numbers::new(&tag.parse().unwrap()).write_decimal(number, &mut out);
        assert_eq!(out, expected, "{tag} {number}");
    }

    #[test]
    fn digits_grouping_and_rounding() {
        check("en-US", 1_234_567.5, "1,234,567.5");
        check("fa-IR", 1_234_567.5, "۱٬۲۳۴٬۵۶۷٫۵");
        check("de-DE", 1_234_567.5, "1.234.567,5");
        check("en-US", 0.1 + 0.2, "0.3");
        check("en-US", 1.9996, "2");
        check("en-US", -0.0001, "0");
        check("en-US", 1e21, "1,000,000,000,000,000,000,000");
        check("en-US", f64::NAN, "NaN");
        check("en-US", f64::NEG_INFINITY, "-inf");
    }

    #[test]
    fn fixed_fractions() {
        for (number, fraction, expected) in
            [(3.0, 2, "3.00"), (2.5, 0, "2"), (1234.567, 1, "1,234.6"), (-0.001, 2, "0.00")]
        {
            let mut out = String::new();
            Numbers::new(&"en".parse().unwrap()).write_fixed(number, fraction, &mut out);
            assert_eq!(out, expected, "{number} with {fraction}");
        }
    }
}
