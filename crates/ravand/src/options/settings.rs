//! The framework's own options, read and checked once at the start.

use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use http::HeaderValue;
use ravand_core::{LanguageCode, Problem, Problems, Result, nearest};
use ravand_router::{LanguageMode, Pattern, Scheme};
use serde::Deserialize;

use super::mounts::PackageMount;
use super::origin::Part;
use super::processes::ProcessSettings;
use super::section::Section;
use crate::{Language, Options};

/// The framework's own options.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub development: bool,
    pub server: Server,
    pub router: RouterSettings,
    pub translator: TranslatorSettings,
    pub session: SessionOptions,
    pub security: Security,
    pub theme: Option<String>,
    pub mounts: Vec<PackageMount>,
    pub processes: ProcessSettings,
    #[cfg(feature = "database")]
    pub database: DatabaseSettings,
}

/// `[server]`
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub address: IpAddr,
    pub port: u16,
    pub trusted_proxies: Vec<IpAddr>,
    pub max_uri: usize,
    pub body_limit: usize,
    /// How long a request's head may take to arrive, in seconds.
    pub header_timeout: u64,
    /// How long running requests may go on after a signal to stop, in seconds.
    pub grace: u64,
}

/// `[router]`
#[derive(Clone, Debug, Default)]
pub(crate) struct RouterSettings {
    pub default_domains: Vec<String>,
    pub scheme: Option<SchemePolicy>,
    pub www: Option<Www>,
    pub last_slash: Option<LastSlash>,
    pub conventional: bool,
    pub conventional_packages: bool,
    pub default_package: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SchemePolicy {
    Http,
    Https,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Www {
    Nowww,
    Withwww,
}

/// Whether pages' paths end with a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastSlash {
    With,
    Without,
}

/// `[translator]`
#[derive(Clone, Debug)]
pub(crate) struct TranslatorSettings {
    /// A language's code.
    pub defaultlang: String,
    /// How URLs tell the language.
    pub changelang: LanguageMode,
    /// Whether the browser's languages count where no URL tells one.
    pub accept_language: bool,
    pub timezone: String,
}

/// `changelang = "uri"`, or `changelang = { where = "uri", type = "complete" }`.
#[derive(Deserialize)]
#[serde(untagged)]
enum ChangeLang {
    Word(Where),
    Table {
        r#where: Where,
        #[serde(default)]
        r#type: Form,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Where {
    Uri,
    Parameter,
    None,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    #[default]
    Short,
    Complete,
}

/// `[session]`
#[derive(Clone, Debug)]
pub(crate) struct SessionOptions {
    pub cookie: String,
    /// How long a session lives after it was last changed, in hours.
    pub hours: i64,
    /// Whether cookies are sent over HTTPS only; by default where the scheme policy says `https`.
    pub secure: Option<bool>,
}

/// `[security]`
#[derive(Clone, Debug, Default)]
pub(crate) struct Security {
    pub policy: Option<HeaderValue>,
    pub csrf_exempt: Vec<String>,
}

/// `[database]`
#[cfg(feature = "database")]
#[derive(Clone, Debug, Default)]
pub(crate) struct DatabaseSettings {
    pub url: Option<String>,
    pub connections: Option<u32>,
    /// Whether `serve` brings the tables up to date before it listens.
    pub migrate: Option<bool>,
}

/// The tables and options of the framework, as they stand outside tables.
const TABLES: [&str; 9] =
    ["server", "router", "translator", "session", "security", "view", "processes", "database", "packages"];
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; \
                      form-action 'self'; frame-ancestors 'self'";
/// Fewer characters make no secret.
pub(crate) const SHORTEST_SECRET: usize = 32;

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its place.
    pub fn read(options: &Options) -> Result<Self> {
        let (settings, problems) = Self::gather(options);
        if problems.has_errors() {
            return Err(problems.into());
        }
        for problem in problems.0 {
            tracing::warn!("{}", problem.message);
        }
        Ok(settings)
    }

    /// Reads them, with the default for each that is wrong, and what is wrong.
    pub fn gather(options: &Options) -> (Self, Problems) {
        let mut problems = Problems::default();
        let development = outside(options, &mut problems);
        let settings = Self {
            development,
            server: Server::read(Section::open(options, "server", &mut problems)),
            router: RouterSettings::read(Section::open(options, "router", &mut problems)),
            translator: TranslatorSettings::read(Section::open(options, "translator", &mut problems)),
            session: SessionOptions::read(Section::open(options, "session", &mut problems)),
            security: Security::read(Section::open(options, "security", &mut problems)),
            theme: theme(Section::open(options, "view", &mut problems)),
            mounts: super::mounts::read(options, &mut problems),
            processes: ProcessSettings::read(Section::open(options, "processes", &mut problems)),
            #[cfg(feature = "database")]
            database: DatabaseSettings::read(Section::open(options, "database", &mut problems)),
        };
        (settings, problems)
    }

