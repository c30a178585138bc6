//! URLs from rules: the way back.

use crate::link::Url;
use crate::{Router, Scheme, UrlError, UrlErrorKind, nearest};

/// How a URL is wanted.
#[derive(Clone, Copy, Debug)]
pub struct UrlOptions<'a> {
    /// The language, by its code or short code; none: the default language.
    pub lang: Option<&'a str>,
    /// With scheme and host in front. A rule that is not for `host` and
    /// `scheme` has a URL with both in any case.
    pub absolute: bool,
    /// The scheme of an absolute URL, if the rule has it. Without one, and
    /// with a rule for both, the URL begins with `//`.
    pub scheme: Option<Scheme>,
    /// The host of an absolute URL, with its port, if the rule is for it;
    /// otherwise the rule's own domain (with that port) is taken.
    pub host: Option<&'a str>,
    /// Encode letters beyond ASCII. Without it they stay readable; what has a
    /// meaning in URLs is encoded all the same.
    pub encode: bool,
    /// End the path with a slash, unless its last segment has a dot, as the
    /// names of files have.
    pub trailing_slash: bool,
}

impl Default for UrlOptions<'_> {
    fn default() -> Self {
        UrlOptions {
            lang: None,
            absolute: false,
            scheme: None,
            host: None,
            encode: true,
            trailing_slash: false,
        }
    }
}

impl Router {
    /// The URL of the rule that has a name.
    ///
    /// Parameters are encoded once. Those that are in neither the path nor
    /// the domain go to the query; one that is the rule's default is left out
    /// where it can be. Of several paths the one that takes most
    /// of the parameters is built.
    ///
    /// ```
    /// use ravand_router::{Router, Rule, UrlOptions, parts};
    ///
    /// let mut builder = Router::builder();
    /// builder.add(Rule { name: Some("file".into()), ..Rule::path(parts("/files/:path...")) })?;
    /// let router = builder.build();
    ///
    /// let url = |name, params| router.url_for(name, params, &UrlOptions::default());
    /// assert_eq!(url("file", &[("path", "a b/c"), ("v", "1&2")])?, "/files/a%20b/c?v=1%262");
    /// assert_eq!(
    ///     url("fiel", &[]).unwrap_err().to_string(),
    ///     "no rule has the name 'fiel', perhaps 'file' is meant"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn url_for(
        &self,
        name: &str,
        params: &[(&str, &str)],
        options: &UrlOptions<'_>,
    ) -> Result<String, UrlError> {
        match self.names.get(name) {
            Some(&rule) => self.url_for_rule(rule, params, options),
            None => {
                let near = nearest(name, self.names.keys().map(String::as_str)).map(str::to_owned);
                Err(UrlError::new(name, UrlErrorKind::UnknownName { nearest: near }))
            }
        }
    }

    /// The URL of a rule.
    pub fn url_for_rule(
        &self,
        index: usize,
        params: &[(&str, &str)],
        options: &UrlOptions<'_>,
    ) -> Result<String, UrlError> {
        let Some(rule) = self.rules.get(index) else {
            return Err(UrlError::new(&index.to_string(), UrlErrorKind::UnknownRule));
        };
        let url = Url { router: self, rule, params, options };
        url.build().map_err(|kind| match &rule.name {
            Some(name) => UrlError::new(name, kind),
            None => UrlError::new(&index.to_string(), kind),
        })
    }
}
