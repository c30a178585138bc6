//! Ravand's router: rules compiled into a matcher, and URLs back.
//!
//! The crate is pure: it knows nothing of a server, of a database, of
//! manifests or of any other crate of the framework. A [`Rule`] says which
//! requests it is for; a [`RouterBuilder`] takes rules in load order and
//! compiles them once; a [`Router`] finds the rule of a request
//! ([`Router::find`]), says why the others were not it ([`Router::explain`])
//! and builds URLs from rules ([`Router::url_for`]).
//!
//! ```
//! use ravand_router::{Outcome, Request, Router, Rule, UrlOptions, parts};
//!
//! let mut builder = Router::builder();
//! let rule = builder.add(Rule {
//!     name: Some("ticket".into()),
//!     methods: vec!["GET".into()],
//!     ..Rule::path(parts("/tickets/:id"))
//! })?;
//! let router = builder.build();
//!
//! let Outcome::Found(found) = router.find(&Request::get("/tickets/42")) else { panic!() };
//! assert_eq!(found.rule, rule);
//! assert_eq!(found.params.get("id"), Some("42"));
//!
//! let url = router.url_for("ticket", &[("id", "a/b")], &UrlOptions::default())?;
//! assert_eq!(url, "/tickets/a%2Fb");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Precedence
//!
//! Absolute rules come first, then normal rules, then regex rules. Within the
//! first two: fewer wildcards first, then fewer dynamic parts, then more
//! parts, then load order. Regex rules keep load order. Every path of a rule
//! has a place of its own in this order, its [`Rank`].
//!
//! # What a path is
//!
//! A path is split on `/` first and percent-decoded after, so that `%2F` is
//! a letter of a segment and never a separator.
//!
//! | path | segments | remark |
//! |---|---|---|
//! | `/`, and the empty path | none | |
//! | `/a`, `/a/` | `a` | one trailing slash adds no segment |
//! | `/a//` | `a`, *empty* | |
//! | `/a//b` | `a`, *empty*, `b` | only the inside of a wildcard takes an empty segment |
//! | `//a` | *empty*, `a` | matches no path rule |
//! | `/0/` | `0` | |
//! | `/a/../b`, `/a/%2E%2E/b` | `a`, `..`, `b` | nothing is resolved |
//! | `/a%2Fb` | `a/b` | one segment |
//! | `/%zz`, `/%4` | | bad request: [`BadPath::Percent`] |
//! | `/%FF` | | bad request: [`BadPath::Utf8`] |
//! | `a` | | bad request: [`BadPath::NoSlash`] |
//!
//! A static part takes the segment that is equal to it, letter by letter. A
//! dynamic part takes one segment that is not empty. A wildcard takes one or
//! more segments, of which the first and the last are not empty; at the end
//! of a path it also takes none, and its value is then the empty string. When
//! a path can be read in several ways, earlier wildcards take as little as
//! possible.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod alternative;
mod builder;
mod conventional;
mod cover;
mod encode;
mod explain;
mod few_params;
mod fill;
mod grow;
mod host;
mod language;
mod letters;
mod link;
mod method;
mod mount;
mod names;
mod nearest;
mod origin;
mod page;
mod params;
mod path;
mod pattern;
mod perl;
mod rank;
mod reverse;
mod router;
mod rule;
mod search;
mod separators;
mod shown;
mod straight;
mod tree;
mod url;
mod url_error;
mod walk;
mod words;

pub use builder::{RouterBuilder, RuleError, RuleErrorKind};
pub use conventional::{Conventional, ConventionalError, conventional, kebab, words};
pub use cover::Unreachable;
pub use explain::{Reason, Tried};
pub use language::{LanguageError, LanguageMode, Languages};
pub use mount::{Mount, MountError};
pub use nearest::nearest;
pub use params::Params;
pub use path::BadPath;
pub use pattern::{Pattern, PatternError};
pub use rank::{Class, Place, Rank};
pub use router::{Match, Outcome, Request, Router};
pub use rule::{Domain, Part, Rule, Scheme, parts};
pub use shown::Cost;
pub use url::UrlOptions;
pub use url_error::{UrlError, UrlErrorKind};
