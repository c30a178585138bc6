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
    /// Whether it is so only where the application's default domains have those of the later rule among them.
    pub fn hangs_on_default_domains(&self) -> bool {
        let uses_default = |(row, _): (&Row, &Place)| row.route.rule.domains.is_empty();
        uses_default(self.early) && !uses_default(self.late)
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