    /// The scheme of a request that nothing tells of. Only a proxy that is trusted can tell it, or who comes round
    /// all proxies: such a request came by http. Otherwise it is taken to be as the policy wants it, which would
    /// else redirect for ever.
    pub fn scheme_of(&self, by_proxy: bool) -> Scheme {
        match self.router.scheme {
            Some(SchemePolicy::Https) if by_proxy || self.server.trusted_proxies.is_empty() => Scheme::Https,
            _ => Scheme::Http,
        }
    }

    /// The language as the `Content-Language` header puts it.
    pub fn content_language(&self, language: &Language) -> HeaderValue {
        HeaderValue::try_from(language.bcp47()).unwrap_or_else(|_| HeaderValue::from_static("und"))
    }
}

/// The options that stand outside tables. Others may be the application's own: only what is nearly the name of
/// one of the framework's is worth a word.
fn outside(options: &Options, problems: &mut Problems) -> bool {
    let mut own = Section::outside(options, problems);
    let development = own.read("development", "true or false", cfg!(debug_assertions));
    let secret: Option<String> = own.maybe("secret", "a text of at least 32 characters");
    if secret.is_some_and(|secret| secret.chars().count() < SHORTEST_SECRET) {
        own.wrong("secret", format!("has fewer than {SHORTEST_SECRET} characters"));
    }
    let known = || TABLES.into_iter().chain(["development", "secret"]);
    for key in options.keys("").iter().filter(|key| !known().any(|known| known == key.as_str())) {
        if let Some(near) = nearest(key, known()) {
            let problem = Problem::warning(format!("the framework has no option `{key}`"))
                .help(format!("did you mean `{near}`?"));
            problems.push(options.mark(problem, key, Part::Name));
        }
    }
    development
}

impl Server {
    fn read(mut table: Section<'_>) -> Self {
        let default = Self::default();
        let seconds = |seconds: u64| NonZeroU64::new(seconds).unwrap_or(NonZeroU64::MIN);
        let server = Self {
            address: table.read("address", "an IP address, as in \"127.0.0.1\" or \"::\"", default.address),
            port: table.read("port", "a port: a number from 0 to 65535", default.port),
            trusted_proxies: table.read(
                "trusted_proxies",
                "a list of IP addresses, as in [\"10.0.0.1\"]",
                default.trusted_proxies,
            ),
            max_uri: table.read("max_uri", "a number of bytes", default.max_uri),
            body_limit: table.read("body_limit", "a number of bytes", default.body_limit),
            header_timeout: table
                .read("header_timeout", "a number of seconds, at least 1", seconds(default.header_timeout))
                .get(),
            grace: table.read("grace", "a number of seconds", default.grace),
        };
        table.close();
        server
    }

    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies.contains(&address.to_canonical())
    }

