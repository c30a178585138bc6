//! The translator from the packages' phrase files and the options.

use ravand_core::{Error, LanguageCode, Result};

use crate::options::Settings;
use crate::package::LoadedPackage;
use crate::translate::Translator;

/// Gathers the phrases in load order: later packages override earlier ones.
#[cfg(feature = "translate")]
pub(super) fn translator(packages: &[LoadedPackage], settings: &Settings) -> Result<Translator> {
    let default = default_language(settings)?;
    let mut builder = crate::translate::TranslatorBuilder::new(default)
        .timezone(&settings.translator.timezone)
        .map_err(|error| Error::internal(format!("the option `translator.timezone`: {error}")))?;
    for package in packages {
        for (language, file, phrases) in &package.phrases {
            builder = builder.add_file(language.clone(), file, phrases.clone());
        }
    }
    Ok(builder.build())
}

/// One language without phrases.
#[cfg(not(feature = "translate"))]
pub(super) fn translator(_: &[LoadedPackage], settings: &Settings) -> Result<Translator> {
    Ok(Translator::new(default_language(settings)?))
}

fn default_language(settings: &Settings) -> Result<LanguageCode> {
    let text = &settings.translator.defaultlang;
    text.parse().map_err(|error| Error::internal(format!("the option `translator.defaultlang`: {error}")))
}

/// How URLs tell the language.
pub(super) fn languages(settings: &Settings, translator: &Translator) -> Result<ravand_router::Languages> {
    let mode = settings.translator.changelang;
    let codes = translator.languages().iter().map(LanguageCode::as_str);
    ravand_router::Languages::new(mode, codes, &settings.translator.defaultlang)
        .map_err(|error| Error::internal(format!("the options `[translator]`: {error}")))
}
