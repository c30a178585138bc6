//! Which plural form a number takes in a language.

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};
use ravand_manifest::Plural;

use crate::Value;
use crate::numbers::rounded;

/// The cardinal plural rules of a language (CLDR).
#[derive(Debug)]
pub(crate) struct Plurals {
    rules: Option<PluralRules>,
}

impl Plurals {
    pub(crate) fn new(locale: &Locale) -> Self {
        Self { rules: PluralRules::try_new(locale.into(), PluralRulesOptions::default()).ok() }
    }

    /// The form for a number as it is shown; a text counts when it is a whole number.
    pub(crate) fn form(&self, count: Option<&Value>) -> Plural {
        match self.category(count) {
            PluralCategory::Zero => Plural::Zero,
            PluralCategory::One => Plural::One,
            PluralCategory::Two => Plural::Two,
            PluralCategory::Few => Plural::Few,
            PluralCategory::Many => Plural::Many,
            PluralCategory::Other => Plural::Other,
        }
    }

    fn category(&self, count: Option<&Value>) -> PluralCategory {
        let (Some(rules), Some(count)) = (&self.rules, count) else {
            return PluralCategory::Other;
        };
        match count {
            Value::Integer(number) => rules.category_for(*number),
            Value::Decimal(number) => {
                rounded(*number).map_or(PluralCategory::Other, |shown| rules.category_for(&shown))
            }
            Value::Text(text) => {
                text.parse::<i64>().map_or(PluralCategory::Other, |number| rules.category_for(number))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, count: impl Into<Value>, expected: Plural) {
        let count = count.into();
        let found = Plurals::new(&tag.parse().unwrap()).form(Some(&count));
        assert_eq!(found, expected, "{tag} {count:?}");
    }

    #[test]
    fn forms_by_language() {
        use Plural::{Few, Many, One, Other, Two, Zero};
        check("en", 1, One);
        check("en", 0, Other);
        check("en", 1.5, Other);
        check("en", 1.0, One);
        check("en", "1", One);
        check("en", "many", Other);
        check("fa", 0, One);
        check("fa", 1, One);
        check("fa", 2, Other);
        for (count, expected) in [(0, Zero), (1, One), (2, Two), (3, Few), (11, Many), (100, Other)] {
            check("ar", count, expected);
        }
        for (count, expected) in [(1, One), (2, Few), (5, Many), (21, One), (-2, Few)] {
            check("ru", count, expected);
        }
        check("ja", 1, Other);
        check("xx", 1, Other);
    }
}
