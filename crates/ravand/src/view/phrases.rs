//! What templates can call in the request's language: phrases, numbers, dates.

#[cfg(not(feature = "translate"))]
pub(super) use plain::{add, name_of};
#[cfg(feature = "translate")]
pub(super) use translated::{add, name_of};

#[cfg(feature = "translate")]
mod translated {
    use std::borrow::Cow;
    use std::time::{SystemTime, UNIX_EPOCH};

    use minijinja::value::{Kwargs, ValueKind};
    use minijinja::{Environment, Error, State, Value};
    use ravand_core::LanguageCode;

    use crate::Language;
    use crate::translate::{Args, DateStyle};
    use crate::view::functions::page_of;

    /// A language's own name.
    pub(in crate::view) fn name_of(language: &Language, code: &LanguageCode) -> String {
        language.language_name(code).to_owned()
    }

    /// Adds the functions.
    pub(in crate::view) fn add(templates: &mut Environment<'static>) {
        templates.add_function(
            "t",
            |state: &State, key: Cow<'_, str>, values: Kwargs| -> Result<String, Error> {
                let page = page_of(state)?;
                Ok(page.cx.language().text(&key, &args(&values)?).into_owned())
            },
        );
        templates.add_function(
            "t_html",
            |state: &State, key: Cow<'_, str>, values: Kwargs| -> Result<Value, Error> {
                let page = page_of(state)?;
                Ok(Value::from_safe_string(page.cx.language().html(&key, &args(&values)?)))
            },
        );
        templates.add_function("number", |state: &State, number: Value| -> Result<String, Error> {
            let page = page_of(state)?;
            let language = page.cx.language();
            match i64::try_from(number.clone()) {
                Ok(number) => Ok(language.number(number)),
                Err(_) => Ok(language.decimal(f64::try_from(number)?)),
            }
        });
        templates.add_function("date", |state: &State, unix: i64| -> Result<String, Error> {
            Ok(page_of(state)?.cx.language().date(unix, DateStyle::Medium))
        });
        templates.add_function("datetime", |state: &State, unix: i64| -> Result<String, Error> {
            Ok(page_of(state)?.cx.language().date_time(unix, DateStyle::Medium))
        });
        templates.add_function("relative", |state: &State, unix: i64| -> Result<String, Error> {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            Ok(page_of(state)?.cx.language().relative(unix, i64::try_from(now).unwrap_or(i64::MAX)))
        });
    }

    /// A phrase's parameters: numbers stay numbers, so that they are written in the language.
    fn args(values: &Kwargs) -> Result<Args, Error> {
        let mut args = Args::default();
        for name in values.args() {
            let value: Value = values.get(name)?;
            let name = name.to_owned();
            match value.kind() {
                ValueKind::Number => match i64::try_from(value.clone()) {
                    Ok(integer) => args.set(name, integer),
                    Err(_) => args.set(name, f64::try_from(value)?),
                },
                _ => args.set(name, value.to_string()),
            };
        }
        Ok(args)
    }
}

#[cfg(not(feature = "translate"))]
mod plain {
    use std::borrow::Cow;

    use minijinja::Environment;
    use minijinja::value::Kwargs;
    use ravand_core::LanguageCode;

    use crate::Language;

    /// A language's code, where there are no names.
    pub(in crate::view) fn name_of(_: &Language, code: &LanguageCode) -> String {
        code.as_str().to_owned()
    }

    /// Phrases are their keys.
    pub(in crate::view) fn add(templates: &mut Environment<'static>) {
        templates.add_function("t", |key: Cow<'_, str>, _: Kwargs| key.into_owned());
    }
}