    /// The last address of `X-Forwarded-For` that no trusted proxy is.
    pub fn client(&self, list: &str, peer: IpAddr) -> IpAddr {
        let mut client = peer;
        for entry in list.rsplit(',') {
            let Ok(address) = entry.trim().parse::<IpAddr>() else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        client
    }

    pub fn header_timeout(&self) -> Duration {
        Duration::from_secs(self.header_timeout)
    }

    pub fn grace(&self) -> Duration {
        Duration::from_secs(self.grace)
    }
}

impl RouterSettings {
    fn read(mut table: Section<'_>) -> Self {
        let mut settings = Self {
            default_domains: table.read(
                "default_domains",
                "a list of domains, as in [\"example.com\"]",
                Vec::new(),
            ),
            scheme: table.maybe("scheme", "\"http\" or \"https\""),
            www: table.maybe("www", "\"nowww\" or \"withwww\""),
            last_slash: table
                .maybe("last_slash", "true or false")
                .map(|with: bool| if with { LastSlash::With } else { LastSlash::Without }),
            conventional: table.read("conventional", "true or false", false),
            conventional_packages: table.read("conventional_packages", "true or false", false),
            default_package: table.maybe("default_package", "the name of a package"),
        };
        settings.default_domains.retain(|domain| {
            let bad = domain.starts_with('/').then(|| Pattern::parse(domain).err()).flatten();
            if let Some(error) = &bad {
                table.wrong("default_domains", format!("has a pattern that cannot be read: {error}"));
            }
            bad.is_none()
        });
        if settings.conventional && settings.default_package.is_none() {
            table.wrong(
                "conventional",
                "switches conventional routes on, but `router.default_package` is not set".to_owned(),
            );
            settings.conventional = false;
        }
        table.close();
        settings
    }
}

impl TranslatorSettings {
    fn read(mut table: Section<'_>) -> Self {
        let default = Self::default();
        let mut defaultlang =
            table.read("defaultlang", "a language code, as in \"en_US\"", default.defaultlang);
        if let Err(error) = defaultlang.parse::<LanguageCode>() {
            table.wrong("defaultlang", format!("is not right: {error}"));
            defaultlang = Self::default().defaultlang;
        }
        let wanted = "\"uri\", \"parameter\", \"none\", or { where = \"uri\", type = \"complete\" }";
        let changelang = match table.maybe::<ChangeLang>("changelang", wanted) {
            None | Some(ChangeLang::Word(Where::None) | ChangeLang::Table { r#where: Where::None, .. }) => {
                LanguageMode::None
            }
            Some(
                ChangeLang::Word(Where::Parameter) | ChangeLang::Table { r#where: Where::Parameter, .. },
            ) => LanguageMode::Parameter,
            Some(ChangeLang::Table { r#where: Where::Uri, r#type: Form::Complete }) => {
                LanguageMode::UriComplete
            }
            Some(ChangeLang::Word(Where::Uri) | ChangeLang::Table { r#where: Where::Uri, .. }) => {
                LanguageMode::UriShort
            }
        };
        let mut timezone =
            table.read("timezone", "the name of a time zone, as in \"Asia/Tehran\"", default.timezone);
        if let Err(error) = crate::translate::check_timezone(&timezone) {
            table.wrong("timezone", format!("is not right: {error}"));
            timezone = Self::default().timezone;
        }
        let accept_language = table.read("accept_language", "true or false", false);
        table.close();
        Self { defaultlang, changelang, accept_language, timezone }
    }
}

impl SessionOptions {
    fn read(mut table: Section<'_>) -> Self {
        let default = Self::default();
        let mut cookie = table.read("cookie", "the name of a cookie", default.cookie);
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if cookie.is_empty() || !cookie.bytes().all(token) {
            table.wrong("cookie", "is no name of a cookie: write letters, digits, `_` and `-`".to_owned());
            cookie = Self::default().cookie;
        }
        let hours: Option<NonZeroU32> = table.maybe("hours", "a number of hours, at least 1");
        let settings = Self {
            cookie,
            hours: hours.map_or(default.hours, |hours| i64::from(hours.get())),
            secure: table.maybe("secure", "true or false"),
        };
        table.close();
        settings
    }
}

impl Security {
    fn read(mut table: Section<'_>) -> Self {
        let policy =
            table.read("content_security_policy", "a text; an empty one sends none", POLICY.to_owned());
        let policy = match policy.as_str() {
            "" => None,
            policy => HeaderValue::try_from(policy)
                .map_err(|_| table.wrong("content_security_policy", "is not one line of ASCII".to_owned()))
                .ok(),
        };
        let csrf_exempt = table.read("csrf_exempt", "a list of paths, as in [\"/hooks\"]", Vec::new());
        table.close();
        Self { policy, csrf_exempt }
    }
}

#[cfg(feature = "database")]
impl DatabaseSettings {
    fn read(mut table: Section<'_>) -> Self {
        let connections: Option<NonZeroU32> =
            table.maybe("connections", "a number of connections, at least 1");
        let settings = Self {
            url: table.maybe("url", "a URL, as in \"sqlite://storage/app.sqlite\""),
            connections: connections.map(NonZeroU32::get),
            migrate: table.maybe("migrate", "true or false"),
        };
        table.close();
        settings
    }
}

fn theme(mut table: Section<'_>) -> Option<String> {
    let theme = table.maybe("theme", "the name of a theme");
    table.close();
    theme
}

impl Default for Server {
    fn default() -> Self {
        Self {
            address: IpAddr::from([127, 0, 0, 1]),
            port: 8080,
            trusted_proxies: Vec::new(),
            max_uri: 8 * 1024,
            body_limit: 2 * 1024 * 1024,
            header_timeout: 30,
            grace: 10,
        }
    }
}

impl Default for TranslatorSettings {
    fn default() -> Self {
        Self {
            defaultlang: "en_US".into(),
            changelang: LanguageMode::None,
            accept_language: false,
            timezone: "UTC".into(),
        }
    }
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self { cookie: "ravand_session".into(), hours: 24 * 14, secure: None }
    }
}
