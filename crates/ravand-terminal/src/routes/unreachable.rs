//! Rules that no request reaches, as `check` tells of them.

use ravand_core::Problem;
use ravand_manifest::Allow;
use ravand_router::{Place, Rank};

use super::{RouteTable, Row};

/// A path of a rule that no request reaches, and the one before it that takes them all.
#[derive(Clone, Copy, Debug)]
pub struct Unreachable<'t> {
    late: (&'t Row, &'t Place),
    early: (&'t Row, &'t Place),
}

impl RouteTable {
    /// The paths of rules that no request reaches.
    pub fn unreachable(&self) -> impl Iterator<Item = Unreachable<'_>> {
        let at = |rank: Rank| self.in_order().find(|(_, place)| place.rank == rank);
        let all = self.router.unreachable().into_iter();
        all.filter_map(move |one| Some(Unreachable { late: at(one.rank)?, early: at(one.by_rank)? }))
            // Where the earlier rule's permission refuses, the search goes on.
            .filter(|one| one.early.0.is_open())
    }
}

impl Unreachable<'_> {
    /// Whether an application's options may make it otherwise: by its default domains, or by a mount, which puts a
    /// path, a domain or a scheme in front of the rules of one package.
    pub fn hangs_on_options(&self) -> bool {
        let ((early, _), (late, _)) = (self.early, self.late);
        let (first, second) = (&early.route.rule, &late.route.rule);
        early.package != late.package
            || (first.domains.is_empty() && !second.domains.is_empty())
            || (first.schemes.is_empty() && !second.schemes.is_empty())
    }

    /// As a warning about the later rule, which names the earlier one.
    pub fn problem(&self) -> Problem {
        let shown = |(row, place): (&Row, &Place)| {
            let rule = &row.route.rule;
            format!("{} {}", rule.methods_text(), rule.path_text(place.path))
        };
        let early = format!(
            "`{}` at {} is tried before it and takes all its requests",
            shown(self.early),
            self.early.0.route.place
        );
        Problem::warning(format!("no request reaches the rule `{}`", shown(self.late)))
            .at(self.late.0.route.place.clone())
            .help(early)
    }
}

impl Row {
    fn is_open(&self) -> bool {
        matches!((&self.route.permissions.api, &self.route.permissions.ajax), (Allow::Yes, Allow::Yes))
    }
}
