//! A line that tells how far a long work is: on a terminal only, and gone when the work is done.

use std::io::{IsTerminal as _, Write as _};

use crate::screen::{self, Screen};

/// How far a work is, told on standard error.
#[derive(Debug)]
pub struct Progress {
    total: usize,
    screen: Option<Screen>,
}

impl Progress {
    /// A work of so many steps.
    pub fn new(total: usize) -> Self {
        let terminal =
            std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self { total, screen: terminal.then(Screen::stdout) }
    }

    /// Tells that a step begins, counted from 1.
    pub fn step(&self, number: usize, what: &str) {
        let Some(screen) = self.screen else { return };
        let line = screen::plain(&format!("{number}/{} {what} …", self.total));
        let first =
            screen::wrapped(&line, screen.width.unwrap_or(80) - 1).into_iter().next().unwrap_or_default();
        self.write(&first);
    }

    /// Whether anything is shown.
    pub fn is_shown(&self) -> bool {
        self.screen.is_some()
    }

    /// Tells how far the work is, in percent, with a bar.
    pub fn bar(&self, percent: usize, what: &str) {
        const WIDTH: usize = 24;
        let Some(screen) = self.screen else { return };
        let percent = percent.min(100);
        let full = percent * WIDTH / 100;
        let bar = format!("{}{}", "█".repeat(full), "░".repeat(WIDTH - full));
        let line = format!("{bar} {percent:>3} %  {}", screen::plain(what));
        let first =
            screen::wrapped(&line, screen.width.unwrap_or(80) - 1).into_iter().next().unwrap_or_default();
        self.write(&first);
    }

    /// Takes the line away, so that something else can be said.
    pub fn clear(&self) {
        if self.screen.is_some() {
            self.write("");
        }
    }

    /// What standard error does not take is lost: the work itself goes on.
    fn write(&self, line: &str) {
        let mut err = std::io::stderr().lock();
        let _ = write!(err, "\r\u{1b}[2K{line}");
        let _ = err.flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
