//! Checks of what forms bring. A fault is told by a phrase.

use ravand::FieldErrors;

/// The text without spaces around it, with how it has too few or too many letters told.
pub fn text(
    errors: &mut FieldErrors,
    field: &str,
    value: &str,
    letters: std::ops::RangeInclusive<usize>,
) -> String {
    let value = value.trim().replace("\r\n", "\n").replace('\0', "");
    let count = value.chars().count();
    if count == 0 {
        errors.add(field, "errors.required");
    } else if count < *letters.start() {
        errors.add(field, format!("errors.{field}.short"));
    } else if count > *letters.end() {
        errors.add(field, format!("errors.{field}.long"));
    }
    value
}

/// One line: the control characters are taken out.
pub fn line(value: &str) -> String {
    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// An e-mail address as people write it: something, `@`, a domain with a dot.
pub fn email(errors: &mut FieldErrors, field: &str, value: &str) -> String {
    let value = value.trim().to_owned();
    if value.is_empty() {
        errors.add(field, "errors.required");
    } else if !is_email(&value) {
        errors.add(field, "errors.email");
    }
    value
}

/// Whether a text has the form of an e-mail address.
pub fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c);
    let labels = domain.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    });
    let user = !user.is_empty() && user.len() <= 64 && user.chars().all(plain) && !user.contains('@');
    text.len() <= 254 && user && domain.contains('.') && labels && !user_dots(text)
}

/// A dot at an end of the name, or two in a row, is refused by mail servers.
fn user_dots(text: &str) -> bool {
    let user = text.split('@').next().unwrap_or_default();
    user.starts_with('.') || user.ends_with('.') || user.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("a@b.co", true),
            ("first.last+tag@mail.example.com", true),
            ("کاربر@نمونه.ایران", true),
            ("a@b", false),
            ("a b@c.de", false),
            ("@c.de", false),
            ("a@@c.de", false),
            ("a@c..de", false),
            (".a@c.de", false),
            ("a..b@c.de", false),
            ("a@-c.de", false),
            ("a@c.de\nBcc: x@y.zz", false),
            ("<a@c.de>", false),
        ] {
            assert_eq!(is_email(text), expected, "{text}");
        }
    }

    #[test]
    fn lengths_are_counted_in_letters() {
        let check = |value: &str| {
            let mut errors = FieldErrors::default();
            text(&mut errors, "subject", value, 3..=5);
            errors.of("subject").join(" ")
        };
        assert_eq!(check("  "), "errors.required");
        assert_eq!(check("ab "), "errors.subject.short");
        assert_eq!(check("سلام"), "");
        assert_eq!(check("abcdef"), "errors.subject.long");
    }
}
