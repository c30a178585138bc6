//! The goals: each with its figure, and whether it holds.

/// What was measured against a goal.
#[derive(Default)]
pub(crate) struct Goals(Vec<Line>);

struct Line {
    what: String,
    figure: String,
    goal: String,
    holds: bool,
}

impl Goals {
    /// A ratio that is to be at least so great.
    pub fn at_least(&mut self, what: &str, figure: f64, goal: f64) {
        self.note(what, format!("{figure:.2}"), format!("at least {goal:.2}"), figure >= goal);
    }

    /// A figure that is to stay under a limit.
    pub fn under(&mut self, what: &str, figure: f64, goal: f64, unit: &str) {
        self.note(what, format!("{figure:.2} {unit}"), format!("under {goal} {unit}"), figure < goal);
    }

    fn note(&mut self, what: &str, figure: String, goal: String, holds: bool) {
        self.0.push(Line { what: what.to_owned(), figure, goal, holds });
    }

    /// Prints them; whether all hold.
    pub fn print(&self) -> bool {
        println!("\n{:<62} {:>10}  {:<16}", "goal", "figure", "");
        for Line { what, figure, goal, holds } in &self.0 {
            let holds = if *holds { "holds" } else { "does NOT hold" };
            println!("{what:<62} {figure:>10}  {goal:<16} {holds}");
        }
        self.0.iter().all(|line| line.holds)
    }
}
