//! Rules that no request can reach.

use crate::tree::Check;
use crate::{Part, Rank, Router};

/// A path of a rule that another one, earlier in rank order, always takes
/// before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable {
    /// The rule that is never found by this path.
    pub rule: usize,
    /// Its place.
    pub rank: Rank,
    /// The rule that is found instead.
    pub by: usize,
    /// The place of its path that is found.
    pub by_rank: Rank,
}

impl Router {
    /// The paths that no request can reach, since one rule before them takes
    /// all of theirs. (An earlier rule that a permission refuses lets them
    /// be reached; the router knows no permissions.)
    ///
    /// ```
    /// use ravand_router::{Router, Rule, parts};
    ///
    /// let mut builder = Router::builder();
    /// builder.add(Rule::path(parts("/:page...")))?;
    /// builder.add(Rule::path(parts("/:lang/:page...")))?;
    /// builder.add(Rule::path(parts("/about")))?;
    /// let unreachable = builder.build().unreachable();
    /// assert_eq!(unreachable.len(), 1);
    /// assert_eq!((unreachable[0].rule, unreachable[0].by), (1, 0));
    /// # Ok::<(), ravand_router::RuleError>(())
    /// ```
    pub fn unreachable(&self) -> Vec<Unreachable> {
        let mut list = Vec::new();
        for (at, late) in self.alternatives.iter().enumerate() {
            let Some(late_rule) = self.rules.get(late.place.rule) else { continue };
            let by = self.alternatives[..at].iter().find(|early| {
                early.place.class == late.place.class
                    && self.rules.get(early.place.rule).is_some_and(|early_rule| {
                        match (&early_rule.regex, &late_rule.regex) {
                            (Some(early), Some(late)) => early == late,
                            (None, None) => covers(
                                early_rule.paths.get(early.place.path).map_or(&[], Vec::as_slice),
                                late_rule.paths.get(late.place.path).map_or(&[], Vec::as_slice),
                            ),
                            _ => false,
                        }
                    })
                    && early.cover(late, &self.default_hosts)
            });
            if let Some(early) = by {
                list.push(Unreachable {
                    rule: late.place.rule,
                    rank: late.place.rank,
                    by: early.place.rule,
                    by_rank: early.place.rank,
                });
            }
        }
        list
    }
}

/// Whether every path that `late` takes is taken by `early`, as far as their
/// texts tell: true is certain, false may be true.
fn covers(early: &[Part], late: &[Part]) -> bool {
    let Some((first, rest)) = early.split_first() else { return late.is_empty() };
    if let Part::Wildcard { .. } = first {
        if Check::of(first).is_some() {
            return early == late;
        }
        // At the end it takes everything that is left, and nothing too.
        return rest.is_empty()
            || (1..=late.len()).any(|taken| {
                let may_be_none = taken == late.len() && matches!(late.last(), Some(Part::Wildcard { .. }));
                !may_be_none && covers(rest, &late[taken..])
            });
    }
    let Some((other, others)) = late.split_first() else { return false };
    let one = match (first, other) {
        (Part::Static(early), Part::Static(late)) => early == late,
        (Part::Dynamic { .. }, Part::Static(late)) => {
            !late.is_empty() && Check::of(first).is_none_or(|check| check.accept(late))
        }
        (Part::Dynamic { .. }, Part::Dynamic { values, .. }) => match Check::of(first) {
            None => true,
            Some(check) if !values.is_empty() => values.iter().all(|value| check.accept(value)),
            early => early == Check::of(other),
        },
        _ => false,
    };
    one && covers(rest, others)
}

#[cfg(test)]
mod tests {
    use super::covers;
    use crate::parts;

    #[test]
    fn paths_cover_paths() {
        for (early, late, expected) in [
            ("/", "/", true),
            ("/a", "/a", true),
            ("/a", "/b", false),
            ("/:x", "/a", true),
            ("/a", "/:x", false),
            ("/:x", "/:y", true),
            ("/:x", "/:y...", false),
            ("/:x...", "/", true),
            ("/:x...", "/:a/:b", true),
            ("/:x...", "/a/:b...", true),
            ("/a/:x...", "/a/:b...", true),
            ("/a/:x...", "/:b/a", false),
            ("/:x.../z", "/a/:b/z", true),
            ("/:x.../z", "/a/:b", false),
            ("/:x.../:y", "/a/:b...", false),
            ("/:x.../:y", "/a/b/:c...", false),
        ] {
            assert_eq!(covers(&parts(early), &parts(late)), expected, "{early} over {late}");
        }
    }
}
