//! The framework's own options, read and checked once at the start.

use std::net::IpAddr;
use std::time::Duration;

use http::HeaderValue;
use ravand_core::{Error, Result};
use serde::Deserialize;

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
    #[cfg_attr(not(feature = "views"), expect(dead_code))]
    pub theme: Option<String>,
    #[cfg(feature = "database")]
    pub database: DatabaseSettings,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
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
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RouterSettings {
    pub default_domains: Vec<String>,
    pub scheme: Option<SchemePolicy>,
    pub www: Option<Www>,
    #[serde(skip)]
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
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TranslatorSettings {
    pub defaultlang: String,
    pub changelang: Option<ChangeLang>,
    pub timezone: String,
}

/// `changelang = "uri"`, or `changelang = { where = "uri", type = "complete" }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum ChangeLang {
    Word(String),
    Table {
        r#where: String,
        #[serde(default)]
        r#type: Option<String>,
    },
}

/// `[session]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
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

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SecurityTable {
    content_security_policy: String,
    csrf_exempt: Vec<String>,
}

/// `[database]`
#[cfg(feature = "database")]
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DatabaseSettings {
    pub url: Option<String>,
    pub connections: Option<u32>,
    /// Whether `serve` brings the tables up to date before it listens.
    pub migrate: Option<bool>,
}

impl Settings {
    /// Reads them; a wrong type or an unknown key is an error that names the table.
    pub fn read(options: &Options) -> Result<Self> {
        let security: SecurityTable = table(options, "security")?;
        let last_slash = match options.get::<serde_json::Value>("router.last_slash")? {
            None => None,
            Some(serde_json::Value::Bool(true)) => Some(LastSlash::With),
            Some(serde_json::Value::Bool(false)) => Some(LastSlash::Without),
            Some(_) => return Err(Error::internal("the option `router.last_slash` is true or false")),
        };
        let mut router: RouterSettings = match options.get::<serde_json::Value>("router")? {
            Some(serde_json::Value::Object(mut map)) => {
                map.remove("last_slash");
                serde_json::from_value(map.into()).map_err(|error| wrong("router", &error))?
            }
            Some(_) => return Err(Error::internal("the option `router` is a table")),
            None => RouterSettings::default(),
        };
        router.last_slash = last_slash;
        Ok(Self {
            development: options.get_or("development", cfg!(debug_assertions))?,
            server: table(options, "server")?,
            router,
            translator: table(options, "translator")?,
            session: table(options, "session")?,
            security: Security {
                policy: match security.content_security_policy.as_str() {
                    "" => None,
                    policy => Some(HeaderValue::try_from(policy).map_err(|_| {
                        Error::internal("the option `security.content_security_policy` is one line of ASCII")
                    })?),
                },
                csrf_exempt: security.csrf_exempt,
            },
            theme: options.get("view.theme")?,
            #[cfg(feature = "database")]
            database: table(options, "database")?,
        })
    }

    /// The language as the `Content-Language` header puts it.
    pub fn content_language(&self, language: &Language) -> HeaderValue {
        HeaderValue::try_from(language.bcp47()).unwrap_or_else(|_| HeaderValue::from_static("und"))
    }
}

impl Server {
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

fn table<T: for<'de> Deserialize<'de>>(options: &Options, name: &str) -> Result<T> {
    let value = options.get::<serde_json::Value>(name)?.unwrap_or_else(|| serde_json::json!({}));
    serde_json::from_value(value).map_err(|error| wrong(name, &error))
}

fn wrong(name: &str, error: &serde_json::Error) -> Error {
    Error::internal(format!("the options `[{name}]` are not right: {error}"))
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
        Self { defaultlang: "en_US".into(), changelang: None, timezone: "UTC".into() }
    }
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self { cookie: "ravand_session".into(), hours: 24 * 14, secure: None }
    }
}

impl Default for SecurityTable {
    fn default() -> Self {
        Self {
            content_security_policy:
                "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; \
                                      form-action 'self'; frame-ancestors 'self'"
                    .into(),
            csrf_exempt: Vec::new(),
        }
    }
}
