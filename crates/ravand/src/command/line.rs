//! The command line: what can be asked, and the examples that `--help` shows.

use std::net::IpAddr;

use clap::builder::PossibleValue;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use ravand_terminal::Colour;

use super::process::ProcessCommand;
use crate::Application;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(disable_help_subcommand = true)]
pub(super) struct Line {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: When,
}

/// What is asked for.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve the application over HTTP (what happens when no command is given)
    Serve {
        /// The port, instead of the option `server.port`; 0 is any that is free
        #[arg(long)]
        port: Option<u16>,
        /// The address, instead of the option `server.address`
        #[arg(long)]
        address: Option<IpAddr>,
    },
    /// Run processes in the background, beside `serve` or on another host
    Worker {
        /// Take from this queue only, with so many runs at once; may be given several times
        #[arg(long = "queue", value_name = "NAME[=RUNS]")]
        queues: Vec<String>,
    },
    /// Run, start, list, end processes
    Process {
        #[command(flatten)]
        form: Form,
        #[command(subcommand)]
        command: ProcessCommand,
    },
    /// List the rules in the order in which they are tried, or find the rule of a request
    Routes {
        #[command(flatten)]
        form: Form,
        #[command(subcommand)]
        command: Option<Routes>,
    },
    /// List the packages in load order, and what each brings
    Packages {
        #[command(flatten)]
        form: Form,
    },
    /// List the classes: controllers, middlewares, listeners, processes, views, events
    Classes {
        /// Only this kind
        kind: Option<Kind>,
        #[command(flatten)]
        form: Form,
    },
    /// List the events, the framework's own too, and their listeners in call order
    Events {
        /// Only events that somebody listens to
        #[arg(long)]
        heard: bool,
        #[command(flatten)]
        form: Form,
    },
    /// Count the phrases of every language, or list those of one with their files
    Phrases {
        /// A language, as in fa_IR or fa
        #[arg(value_name = "LANG")]
        language: Option<String>,
        /// Only phrases that a language lacks and another has
        #[arg(long)]
        missing: bool,
        #[command(flatten)]
        form: Form,
    },
    /// Bring the database's tables up to date, take steps back, or tell how they stand
    #[cfg(feature = "database")]
    Migrate {
        #[command(subcommand)]
        command: Option<Migrate>,
        /// Tell what would be done, and do nothing
        #[arg(long, global = true)]
        dry_run: bool,
        #[command(flatten)]
        form: Form,
    },
    /// Check what no build can: options, port, database, secret, storages; changes nothing
    Check {
        /// Take warnings for errors
        #[arg(long)]
        deny_warnings: bool,
        #[command(flatten)]
        form: Form,
    },
    /// Print the script that completes this command line in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// What is asked of the routes.
#[derive(Debug, Subcommand)]
pub(super) enum Routes {
    /// Find the rule of a request, and tell which rules were tried before it and why each failed
    Match {
        /// The method, in upper case
        method: String,
        /// A path with its query, or an absolute URL
        url: String,
        /// Show every rule that was tried, however many they are
        #[arg(long)]
        all: bool,
    },
}

/// What is asked of the migrations.
#[cfg(feature = "database")]
#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum Migrate {
    /// Run what has not run yet (what happens when nothing is said)
    Up,
    /// Take the last migrations back
    Down {
        /// How many
        #[arg(default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
    },
    /// Tell which have run, and when
    Status,
}

/// The form of what is printed.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Form {
    /// As JSON
    #[arg(long, global = true)]
    pub json: bool,
}

/// When colours are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct When(pub Colour);

/// A kind of classes. Several of a kind are a kind too: `controllers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    #[value(alias = "controllers")]
    Controller,
    #[value(alias = "middlewares")]
    Middleware,
    #[value(alias = "listeners")]
    Listener,
    #[value(alias = "processes")]
    Process,
    #[value(alias = "views")]
    View,
    #[value(alias = "events")]
    Event,
}

impl ValueEnum for When {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self(Colour::Auto), Self(Colour::Always), Self(Colour::Never)]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.word()))
    }
}

