//! The translator, or, where the framework is built without it, languages without phrases.

#[cfg(feature = "translate")]
pub use ravand_translate::Language;
#[cfg(all(feature = "translate", feature = "views"))]
pub(crate) use ravand_translate::{Args, DateStyle};
#[cfg(feature = "translate")]
pub(crate) use ravand_translate::{Translator, TranslatorBuilder};

#[cfg(not(feature = "translate"))]
pub use plain::Language;
#[cfg(not(feature = "translate"))]
pub(crate) use plain::Translator;

/// A phrase without parameters, as plain text.
pub(crate) fn phrase(language: &Language, key: &str) -> String {
    #[cfg(feature = "translate")]
    return language.text(key, &ravand_translate::Args::default()).into_owned();
    #[cfg(not(feature = "translate"))]
    return language.text(key);
}

/// Whether a time zone has this name; the error says which is near.
pub(crate) fn check_timezone(name: &str) -> Result<(), String> {
    #[cfg(feature = "translate")]
    return ravand_translate::check_timezone(name).map_err(|error| error.to_string());
    #[cfg(not(feature = "translate"))]
    return match name {
        "UTC" => Ok(()),
        _ => Err("only \"UTC\" is there without the feature `translate`".to_owned()),
    };
}

#[cfg(not(feature = "translate"))]
mod plain {
    use std::sync::Arc;

    use ravand_core::LanguageCode;

    /// The one language of an application that is built without the translator.
    #[derive(Clone, Debug)]
    pub struct Language(Arc<(LanguageCode, String)>);

    impl Language {
        /// Its code.
        pub fn code(&self) -> &LanguageCode {
            &self.0.0
        }

        /// Its code as HTML and HTTP write it.
        pub fn bcp47(&self) -> &str {
            &self.0.1
        }

        /// `rtl` or `ltr`.
        pub fn direction(&self) -> &'static str {
            if self.0.0.is_rtl() { "rtl" } else { "ltr" }
        }

        /// The key itself: there are no phrases.
        pub(crate) fn text(&self, key: &str) -> String {
            key.to_owned()
        }
    }

    #[derive(Clone, Debug)]
    pub(crate) struct Translator {
        language: Language,
        codes: [LanguageCode; 1],
    }

    impl Translator {
        pub fn new(code: LanguageCode) -> Self {
            let tag = code.bcp47();
            Self { language: Language(Arc::new((code.clone(), tag))), codes: [code] }
        }

        pub fn default_language(&self) -> Language {
            self.language.clone()
        }

        pub fn languages(&self) -> &[LanguageCode] {
            &self.codes
        }

        pub fn language(&self, name: &str) -> Option<Language> {
            let code = self.language.code();
            (name == code.as_str() || name == code.short()).then(|| self.language.clone())
        }
    }
}
