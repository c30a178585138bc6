//! The command line.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  ravand check .                                     all problems of all packages of an application
  ravand check modules --deny-warnings               the same for a folder of packages
  ravand routes --packages packages                  the rules in the order in which they are tried
  ravand routes --packages packages match GET /tickets/7
  ravand routes --packages packages match --stdin < requests.jsonl
  ravand package add ticketing                       make packages/ticketing a dependency
  ravand completions bash > ~/.local/share/bash-completion/completions/ravand

Exit codes: 0 all is well, 1 something is wrong, 2 bad usage.";

const CHECK_EXAMPLES: &str = "\
Examples:
  ravand check .
  ravand check packages --deny-warnings
  ravand check packages --json | jq '.problems[].message'

Exit codes: 0 no errors, 1 errors (or warnings with --deny-warnings), 2 DIR cannot be read.";

const ROUTES_EXAMPLES: &str = "\
Examples:
  ravand routes --packages packages
  ravand routes --packages packages --json
  ravand routes --packages packages match GET /tickets/7
  ravand routes --packages packages match POST 'https://help.example.com/tickets?api=1'
  echo '{\"url\": \"/tickets/7\"}' | ravand routes --packages packages match --stdin";

const MATCH_EXAMPLES: &str = "\
Lines in:  {\"method\": \"GET\", \"url\": \"/tickets/7\", \"host\": \"example.com\", \"scheme\": \"https\"}
           only `url` is needed: a path with its query, or an absolute URL
Lines out: {\"package\", \"index\", \"name\", \"controller\", \"params\", \"lang\"} or {\"error\"}, one for each, in order

Examples:
  ravand routes --packages packages match GET /tickets/7
  ravand routes --packages packages match GET https://help.example.com/tickets/7 --json
  ravand routes --packages packages match --stdin < requests.jsonl

Exit codes: 0 a rule was found (with --stdin: every line was answered), 1 none was, 2 bad usage.";

const PACKAGE_EXAMPLES: &str = "\
Examples:
  ravand package add ticketing
  ravand package remove ticketing --app ../helpdesk";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "ravand",
    version,
    about = "Checks packages, explains routes, links packages to an application"
)]
#[command(after_help = EXAMPLES, disable_help_subcommand = true, arg_required_else_help = true)]
pub(crate) struct Line {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What is asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read all manifests, routes, themes and phrases of a folder, and tell all problems together
    #[command(after_help = CHECK_EXAMPLES)]
    Check {
        /// The folder of the packages, or an application's folder with `packages/` in it
        dir: PathBuf,
        /// As JSON
        #[arg(long)]
        json: bool,
        /// Take warnings for errors
        #[arg(long)]
        deny_warnings: bool,
    },
    /// List the rules in the order in which they are tried, or find the rule of a request
    #[command(after_help = ROUTES_EXAMPLES)]
    Routes {
        /// The folder of the packages, or an application's folder with `packages/` in it
        #[arg(long, global = true, value_name = "DIR")]
        packages: Option<PathBuf>,
        /// As JSON
        #[arg(long, global = true)]
        json: bool,
        #[command(subcommand)]
        command: Option<RoutesCommand>,
    },
    /// Make a package a dependency of an application, or no longer
    #[command(after_help = PACKAGE_EXAMPLES, disable_help_subcommand = true)]
    Package {
        #[command(subcommand)]
        command: PackageCommand,
    },
    /// Print the script that completes this tool's command line in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// What is asked of the routes.
#[derive(Debug, Subcommand)]
pub(crate) enum RoutesCommand {
    /// Find the rule of a request, and tell which rules were tried before it and why each failed
    #[command(after_help = MATCH_EXAMPLES)]
    Match {
        /// The method, in upper case
        #[arg(required_unless_present = "stdin")]
        method: Option<String>,
        /// A path with its query, or an absolute URL
        #[arg(required_unless_present = "stdin")]
        url: Option<String>,
        /// Read requests from standard input, a JSON object a line, and answer a line each
        #[arg(long, conflicts_with_all = ["method", "url", "all"])]
        stdin: bool,
        /// Show every rule that was tried, however many they are
        #[arg(long)]
        all: bool,
    },
}

/// What is asked of a package.
#[derive(Debug, Subcommand)]
pub(crate) enum PackageCommand {
    /// Make packages/NAME a dependency of the application
    Add {
        /// The package's name, which is its folder's
        name: String,
        /// The application's folder
        #[arg(long, value_name = "DIR", default_value = ".")]
        app: PathBuf,
    },
    /// Make packages/NAME no longer a dependency of the application; its folder stays
    Remove {
        /// The package's name, which is its folder's
        name: String,
        /// The application's folder
        #[arg(long, value_name = "DIR", default_value = ".")]
        app: PathBuf,
    },
}

/// `--packages` may stand before or behind `match`, so that clap cannot require it itself.
pub(crate) fn no_packages() -> clap::Error {
    let text = "the following required argument was not provided: --packages <DIR>";
    Line::command().error(ErrorKind::MissingRequiredArgument, text)
}
