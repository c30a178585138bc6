//! The translator, or, where the framework is built without it, one language without phrases.

#[cfg(feature = "translate")]
pub use ravand_translate::{Args, DateStyle, Language, Translator, TranslatorBuilder};

#[cfg(feature = "translate")]
pub(crate) use with_phrases::Phrased;

#[cfg(feature = "translate")]
mod with_phrases {
    use super::{Args, Language};

    /// A phrase without parameters.
    pub(crate) trait Phrased {
        fn phrase(&self, key: &str) -> String;
    }

    impl Phrased for Language {
        fn phrase(&self, key: &str) -> String {
            self.text(key, &Args::default()).into_owned()
        }
    }
}
