//! What the texts that a pattern finds are made of, as far as the pattern tells.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::Pattern;

impl Pattern {
    /// Whether the pattern, or its group of this name, may find a text that has only these letters. `false` is
    /// certain; `true` says only that nothing speaks against it.
    ///
    /// ```
    /// use ravand_router::Pattern;
    ///
    /// let pattern = Pattern::parse(r"/^-\d+$/")?;
    /// assert!(pattern.may_find(None, "-0123456789"));
    /// assert!(!pattern.may_find(None, "0123456789"));
    /// # Ok::<(), ravand_router::PatternError>(())
    /// ```
    pub fn may_find(&self, group: Option<&str>, letters: &str) -> bool {
        let Some(hir) = self.hir() else { return true };
        match group {
            None => may(&hir, letters),
            Some(name) => find(&hir, name).is_none_or(|group| may(group, letters)),
        }
    }

    /// Whether the group of this name takes part in every match; `false` where there is no such group.
    ///
    /// ```
    /// use ravand_router::Pattern;
    ///
    /// let pattern = Pattern::parse("#^/news/(?<year>[0-9]{4})(/(?<slug>[a-z]+))?$#")?;
    /// assert!(pattern.always_has("year"));
    /// assert!(!pattern.always_has("slug"));
    /// # Ok::<(), ravand_router::PatternError>(())
    /// ```
    pub fn always_has(&self, group: &str) -> bool {
        self.hir().is_some_and(|hir| always(&hir, group))
    }

    fn hir(&self) -> Option<Hir> {
        ParserBuilder::new().build().parse(&self.inline()).ok()
    }
}

fn may(hir: &Hir, letters: &str) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            std::str::from_utf8(&literal.0).map_or(true, |text| text.chars().all(|c| letters.contains(c)))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let has = |c: char| class.iter().any(|range| (range.start()..=range.end()).contains(&c));
            letters.chars().any(has)
        }
        // One byte of a letter: nothing is known of the whole letter.
        HirKind::Class(Class::Bytes(_)) => true,
        HirKind::Repetition(repetition) => repetition.min == 0 || may(&repetition.sub, letters),
        HirKind::Capture(group) => may(&group.sub, letters),
        HirKind::Concat(subs) => subs.iter().all(|sub| may(sub, letters)),
        HirKind::Alternation(subs) => subs.iter().any(|sub| may(sub, letters)),
    }
}

fn always(hir: &Hir, name: &str) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) | HirKind::Class(_) => false,
        HirKind::Repetition(repetition) => repetition.min > 0 && always(&repetition.sub, name),
        HirKind::Capture(group) => group.name.as_deref() == Some(name) || always(&group.sub, name),
        HirKind::Concat(subs) => subs.iter().any(|sub| always(sub, name)),
        HirKind::Alternation(subs) => subs.iter().all(|sub| always(sub, name)),
    }
}

/// What is inside of a named group.
fn find<'h>(hir: &'h Hir, name: &str) -> Option<&'h Hir> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) | HirKind::Class(_) => None,
        HirKind::Repetition(repetition) => find(&repetition.sub, name),
        HirKind::Capture(group) if group.name.as_deref() == Some(name) => Some(&group.sub),
        HirKind::Capture(group) => find(&group.sub, name),
        HirKind::Concat(subs) | HirKind::Alternation(subs) => subs.iter().find_map(|sub| find(sub, name)),
    }
}

#[cfg(test)]
mod tests {
    use crate::Pattern;

    #[test]
    fn what_a_pattern_may_find() {
        let digits = "0123456789";
        for (pattern, expected) in [
            (r"/^\d+$/", true),
            ("/^-[0-9]+$/", false),
            ("/^-?[0-9]+$/", true),
            ("/^[a-z]+$/", false),
            ("/^[a-z]*$/", true),
            ("/^(a|1)$/", true),
            ("/^(a|b)$/", false),
            ("/^[a-z0-9]+$/", true),
            ("/^[^0-9]+$/", false),
            ("/x/", false),
            ("/^.+$/", true),
            ("/^$/", true),
            (r"/^\p{N}+$/u", true),
            ("/^ORD[0-9]$/i", false),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().may_find(None, digits), expected, "{pattern}");
        }
    }

    #[test]
    fn what_a_group_may_find() {
        let pattern = Pattern::parse("#^/(?<word>[a-z]+)/(?:(?<id>[0-9]+)|x)$#").unwrap();
        assert!(!pattern.may_find(Some("word"), "0123456789"));
        assert!(pattern.may_find(Some("id"), "0123456789"));
        assert!(pattern.may_find(Some("other"), ""));
        assert!(pattern.always_has("word"));
        assert!(!pattern.always_has("id"));
        assert!(!pattern.always_has("other"));
        assert!(Pattern::parse("#^(?:(?<a>x)1|(?<b>y)2)$#").is_ok_and(|pattern| !pattern.always_has("a")));
    }
}
