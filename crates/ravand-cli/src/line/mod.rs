//! The command line.

mod generate;

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use generate::{Generate, GenerateCommand};

const EXAMPLES: &str = "\
Examples:
  ravand new shop                                    a new application, which runs at once
  ravand package new blog                            a new package in it, with a page at /blog
  ravand generate controller posts                   a new page of a package, at /posts
  ravand check .                                     all problems of all packages of an application
  ravand check modules --deny-warnings               the same for a folder of packages
  ravand routes --packages packages                  the rules in the order in which they are tried
  ravand routes --packages packages match GET /tickets/7
  ravand routes --packages packages match --stdin < requests.jsonl
  ravand package add ticketing                       make packages/ticketing a dependency
  ravand completions bash > ~/.local/share/bash-completion/completions/ravand

Exit codes: 0 all is well, 1 something is wrong, 2 bad usage.";

const NEW_EXAMPLES: &str = "\
Examples:
  ravand new shop
  ravand new shop --path ~/work/shop
  ravand new shop --ravand ~/src/ravand --vcs none

It has one package, `home`: a page in two languages with a form, a model and its table, and tests.
When something fails nothing is left behind, and a folder with something in it is not touched.

Exit codes: 0 done, 1 it cannot be made there, 2 bad usage.";

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
  ravand package new blog                    packages/blog, with a page at /blog
  ravand package new HelpDesk --at /support  packages/help_desk, with a page at /support
  ravand package add ticketing               a folder that was copied or moved there
  ravand package remove ticketing --app ../helpdesk

Exit codes: 0 done, 1 something is wrong or in the way, 2 bad usage.";

const PACKAGE_NEW_EXAMPLES: &str = "\
Examples:
  ravand package new blog                    packages/blog, with a page at /blog
  ravand package new HelpDesk --at /support  packages/help_desk, with a page at /support

It takes the application's layout and languages. Nothing is overwritten.";

const PACKAGE_ADD_EXAMPLES: &str = "\
Examples:
  ravand package add ticketing
  ravand package add ticketing --app ../helpdesk

Its manifest is checked first.";

const PACKAGE_REMOVE_EXAMPLES: &str = "\
Examples:
  ravand package remove ticketing
  ravand package remove ticketing --app ../helpdesk";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  ravand completions bash > ~/.local/share/bash-completion/completions/ravand
  ravand completions fish > ~/.config/fish/completions/ravand.fish
  ravand completions zsh > ~/.zfunc/_ravand";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "ravand",
    version,
    about = "Makes applications, packages and their files; checks packages and explains routes"
)]
#[command(after_help = EXAMPLES, disable_help_subcommand = true, arg_required_else_help = true)]
pub(crate) struct Line {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What is asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make an application that runs at once
    #[command(after_help = NEW_EXAMPLES)]
    New(New),
    /// Make a package of an application, or make one a dependency or no longer
    #[command(after_help = PACKAGE_EXAMPLES, disable_help_subcommand = true)]
    Package {
        #[command(subcommand)]
        command: PackageCommand,
    },
    /// Make the files of a controller, a model and the like, wired into the package's manifests
    #[command(visible_alias = "g", after_help = generate::EXAMPLES, disable_help_subcommand = true)]
    Generate(Generate),
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
    /// Print the script that completes this tool's command line in a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// The application that is asked for.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The application's name, which is its crate's: letters, digits, `_` and `-`
    pub(crate) name: String,
    /// The folder to make, instead of one of the application's name here
    #[arg(long, value_name = "DIR")]
    pub(crate) path: Option<PathBuf>,
    /// Where the crates of Ravand are, instead of where this tool was built
    #[arg(long, value_name = "DIR")]
    pub(crate) ravand: Option<PathBuf>,
    /// Begin a repository [default: git, unless the folder is in one already]
    #[arg(long)]
    pub(crate) vcs: Option<Vcs>,
}

/// A version control system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Vcs {
    Git,
    None,
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
    /// Make packages/NAME, with a page, and make it a dependency of the application
    #[command(after_help = PACKAGE_NEW_EXAMPLES)]
    New {
        /// The package's name: `HelpDesk`, `help-desk` and `help_desk` make packages/help_desk
        name: String,
        /// The address of its page, instead of /NAME
        #[arg(long, value_name = "PATH")]
        at: Option<String>,
        /// The application's folder, instead of the one that the current folder is in
        #[arg(long, value_name = "DIR")]
        app: Option<PathBuf>,
    },
    /// Make packages/NAME a dependency of the application
    #[command(after_help = PACKAGE_ADD_EXAMPLES)]
    Add {
        /// The package's name, which is its folder's
        name: String,
        /// The application's folder, instead of the one that the current folder is in
        #[arg(long, value_name = "DIR")]
        app: Option<PathBuf>,
    },
    /// Make packages/NAME no longer a dependency of the application; its folder stays
    #[command(after_help = PACKAGE_REMOVE_EXAMPLES)]
    Remove {
        /// The package's name, which is its folder's
        name: String,
        /// The application's folder, instead of the one that the current folder is in
        #[arg(long, value_name = "DIR")]
        app: Option<PathBuf>,
    },
}

/// `--packages` may stand before or behind `match`, so that clap cannot require it itself.
pub(crate) fn no_packages() -> clap::Error {
    let text = "the following required argument was not provided: --packages <DIR>";
    Line::command().error(ErrorKind::MissingRequiredArgument, text)
}