impl Kind {
    /// The word as a class's own kind has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Controller => "controller",
            Self::Middleware => "middleware",
            Self::Listener => "listener",
            Self::Process => "process",
            Self::View => "view",
            Self::Event => "event",
        }
    }
}

/// What stands below the help of each command: its path, and lines in which `{}` is the program.
const EXAMPLES: [(&[&str], &str); 27] = [
    (
        &[],
        "Examples:
  {}                                    serve
  {} routes match GET /tickets/7        which rule answers, and why no other
  {} migrate --dry-run                  what the database still needs
  {} check                              what would go wrong before it is asked
  {} --process=packages/PACKAGE/processes/CLASS@METHOD [--key=value …]

Options come from ravand.toml and the environment, as in RAVAND__SERVER__PORT=9000.
Colours are for terminals, and not with NO_COLOR. Every listing has --json.
Exit codes: 0 all is well, 1 something is wrong or was not found, 2 bad usage, 124 waiting ran out.",
    ),
    (
        &["serve"],
        "Examples:
  {} serve
  {} serve --address 0.0.0.0 --port 80
  RAVAND__DEVELOPMENT=false {} serve

A worker works inside of it, unless `processes.workers` is false.
Ctrl-C or SIGTERM stops it: requests may finish for `server.grace` seconds, processes for
`processes.grace` seconds.
Exit codes: 0 stopped by a signal, 1 it could not start, 2 bad usage.",
    ),
    (
        &["worker"],
        "Examples:
  {} worker                             all queues, as [processes] in ravand.toml says
  {} worker --queue mail=20             one queue, twenty runs at once

Ctrl-C or SIGTERM stops it: it takes nothing more, runs may finish for `processes.grace` seconds,
then they are interrupted, and what is not done goes back to its queue. A second signal waits for
nothing.
Exit codes: 0 stopped by a signal, 1 it could not start or was stopped twice, 2 bad usage.",
    ),
    (
        &["process"],
        "Examples:
  {} process run packages/email/processes/Email@send --send_to=client@example.com
  {} process start packages/email/processes/Email@send --send_to=client@example.com
  {} process list --state failed
  {} process wait 7 --for 10

Exit codes: 0 done, 1 the process failed, 2 unknown or bad usage, 124 waiting ran out.",
    ),
    (
        &["process", "run"],
        "The response is printed as JSON. On a terminal there are its progress and what it writes, too.
The first Ctrl-C asks it to end; a second one ends the program.

Examples:
  {} process run packages/ticketing/processes/Tickets@auto_close
  {} process run 7                      one that is saved or waits
  {} --process=packages/ticketing/processes/Tickets@auto_close

Exit codes: 0 done, 1 it failed, 2 unknown or bad usage.",
    ),
    (
        &["process", "start"],
        "Options stand before the name: behind it all is the process's.

Examples:
  {} process start packages/email/processes/Email@send --send_to=client@example.com
  {} process start --in 1h --queue slow packages/ticketing/processes/Tickets@auto_close
  {} process start --wait 10 packages/ticketing/processes/Tickets@auto_close

Exit codes: 0 queued (with --wait: done), 1 it failed, 2 unknown or bad usage, 124 waiting ran out.",
    ),
    (
        &["process", "list"],
        "Examples:
  {} process list
  {} process list --state failed --state lost
  {} process list --name packages/email/processes/Email@send --json",
    ),
    (
        &["process", "counts"],
        "Examples:
  {} process counts
  {} process counts --json | jq '.queues[] | select(.queued > 100)'",
    ),
    (
        &["process", "show"],
        "Examples:
  {} process show 7
  {} process show 7 --json | jq .response",
    ),
    (
        &["process", "wait"],
        "Examples:
  {} process wait 7
  {} process wait 7 --for 5m

Exit codes: 0 done, 1 it failed, 2 unknown or bad usage, 124 waiting ran out.",
    ),
    (
        &["process", "stop"],
        "Examples:
  {} process stop 7
  {} process stop 7 --signal kill --limit 0

Exit codes: 0 it has ended, 2 unknown or bad usage, 124 it has not.",
    ),
    (
        &["process", "interrupt"],
        "Examples:
  {} process interrupt 7",
    ),
    (
        &["process", "retry"],
        "Examples:
  {} process retry 7

Exit codes: 0 queued again, 1 its state does not allow it, 2 unknown or bad usage.",
    ),
    (
        &["process", "prune"],
        "Examples:
  {} process prune --older-than 30d
  {} process prune --keep 1000 --queue mail",
    ),
    (
        &["process", "schedules"],
        "Examples:
  {} process schedules
  {} process schedules --next 3 --json",
    ),
    (
        &["routes"],
        "COST says how a rule is found: static parts are looked up, dynamic ones take any segment,
a wildcard takes several, a regex searches the whole path.

Examples:
  {} routes
  {} routes --json | jq '.[] | select(.methods == [])'
  {} routes match GET /tickets/7",
    ),
    (
        &["routes", "match"],
        "Examples:
  {} routes match GET /tickets/7
  {} routes match POST 'https://help.example.com/tickets?api=1'
  {} routes match GET /fa/tickets --json

Exit codes: 0 an action was found, 1 none was (a redirect is none), 2 bad usage.",
    ),
    (
        &["packages"],
        "Examples:
  {} packages
  {} packages --json | jq '.[].name'",
    ),
    (
        &["classes"],
        "Examples:
  {} classes
  {} classes controller
  {} classes process --json",
    ),
    (
        &["events"],
        "Examples:
  {} events
  {} events --heard
  {} events --json | jq '.[] | select(.listeners == [])'",
    ),
    (
        &["phrases"],
        "Examples:
  {} phrases                            how many each language has and lacks
  {} phrases fa_IR                      each phrase, and the file that it is from
  {} phrases --missing                  what to translate
  {} phrases fa_IR --missing --json

Exit codes: 0 done (with --missing: nothing is), 1 phrases are missing, 2 bad usage.",
    ),
    (
        &["migrate"],
        "Examples:
  {} migrate
  {} migrate --dry-run
  {} migrate status
  {} migrate down 2

Exit codes: 0 done, 1 a migration failed or the database is newer than the program, 2 bad usage.",
    ),
    (
        &["migrate", "up"],
        "Examples:
  {} migrate up --dry-run
  {} migrate up",
    ),
    (
        &["migrate", "status"],
        "Examples:
  {} migrate status
  {} migrate status --json | jq '.[] | select(.state == \"pending\")'",
    ),
    (
        &["migrate", "down"],
        "Examples:
  {} migrate down --dry-run
  {} migrate down
  {} migrate down 3",
    ),
    (
        &["check"],
        "Examples:
  {} check
  {} check --deny-warnings
  {} check --json | jq '.problems[].message'
  RAVAND__DEVELOPMENT=false {} check    as in production
  RAVAND__SERVER__PORT=0 {} check       while it runs: its port is taken then

Exit codes: 0 no errors, 1 errors (or warnings with --deny-warnings), 2 bad usage.",
    ),
    (
        &["completions"],
        "Examples:
  {} completions bash > ~/.local/share/bash-completion/completions/{}
  {} completions fish > ~/.config/fish/completions/{}.fish",
    ),
];

/// The command line of an application, by its own name.
pub(super) fn command(application: &Application) -> clap::Command {
    let name = application.name();
    let mut command =
        Line::command().name(name).bin_name(name).about(format!("{name}, an application of packages"));
    for (path, text) in EXAMPLES {
        let text = text.replace("{}", name);
        // An example of a command that this build does not have is passed over.
        if has(&command, path) {
            command = with_examples(command, path, text);
        }
    }
    command
}

fn has(command: &clap::Command, path: &[&str]) -> bool {
    match path.split_first() {
        None => true,
        Some((first, rest)) => command.find_subcommand(first).is_some_and(|command| has(command, rest)),
    }
}

fn with_examples(command: clap::Command, path: &[&'static str], text: String) -> clap::Command {
    match path.split_first() {
        None => command.after_help(text),
        Some((first, rest)) => command.mut_subcommand(*first, |command| with_examples(command, rest, text)),
    }
}
