//! Addresses of classes and methods: `packages/ticketing/controllers/Tickets@view`.

use std::fmt;

/// The address of a class, or of one of its methods.
///
/// `/` and `\` are the same, a leading one is allowed, and two addresses are equal when they differ in case
/// and `_` only (`autoClose` = `auto_close`). An address that starts with neither `packages/` nor `themes/`
/// belongs to the package that wrote it.
///
/// ```
/// use ravand_core::Address;
///
/// let short = Address::parse("controllers/Tickets@auto_close", "ticketing")?;
/// let long = Address::parse("\\packages\\Ticketing\\controllers\\tickets@autoClose", "anything")?;
/// assert_eq!(short, long);
/// assert_eq!(short.to_string(), "packages/ticketing/controllers/Tickets@auto_close");
/// assert_eq!(short.method(), Some("auto_close"));
/// # Ok::<(), ravand_core::AddressError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Address {
    text: Box<str>,
    at: Option<usize>,
    key: AddressKey,
}

/// The form of an address in which two spellings of one class are the same text.
///
/// ```
/// use ravand_core::AddressKey;
/// assert_eq!(AddressKey::of("\\packages\\A\\Tickets@autoClose"), AddressKey::of("packages/a/tickets@auto_close"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AddressKey(Box<str>);

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// There is nothing in it, or nothing before the `@`.
    Empty,
    /// A part between two separators is empty.
    EmptyPart,
    /// There is more than one `@`, or nothing after it.
    BadMethod,
    /// A character that no name in an address may have.
    BadCharacter(char),
    /// `packages/` without a package and a class behind it.
    TooShort,
}

impl Address {
    /// Reads an address; `owner` is the package in whose files it stands.
    ///
    /// # Errors
    /// When the text has an empty part, an odd `@`, or a character outside letters, digits, `_` and `-`.
    pub fn parse(text: &str, owner: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let text = text.strip_prefix(['/', '\\']).unwrap_or(text).replace('\\', "/");
        let (class, method) = match text.split_once('@') {
            Some((class, method)) => (class, Some(method)),
            None => (text.as_str(), None),
        };
        if class.is_empty() {
            return Err(AddressError::Empty);
        }
        if let Some(method) = method {
            if method.is_empty() || method.contains(['@', '/']) {
                return Err(AddressError::BadMethod);
            }
            check_part(method)?;
        }
        let mut parts = class.split('/');
        parts.clone().try_for_each(check_part)?;
        let first = parts.next().unwrap_or_default();
        let rooted = first.eq_ignore_ascii_case("packages") || first.eq_ignore_ascii_case("themes");
        if rooted && parts.count() < 2 {
            return Err(AddressError::TooShort);
        }
        let full = if rooted { text } else { format!("packages/{owner}/{text}") };
        Ok(Self { at: full.find('@'), key: AddressKey::of(&full), text: full.into() })
    }

    /// The whole address as it was written, from `packages/` on, with `/` between its parts.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address of the class, without the method.
    pub fn class(&self) -> &str {
        &self.text[..self.at.unwrap_or(self.text.len())]
    }

    /// The class's own name: the last part of [`Address::class`].
    pub fn class_name(&self) -> &str {
        self.class().rsplit('/').next().unwrap_or_default()
    }

    /// The method behind the `@`, when there is one.
    pub fn method(&self) -> Option<&str> {
        self.at.map(|at| &self.text[at + 1..])
    }

    /// The package, or theme, that the address names.
    pub fn package(&self) -> &str {
        self.text.split('/').nth(1).unwrap_or_default()
    }

    /// The comparison form of the whole address.
    pub fn key(&self) -> &AddressKey {
        &self.key
    }

    /// The same class with another method.
    pub fn with_method(&self, method: &str) -> Self {
        let text = format!("{}@{method}", self.class());
        Self { at: text.find('@'), key: AddressKey::of(&text), text: text.into() }
    }
}

impl AddressKey {
    /// Folds `\` to `/`, drops a leading separator and every `_`, and lowers the case.
    pub fn of(text: &str) -> Self {
        let text = text.strip_prefix(['/', '\\']).unwrap_or(text);
        let folded = text.chars().filter(|c| *c != '_').map(|c| if c == '\\' { '/' } else { c });
        Self(folded.flat_map(char::to_lowercase).collect::<String>().into())
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for AddressKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Address {}

impl std::hash::Hash for Address {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the address names no class"),
            Self::EmptyPart => f.write_str("a part of the address is empty"),
            Self::BadMethod => {
                f.write_str("a method is written once, behind `@`, as in `controllers/Tickets@view`")
            }
            Self::BadCharacter(c) => {
                write!(f, "an address is made of letters, digits, `_` and `/`; found {c:?}")
            }
            Self::TooShort => {
                f.write_str("an address has a package and a class, as in `packages/ticketing/Tickets`")
            }
        }
    }
}

impl std::error::Error for AddressError {}

fn check_part(part: &str) -> Result<(), AddressError> {
    if part.is_empty() {
        return Err(AddressError::EmptyPart);
    }
    match part.chars().find(|c| !(c.is_alphanumeric() || *c == '_' || *c == '-')) {
        Some(c) => Err(AddressError::BadCharacter(c)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, AddressError>) {
        let found = Address::parse(text, "own");
        assert_eq!(found.as_ref().map(Address::as_str).map_err(Clone::clone), expected, "{text}");
    }

    #[test]
    fn what_an_address_may_be() {
        check("controllers/Tickets@view", Ok("packages/own/controllers/Tickets@view"));
        check("\\packages/base\\view/events/afterLoad", Ok("packages/base/view/events/afterLoad"));
        check("/themes/panel/views/List", Ok("themes/panel/views/List"));
        check("", Err(AddressError::Empty));
        check("@view", Err(AddressError::Empty));
        check("a//b", Err(AddressError::EmptyPart));
        check("a@", Err(AddressError::BadMethod));
        check("a@b@c", Err(AddressError::BadMethod));
        check("a b", Err(AddressError::BadCharacter(' ')));
        check("packages/own", Err(AddressError::TooShort));
    }
}
