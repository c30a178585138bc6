//! The conventional path: `/:controller/:action/key1/value1/…`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use crate::path::decode;
use crate::{BadPath, Params};

/// What controllers and actions are called where a path names none.
const INDEX: &str = "index";

/// A conventional path, taken apart. Names are as the path spells them,
/// decoded; [`words`] compares them with the names of classes and actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conventional {
    /// The package's own name, if the path begins with one.
    pub package: Option<String>,
    /// The controller; `index` if there is none.
    pub controller: String,
    /// The action; `index` if there is none.
    pub action: String,
    /// Keys and values.
    pub params: Params,
    /// The keys and values as they came, with the slash before them.
    tail: String,
    /// The path ended with a slash.
    slash: bool,
}

/// Takes a raw path apart.
///
/// `package` says which package, by its own name, a decoded first segment
/// spells; `|_| None` where no package may lead. A key without a value has
/// the empty string, a repeated key keeps the last value, and a trailing
/// slash adds no segment.
///
/// ```
/// use ravand_router::conventional;
///
/// let path = conventional("/roadmap/future/key1/a%2Fb/key2", |_| None)?;
/// assert_eq!((path.controller.as_str(), path.action.as_str()), ("roadmap", "future"));
/// assert_eq!(path.params.get("key1"), Some("a/b"));
/// assert_eq!(path.params.get("key2"), Some(""));
/// assert_eq!(conventional("/", |_| None)?.action, "index");
/// # Ok::<(), ravand_router::ConventionalError>(())
/// ```
pub fn conventional(
    raw: &str,
    package: impl Fn(&str) -> Option<String>,
) -> Result<Conventional, ConventionalError> {
    let rest = match raw {
        "" => "",
        _ => raw.strip_prefix('/').ok_or(ConventionalError::Bad(BadPath::NoSlash))?,
    };
    let (rest, slash) = match rest.strip_suffix('/') {
        Some(rest) => (rest, true),
        None => (rest, raw == "/"),
    };
    if slash && rest.is_empty() && raw != "/" {
        return Err(ConventionalError::Empty { offset: 1 });
    }
    let mut offset = 1;
    let mut segments = Vec::new();
    for segment in rest.split('/').filter(|_| !rest.is_empty()) {
        segments.push((offset, decode(segment, offset).map_err(ConventionalError::Bad)?));
        offset += segment.len() + 1;
    }
    let mut segments = segments.into_iter().peekable();
    let package = segments.peek().and_then(|(_, first)| package(first));
    if package.is_some() {
        segments.next();
    }
    let mut name = || match segments.next() {
        None => Ok(INDEX.to_owned()),
        Some((offset, name)) if words(&name).is_empty() => Err(ConventionalError::Empty { offset }),
        Some((_, name)) => Ok(name.into_owned()),
    };
    let (controller, action) = (name()?, name()?);
    let tail = segments.peek().and_then(|(start, _)| raw.get(start - 1..)).unwrap_or_default();
    let tail = tail.strip_suffix('/').filter(|_| slash).unwrap_or(tail).to_owned();
    let mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
    let mut places: HashMap<Cow<'_, str>, usize> = HashMap::new();
    while let Some((offset, key)) = segments.next() {
        if key.is_empty() {
            return Err(ConventionalError::Empty { offset });
        }
        let value = segments.next().map(|(_, value)| value).unwrap_or_default();
        match places.entry(key.clone()) {
            Entry::Occupied(place) => pairs[*place.get()].1 = value,
            Entry::Vacant(place) => {
                place.insert(pairs.len());
                pairs.push((key, value));
            }
        }
    }
    let params = pairs.iter().map(|(key, value)| (&**key, &**value)).collect();
    Ok(Conventional { package, controller, action, params, tail, slash })
}

impl Conventional {
    /// The one canonical path of the page, where `controller` and `action`
    /// are the names that were found for it: lower case with `-` between
    /// words, and no `index` at the end. Keys, values and a trailing slash
    /// stay as they came. A request for any other spelling of it is
    /// redirected there.
    ///
    /// ```
    /// use ravand_router::conventional;
    ///
    /// let path = conventional("/Help.Desk/autoClose/k/%41", |_| None)?;
    /// assert_eq!(path.canonical("HelpDesk", "auto_close"), "/help-desk/auto-close/k/%41");
    /// let path = conventional("/helpdesk/index", |_| None)?;
    /// assert_eq!(path.canonical("HelpDesk", "index"), "/help-desk");
    /// # Ok::<(), ravand_router::ConventionalError>(())
    /// ```
    pub fn canonical(&self, controller: &str, action: &str) -> String {
        let mut names = vec![kebab(controller), kebab(action)];
        if self.tail.is_empty() {
            while names.last().is_some_and(|name| name == INDEX) {
                names.pop();
            }
        }
        names.splice(0..0, self.package.as_deref().map(kebab));
        let mut path = String::new();
        for name in &names {
            path.push('/');
            path.push_str(name);
        }
        path.push_str(&self.tail);
        if self.slash || path.is_empty() {
            path.push('/');
        }
        path
    }
}

/// Why a path is no conventional one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConventionalError {
    /// It cannot be read: a bad request.
    Bad(BadPath),
    /// A name or key is empty, or a name has no letter: nothing is found
    /// there.
    Empty {
        /// Where the segment begins.
        offset: usize,
    },
}

