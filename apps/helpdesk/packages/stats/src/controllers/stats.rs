//! The page of the statistics, for staff.

use std::collections::HashMap;

use ravand::prelude::*;
use userpanel::auth::current_user::Staff;

use crate::models::page_view;
use crate::views::stats::{Bar, StatsPage, ViewCount};

/// How many days are shown.
const DAYS: i64 = 14;

/// The page of the statistics. Its rule asks for staff too; this field holds at the conventional address.
#[derive(Controller)]
pub struct Stats {
    db: Db,
    _staff: Staff,
}

#[controller]
impl Stats {
    /// The last two weeks.
    pub async fn index(&self) -> Result<StatsPage> {
        let today = page_view::today();
        let first = today - DAYS + 1;
        let (mut found, mut by_view) = (HashMap::<i64, i64>::new(), HashMap::<String, i64>::new());
        for row in page_view::since(&self.db, first).await? {
            *found.entry(row.day).or_default() += row.count;
            *by_view.entry(row.view).or_default() += row.count;
        }
        let mut views: Vec<(String, i64)> = by_view.into_iter().collect();
        views.sort_by(|(one, fewer), (other, more)| more.cmp(fewer).then_with(|| one.cmp(other)));
        let most = found.values().copied().max().unwrap_or_default();
        let days = (first..=today).map(|day| {
            let count = found.get(&day).copied().unwrap_or_default();
            Bar { at: day * 86_400, count, step: step(count, most) }
        });
        let most_shown = views.first().map(|(_, count)| *count).unwrap_or_default();
        Ok(StatsPage {
            days: days.collect(),
            total: found.values().sum(),
            views: views
                .into_iter()
                .map(|(name, count)| ViewCount {
                    name: name.trim_start_matches("packages/").to_owned(),
                    count,
                    step: step(count, most_shown),
                })
                .collect(),
        })
    }
}

/// The length of a bar, of 20 steps.
fn step(count: i64, most: i64) -> i64 {
    if count <= 0 { 0 } else { (count * 20 / most.max(1)).max(1) }
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn bars() {
        for (count, most, expected) in [(0, 0, 0), (0, 9, 0), (1, 1000, 1), (500, 1000, 10), (7, 7, 20)] {
            assert_eq!(step(count, most), expected, "{count} of {most}");
        }
    }
}
