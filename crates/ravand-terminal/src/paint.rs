//! Colours: which there are, and when they are shown.

use anstyle::{AnsiColor, Style};

/// What stands out.
pub const STRONG: Style = Style::new().bold();
/// What is good.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What is bad.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// What could be better.
pub const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
/// What is said beside.
pub const QUIET: Style = Style::new().dimmed();
/// What frames a piece of a file.
pub const FRAME: Style = AnsiColor::Blue.on_default().bold();

/// When colours are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal that has them, and not with `NO_COLOR` (<https://no-color.org>).
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Colour {
    /// The word as `--color` takes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }

    /// What the arguments of a command line say by `--color`, before they are parsed: help texts and complaints
    /// about other arguments follow it too. A word that is none is left to the parser.
    pub fn of_arguments<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let word = match argument.strip_prefix("--color") {
                _ if argument == "--" => break,
                Some("") => arguments.next().unwrap_or_default(),
                Some(rest) => rest.strip_prefix('=').unwrap_or_default(),
                None => continue,
            };
            return match word {
                "always" => Self::Always,
                "never" => Self::Never,
                _ => Self::Auto,
            };
        }
        Self::Auto
    }

    /// Makes it so for all that this program writes.
    pub fn choose(self) {
        let choice = match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }

    /// Whether standard error shows colours as things are.
    pub fn on_stderr() -> bool {
        anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
    }
}

/// A text in a style.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_asked_first() {
        for (line, expected) in [
            ("routes", Colour::Auto),
            ("--color never routes", Colour::Never),
            ("routes --color=always", Colour::Always),
            ("routes --color", Colour::Auto),
            ("routes --color=sometimes", Colour::Auto),
            ("routes --colored", Colour::Auto),
            ("-- --color=never", Colour::Auto),
        ] {
            assert_eq!(Colour::of_arguments(line.split(' ')), expected, "{line}");
        }
    }
}