impl fmt::Display for ConventionalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConventionalError::Bad(bad) => bad.fmt(f),
            ConventionalError::Empty { offset } => {
                write!(f, "the segment at byte {offset} of the path names nothing")
            }
        }
    }
}

impl std::error::Error for ConventionalError {}

/// The key by which names are compared: lower case, without what separates
/// words (`-`, `.` and `_`).
///
/// ```
/// use ravand_router::words;
///
/// assert_eq!(words("help-desk"), words("HelpDesk"));
/// assert_eq!(words("auto.close"), words("auto_close"));
/// ```
pub fn words(name: &str) -> String {
    let letters = name.chars().filter(|letter| !matches!(letter, '-' | '.' | '_'));
    letters.flat_map(char::to_lowercase).collect()
}

/// A name as canonical paths write it: lower case with `-` between words.
///
/// ```
/// use ravand_router::kebab;
///
/// assert_eq!(kebab("HelpDesk"), "help-desk");
/// assert_eq!(kebab("auto_close"), "auto-close");
/// assert_eq!(kebab("HTTPServer2"), "http-server2");
/// ```
pub fn kebab(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    let mut before: Option<char> = None;
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let separator = matches!(letter, '-' | '.' | '_');
        let next_is_small = letters.peek().is_some_and(|next| next.is_lowercase());
        let begins =
            letter.is_uppercase() && before.is_some_and(|before| !before.is_uppercase() || next_is_small);
        if (separator || begins) && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if !separator {
            out.extend(letter.to_lowercase());
        }
        before = Some(letter);
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

#[cfg(test)]
mod tests {
    use super::{Conventional, ConventionalError, conventional, kebab};
    use crate::BadPath;

    fn read(raw: &str) -> Result<Conventional, ConventionalError> {
        let packages = ["help_desk", "blog"];
        conventional(raw, |first| {
            packages.iter().find(|name| super::words(name) == super::words(first)).map(ToString::to_string)
        })
    }

    #[test]
    fn paths_are_taken_apart() {
        for (raw, expected, canonical) in [
            ("", ": index index", "/"),
            ("/", ": index index", "/"),
            ("/index", ": index index", "/"),
            ("/index/index/", ": index index", "/"),
            ("/roadmap", ": roadmap index", "/roadmap"),
            ("/roadmap/", ": roadmap index", "/roadmap/"),
            ("/roadmap/index/", ": roadmap index", "/roadmap/"),
            ("/roadmap/future/", ": roadmap future", "/roadmap/future/"),
            ("/Roadmap/Future", ": Roadmap Future", "/roadmap/future"),
            ("/index/future", ": index future", "/index/future"),
            ("/roadmap/future/k/v/", ": roadmap future k=v", "/roadmap/future/k/v/"),
            ("/roadmap/future/k", ": roadmap future k=", "/roadmap/future/k"),
            ("/roadmap/future/k//", ": roadmap future k=", "/roadmap/future/k//"),
            ("/roadmap/future/k/1/k/2", ": roadmap future k=2", "/roadmap/future/k/1/k/2"),
            ("/roadmap/index/k/v", ": roadmap index k=v", "/roadmap/index/k/v"),
            ("/roadmap/x/%6b/%2525", ": roadmap x k=%25", "/roadmap/x/%6b/%2525"),
            ("/%72oadmap", ": roadmap index", "/roadmap"),
            ("/blog", "blog: index index", "/blog"),
            ("/help-desk/Tickets/view", "help_desk: Tickets view", "/help-desk/tickets/view"),
            ("/help-desk/index/index", "help_desk: index index", "/help-desk"),
            ("/0/0/", ": 0 0", "/0/0/"),
        ] {
            let path = read(raw).unwrap();
            let package = path.package.clone().unwrap_or_default();
            let mut text = format!("{package}: {} {}", path.controller, path.action);
            text.extend(path.params.iter().map(|(key, value)| format!(" {key}={value}")));
            assert_eq!(text, expected, "{raw}");
            let found = path.canonical(&path.controller, &path.action);
            assert_eq!(found, canonical, "{raw}");
            assert_eq!(read(&found).map(|path| path.canonical(&path.controller, &path.action)), Ok(found));
        }
    }

    #[test]
    fn what_names_nothing_is_an_error() {
        for (raw, offset) in
            [("//", 1), ("//a", 1), ("/a//b", 3), ("/a/b//c", 5), ("/..", 1), ("/a/-/", 3), ("///", 1)]
        {
            assert_eq!(read(raw), Err(ConventionalError::Empty { offset }), "{raw}");
        }
        assert_eq!(read("/a/%4"), Err(ConventionalError::Bad(BadPath::Percent { offset: 3 })));
        assert_eq!(read("/a/%FF"), Err(ConventionalError::Bad(BadPath::Utf8 { offset: 3 })));
        assert_eq!(read("a"), Err(ConventionalError::Bad(BadPath::NoSlash)));
    }

    #[test]
    fn kebab_separates_words() {
        for (name, expected) in
            [("Tickets", "tickets"), ("_a__b_", "a-b"), ("myHTTPServer", "my-http-server"), ("A1B", "a1-b")]
        {
            assert_eq!(kebab(name), expected);
        }
    }
}
