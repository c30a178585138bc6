//! Which language a phrase is taken from, and which language a request gets.

#![allow(clippy::unwrap_used)]

use ravand_core::LanguageCode;
use ravand_manifest::Phrases;
use ravand_translate::{Args, Translator, TranslatorBuilder};

fn code(text: &str) -> LanguageCode {
    text.parse().unwrap()
}

fn phrases(language: &str, entries: &str) -> Phrases {
    let text = format!("{{\"phrases\": {{{entries}}}}}");
    Phrases::parse(&code(language), "test.json", &text).into_result().unwrap().0
}

fn translator(default: &str, files: &[(&str, &str, &str)]) -> Translator {
    let empty = TranslatorBuilder::new(code(default));
    let add = |builder: TranslatorBuilder, (language, file, entries): &(&str, &str, &str)| {
        builder.add_file(code(language), file, phrases(language, entries))
    };
    files.iter().fold(empty, add).build()
}

#[test]
fn the_order_of_lookup() {
    let translator = translator(
        "en_US",
        &[
            ("fa_IR", "a", r#""own": "ایران", "n": {"one": "یک", "other": "{count} تا"}"#),
            ("fa_AF", "a", r#""own": "افغانستان", "short": "افغانی""#),
            (
                "en_US",
                "a",
                r#""own": "US", "short": "US", "last": "US", "many": {"one": "{count} one", "other": "{count} many"}"#,
            ),
        ],
    );
    for (language, key, expected, has) in [
        ("fa_IR", "own", "ایران", true),
        ("fa_IR", "short", "افغانی", true),
        ("fa_IR", "last", "US", true),
        ("fa_IR", "nowhere", "nowhere", false),
        ("fa_IR", "", "", false),
        ("fa_AF", "own", "افغانستان", true),
        ("en_US", "n", "n", false),
        // In Persian 0 takes the form `one`, in English it does not: the phrase's own language decides,
        // and its digits are used.
        ("fa_AF", "n", "یک", true),
        ("fa_IR", "many", "0 many", true),
    ] {
        let language = translator.language(language).unwrap();
        assert_eq!(language.text(key, &Args::from([("count", 0)])), expected, "{language:?} {key}");
        assert_eq!(language.has(key), has, "{language:?} {key}");
    }
}

#[test]
fn later_files_override() {
    let translator = translator(
        "fa_IR",
        &[
            ("fa_IR", "base/fa.json", r#""a": "۱", "b": "۱""#),
            ("fa_IR", "shop/fa.json", r#""b": "۲", "c": "۲""#),
            ("en_US", "base/en.json", r#""z": "z""#),
        ],
    );
    let persian = translator.default_language();
    let texts = ["a", "b", "c", "z"].map(|key| persian.text(key, &Args::new()).into_owned());
    assert_eq!(texts, ["۱", "۲", "۲", "z"]);
    assert_eq!(
        translator.phrases(&code("fa_IR")).collect::<Vec<_>>(),
        [("a", "base/fa.json"), ("b", "shop/fa.json"), ("c", "shop/fa.json")]
    );
    assert_eq!(translator.phrases(&code("de_DE")).count(), 0);
    assert_eq!(translator.languages(), [code("fa_IR"), code("en_US")]);
}

#[test]
fn plurals_and_markup() {
    let translator = translator(
        "ar",
        &[(
            "ar",
            "ar",
            r#""n": {"zero": "لا شيء", "one": "واحد", "two": "اثنان", "few": "{count} قليل", "other": "{count} {what}"}"#,
        )],
    );
    let arabic = translator.default_language();
    for (count, expected) in [
        (0, "لا شيء"),
        (1, "واحد"),
        (2, "اثنان"),
        (3, "3 قليل"),
        (11, "11 &lt;b&gt;"),
        (1_000, "1,000 &lt;b&gt;"),
    ] {
        let args = Args::new().with("count", count).with("what", "<b>");
        assert_eq!(arabic.html("n", &args), expected);
        assert_eq!(arabic.text("n", &args), expected.replace("&lt;b&gt;", "<b>"));
    }
    assert_eq!(arabic.text("n", &Args::new()), "{count} {what}");
    assert_eq!(arabic.html("<no>", &Args::new()), "&lt;no&gt;");
}

#[test]
fn a_text_without_parameters_is_not_copied() {
    let translator = translator("en_US", &[("en_US", "en", r#""a": "text", "empty": """#)]);
    let english = translator.default_language();
    assert!(matches!(english.text("a", &Args::from([("x", 1)])), std::borrow::Cow::Borrowed("text")));
    assert!(matches!(english.text("empty", &Args::new()), std::borrow::Cow::Borrowed("")));
}

#[test]
fn directions() {
    let file = |language: &str, rtl: &str| {
        Phrases::parse(&code(language), "f", &format!("{{{rtl}\"phrases\": {{}}}}")).into_result().unwrap().0
    };
    for (language, files, expected) in [
        ("fa_IR", [""].as_slice(), "rtl"),
        ("en_US", &[""], "ltr"),
        ("az_IR", &["\"rtl\": true,", ""], "rtl"),
        ("fa_IR", &["", "\"rtl\": false,"], "ltr"),
    ] {
        let builder = TranslatorBuilder::new(code(language));
        let language = files
            .iter()
            .fold(builder, |builder, rtl| builder.add(code(language), file(language, rtl)))
            .build()
            .default_language();
        assert_eq!((language.direction(), language.rtl()), (expected, expected == "rtl"), "{language:?}");
    }
}

#[test]
fn names_of_codes() {
    let translator = translator("en_US", &[("en_GB", "", ""), ("fa_IR", "", ""), ("de", "", "")]);
    for (text, expected) in [
        ("fa", Some("fa_IR")),
        ("fa_IR", Some("fa_IR")),
        ("fa-IR", Some("fa_IR")),
        ("FA-ir", Some("fa_IR")),
        ("fa_AF", None),
        ("en", Some("en_US")),
        ("en-gb", Some("en_GB")),
        ("de", Some("de")),
        ("de_AT", None),
        ("", None),
        ("*", None),
    ] {
        let found = translator.language(text);
        assert_eq!(found.as_ref().map(|language| language.code().as_str()), expected, "{text}");
    }
    let persian = translator.language("fa").unwrap();
    assert_eq!((persian.bcp47(), persian.language_name(&code("fa_IR"))), ("fa-IR", "فارسی"));
}

#[test]
fn negotiation() {
    let translator = translator("en_US", &[("en_GB", "", ""), ("fa_IR", "", ""), ("de", "", "")]);
    for (header, expected) in [
        ("", "en_US"),
        ("*", "en_US"),
        ("fa", "fa_IR"),
        ("fa-AF", "fa_IR"),
        ("fr, de-AT;q=0.5", "de"),
        ("en;q=0.5, fa;q=0.6", "fa_IR"),
        ("en", "en_US"),
        ("en-GB", "en_GB"),
        ("en-AU", "en_US"),
        ("en-US;q=0, en", "en_GB"),
        ("en;q=0, *", "fa_IR"),
        ("fr, zh", "en_US"),
        ("fa;q=oops, de", "de"),
        (",;,=;q", "en_US"),
        ("fa_IR", "fa_IR"),
    ] {
        assert_eq!(translator.negotiate(header).code().as_str(), expected, "{header}");
    }
}
