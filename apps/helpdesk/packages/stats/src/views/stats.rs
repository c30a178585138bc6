//! The page of the statistics.

use ravand::prelude::*;

/// The page of the statistics.
#[derive(Debug, Serialize, View)]
#[view("stats/index.html")]
pub struct StatsPage {
    /// The days, the latest last; days without a view too.
    pub days: Vec<Bar>,
    /// The views, the most shown first.
    pub views: Vec<ViewCount>,
    /// All views of these days.
    pub total: i64,
}

/// The bar of a day.
#[derive(Debug, Serialize)]
pub struct Bar {
    /// The beginning of the day, in Unix seconds.
    pub at: i64,
    /// How often pages were shown.
    pub count: i64,
    /// The bar's length in steps, from 0 to 20; at least 1 when there was a view.
    pub step: i64,
}

/// How often a view was shown.
#[derive(Debug, Serialize)]
pub struct ViewCount {
    /// The view's address without `packages/`.
    pub name: String,
    /// How often.
    pub count: i64,
    /// As in [`Bar`].
    pub step: i64,
}
