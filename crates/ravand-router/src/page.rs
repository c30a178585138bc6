//! URLs of pages that are named by their paths.

use crate::encode::Encoder;
use crate::link::Url;
use crate::{LanguageMode, Router, Rule, UrlError, UrlErrorKind, UrlOptions};

impl Router {
    /// The URL of a page: its language, its path, the parameters as a query.
    ///
    /// The page is a path as URLs write it, with or without a query and a fragment of its own; what cannot stand in
    /// a URL is encoded. An absolute URL is on `host`, or on the first of the router's default domains.
    ///
    /// ```
    /// use ravand_router::{LanguageMode, Languages, Router, UrlOptions};
    ///
    /// let mut builder = Router::builder();
    /// builder.languages(Languages::new(LanguageMode::UriShort, ["en_US", "fa_IR"], "en_US")?);
    /// let router = builder.build();
    ///
    /// let fa = UrlOptions { lang: Some("fa_IR"), ..UrlOptions::default() };
    /// assert_eq!(router.url_of_page("/tickets#new", &[("q", "a b")], &fa)?, "/fa/tickets?q=a%20b#new");
    /// assert_eq!(router.url_of_page("tickets", &[], &UrlOptions::default())?, "/tickets");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the language is not available, or an absolute URL has no host.
    pub fn url_of_page(
        &self,
        page: &str,
        params: &[(&str, &str)],
        options: &UrlOptions<'_>,
    ) -> Result<String, UrlError> {
        let any = Rule::default();
        let link = Url { router: self, rule: &any, params, options };
        self.page(page, &link).map_err(|kind| UrlError::new(page, kind))
    }

    fn page(&self, page: &str, link: &Url<'_>) -> Result<String, UrlErrorKind> {
        let lang = link.lang()?;
        let spelling = lang.and_then(|lang| self.languages.spelling(lang));
        let (page, fragment) = split(page, '#');
        let (path, query) = split(page, '?');
        let encoder = link.encoder();
        let mut url = if link.options.absolute { link.origin()? } else { String::new() };
        let front = url.len();
        if let Some(spelling) = spelling.filter(|_| self.languages.in_path()) {
            url.push('/');
            url.push_str(spelling);
        }
        // Two slashes at the beginning would name a host.
        let path = path.trim_start_matches(['/', '\\']);
        if !path.is_empty() {
            url.push('/');
            encoder.written(path, &mut url);
        }
        if url.len() == front {
            url.push('/');
        }
        if link.options.trailing_slash {
            slash(&mut url);
        }
        let mut mark = '?';
        if !query.is_empty() {
            url.push(mark);
            encoder.written(query, &mut url);
            mark = '&';
        }
        let named = |name: &str| query.split('&').any(|pair| pair.split('=').next() == Some(name));
        let asked = spelling.filter(|_| self.languages.mode() == LanguageMode::Parameter && !named("lang"));
        let given = link.params.iter().copied();
        let own = asked.filter(|_| link.value("lang").is_none()).map(|spelling| ("lang", spelling));
        for (name, value) in given.chain(own) {
            url.push(mark);
            mark = '&';
            encoder.query(name, &mut url);
            url.push('=');
            encoder.query(value, &mut url);
        }
        if !fragment.is_empty() {
            url.push('#');
            Encoder { all: link.options.encode }.written(fragment, &mut url);
        }
        Ok(url)
    }
}

/// Ends a URL's path with a slash, unless its last segment looks like the name of a file.
pub(crate) fn slash(url: &mut String) {
    let last = url.rsplit('/').next().unwrap_or_default();
    if !last.is_empty() && !last.contains('.') {
        url.push('/');
    }
}

/// What is before and behind a letter.
fn split(text: &str, at: char) -> (&str, &str) {
    text.split_once(at).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use crate::{Domain, LanguageMode, Languages, Router, UrlOptions};

    /// Page, parameters, URL or error.
    type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

    fn check(mode: LanguageMode, options: &UrlOptions<'_>, table: &[Row<'_>]) {
        let mut builder = Router::builder();
        builder.languages(Languages::new(mode, ["en_US", "fa_IR"], "en_US").unwrap());
        builder.default_domains(vec![Domain::Name("example.com".into())]);
        let router = builder.build();
        for (page, params, expected) in table {
            let url = router.url_of_page(page, params, options);
            let text = url.unwrap_or_else(|error| error.to_string());
            assert_eq!(&text, expected, "{mode:?} {page} {params:?}");
        }
    }

    #[test]
    fn pages() {
        let plain = UrlOptions::default();
        check(
            LanguageMode::UriShort,
            &plain,
            &[
                ("", &[], "/"),
                ("/", &[], "/"),
                ("a/b/", &[("x", "1&2"), ("x", "3")], "/a/b/?x=1%262&x=3"),
                ("/a%2Fb c\"س", &[], "/a%2Fb%20c%22%D8%B3"),
                ("/a?b=1#c", &[("d", "2")], "/a?b=1&d=2#c"),
                ("//evil.example", &[], "/evil.example"),
                ("/\\evil.example", &[], "/evil.example"),
                ("/a\\b\r\nc", &[], "/a%5Cb%0D%0Ac"),
            ],
        );
        let fa = UrlOptions { lang: Some("fa"), ..plain };
        check(LanguageMode::UriShort, &fa, &[("/", &[], "/fa"), ("/a", &[], "/fa/a")]);
        check(LanguageMode::UriComplete, &fa, &[("/a", &[], "/fa_IR/a")]);
        check(LanguageMode::None, &fa, &[("/a", &[], "/a")]);
        check(
            LanguageMode::Parameter,
            &fa,
            &[
                ("/a?x=1", &[], "/a?x=1&lang=fa"),
                ("/a?lang=en", &[], "/a?lang=en"),
                ("/a", &[("lang", "en")], "/a?lang=en"),
            ],
        );
        let slash = UrlOptions { trailing_slash: true, encode: false, ..plain };
        check(
            LanguageMode::None,
            &slash,
            &[("/", &[], "/"), ("/a", &[], "/a/"), ("/a/", &[], "/a/"), ("/a.css?س", &[], "/a.css?س")],
        );
        let absolute = UrlOptions { absolute: true, scheme: Some(crate::Scheme::Https), ..plain };
        check(LanguageMode::None, &absolute, &[("/a", &[], "https://example.com/a")]);
        let de = UrlOptions { lang: Some("de"), ..plain };
        let says = "the URL of '/a' cannot have the language 'de': it is not available";
        check(LanguageMode::UriShort, &de, &[("/a", &[], says)]);
    }
}
