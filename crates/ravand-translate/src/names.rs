//! What each language calls itself.

use ravand_core::LanguageCode;

/// The language's name in the language itself (CLDR), or its code where the table has none.
pub(crate) fn own_name(code: &LanguageCode) -> &str {
    match code.as_str() {
        "zh_CN" | "zh_SG" => "简体中文",
        "zh_HK" | "zh_MO" | "zh_TW" => "繁體中文",
        _ => match NAMES.binary_search_by_key(&code.short(), |(short, _)| short) {
            Ok(at) => NAMES.get(at).map_or(code.as_str(), |(_, name)| name),
            Err(_) => code.as_str(),
        },
    }
}

/// In the order of the codes.
const NAMES: &[(&str, &str)] = &[
    ("af", "Afrikaans"),
    ("am", "አማርኛ"),
    ("ar", "العربية"),
    ("as", "অসমীয়া"),
    ("ast", "asturianu"),
    ("az", "azərbaycan"),
    ("azb", "تۆرکجه"),
    ("be", "беларуская"),
    ("bg", "български"),
    ("bn", "বাংলা"),
    ("br", "brezhoneg"),
    ("bs", "bosanski"),
    ("ca", "català"),
    ("ceb", "Cebuano"),
    ("ckb", "کوردیی ناوەندی"),
    ("cs", "čeština"),
    ("cy", "Cymraeg"),
    ("da", "dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("eo", "Esperanto"),
    ("es", "español"),
    ("et", "eesti"),
    ("eu", "euskara"),
    ("fa", "فارسی"),
    ("fi", "suomi"),
    ("fil", "Filipino"),
    ("fo", "føroyskt"),
    ("fr", "français"),
    ("fy", "Frysk"),
    ("ga", "Gaeilge"),
    ("gd", "Gàidhlig"),
    ("gl", "galego"),
    ("gu", "ગુજરાતી"),
    ("ha", "Hausa"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hr", "hrvatski"),
    ("hu", "magyar"),
    ("hy", "հայերեն"),
    ("ia", "interlingua"),
    ("id", "Indonesia"),
    ("ig", "Asụsụ Igbo"),
    ("is", "íslenska"),
    ("it", "italiano"),
    ("ja", "日本語"),
    ("jv", "Jawa"),
    ("ka", "ქართული"),
    ("kab", "Taqbaylit"),
    ("kk", "қазақ тілі"),
    ("km", "ខ្មែរ"),
    ("kn", "ಕನ್ನಡ"),
    ("ko", "한국어"),
    ("kok", "कोंकणी"),
    ("ku", "kurdî"),
    ("ky", "кыргызча"),
    ("la", "Latina"),
    ("lb", "Lëtzebuergesch"),
    ("lo", "ລາວ"),
    ("lt", "lietuvių"),
    ("lv", "latviešu"),
    ("mk", "македонски"),
    ("ml", "മലയാളം"),
    ("mn", "монгол"),
    ("mni", "মৈতৈলোন্"),
    ("mr", "मराठी"),
    ("ms", "Melayu"),
    ("mt", "Malti"),
    ("my", "မြန်မာ"),
    ("mzn", "مازرونی"),
    ("nb", "norsk bokmål"),
    ("ne", "नेपाली"),
    ("nl", "Nederlands"),
    ("nn", "norsk nynorsk"),
    ("no", "norsk"),
    ("or", "ଓଡ଼ିଆ"),
    ("pa", "ਪੰਜਾਬੀ"),
    ("pl", "polski"),
    ("ps", "پښتو"),
    ("pt", "português"),
    ("qu", "Runasimi"),
    ("rm", "rumantsch"),
    ("ro", "română"),
    ("ru", "русский"),
    ("rw", "Ikinyarwanda"),
    ("sa", "संस्कृत भाषा"),
    ("sat", "ᱥᱟᱱᱛᱟᱲᱤ"),
    ("sc", "sardu"),
    ("sd", "سنڌي"),
    ("si", "සිංහල"),
    ("sk", "slovenčina"),
    ("sl", "slovenščina"),
    ("so", "Soomaali"),
    ("sq", "shqip"),
    ("sr", "српски"),
    ("su", "Basa Sunda"),
    ("sv", "svenska"),
    ("sw", "Kiswahili"),
    ("ta", "தமிழ்"),
    ("te", "తెలుగు"),
    ("tg", "тоҷикӣ"),
    ("th", "ไทย"),
    ("ti", "ትግርኛ"),
    ("tk", "türkmen dili"),
    ("tl", "Tagalog"),
    ("to", "lea fakatonga"),
    ("tr", "Türkçe"),
    ("tt", "татар"),
    ("ug", "ئۇيغۇرچە"),
    ("uk", "українська"),
    ("ur", "اردو"),
    ("uz", "o‘zbek"),
    ("vi", "Tiếng Việt"),
    ("wo", "Wolof"),
    ("xh", "IsiXhosa"),
    ("yi", "ייִדיש"),
    ("yo", "Èdè Yorùbá"),
    ("yue", "粵語"),
    ("zh", "中文"),
    ("zu", "isiZulu"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, expected: &str) {
        assert_eq!(own_name(&code.parse().unwrap()), expected, "{code}");
    }

    #[test]
    fn names() {
        assert!(NAMES.is_sorted_by_key(|(short, _)| short));
        check("fa_IR", "فارسی");
        check("en", "English");
        check("ar_EG", "العربية");
        check("hi", "हिन्दी");
        check("zh", "中文");
        check("zh_TW", "繁體中文");
        check("zz_ZZ", "zz_ZZ");
    }
}
