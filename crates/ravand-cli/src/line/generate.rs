//! The command line of `generate`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(super) const EXAMPLES: &str = "\
Examples:
  ravand generate controller posts                         a page at /posts
  ravand generate controller admin/posts --at /back-office
  ravand generate model post title:string body:text? published:bool created_at:time
  ravand generate migration add_price_to_posts price:float
  ravand generate process reports                          cargo run -- --process=…/Reports@run
  ravand generate event OrderPlaced id:bigint
  ravand generate listener stats AfterLoad --package home
  ravand g view about

Names: `HelpDesk`, `help-desk` and `help_desk` are one; `admin/Posts` stands in a subfolder.
Fields: string, text, int, bigint, float, bool, time (Unix seconds), json, bytes; a `?` behind: may be absent.
Nothing is overwritten; when something is in the way, nothing is written.

Exit codes: 0 done, 1 something is wrong or in the way, 2 bad usage.";

const CONTROLLER_EXAMPLES: &str = "\
Examples:
  ravand generate controller posts
  ravand generate controller HelpDesk --at /support
  ravand generate controller api/status --no-view";

const PROCESS_EXAMPLES: &str = "\
Examples:
  ravand generate process reports
  cargo run -- --process=packages/home/processes/Reports@run";

const LISTENER_EXAMPLES: &str = "\
Examples:
  ravand generate listener stats packages/base/view/events/AfterLoad
  ravand generate listener mails packages/ticketing/events/Closed
  ravand generate listener mails Closed                            where only one event is called so";

const EVENT_EXAMPLES: &str = "\
Examples:
  ravand generate event OrderPlaced
  ravand generate event OrderPlaced id:bigint customer:string";

const VIEW_EXAMPLES: &str = "\
Examples:
  ravand generate view about
  ravand generate view receipt number:bigint paid_at:time?";

const MODEL_EXAMPLES: &str = "\
Examples:
  ravand generate model post title:string body:text? published:bool created_at:time
  ravand generate model category name:string";

const MIGRATION_EXAMPLES: &str = "\
Examples:
  ravand generate migration create_posts title:string body:text?
  ravand generate migration add_price_to_posts price:float
  ravand generate migration fill_in_prices                         its steps are left to write";

/// What is asked to be made.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// The package, instead of the one that the current folder is in or the only one
    #[arg(long, short, global = true, value_name = "NAME")]
    pub(crate) package: Option<String>,
    /// The application's folder, instead of the one that the current folder is in
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) app: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: GenerateCommand,
}

/// The kinds of what can be made.
#[derive(Debug, Subcommand)]
pub(crate) enum GenerateCommand {
    /// Make a controller with an index, its rule, its view and its template
    #[command(after_help = CONTROLLER_EXAMPLES)]
    Controller {
        /// Its name
        name: String,
        /// The address of its index, instead of /NAME
        #[arg(long, value_name = "PATH")]
        at: Option<String>,
        /// Answer data instead of a page
        #[arg(long)]
        no_view: bool,
    },
    /// Make a process: work that is called by its address
    #[command(after_help = PROCESS_EXAMPLES)]
    Process {
        /// Its name
        name: String,
    },
    /// Make a listener and its entry in package.json
    #[command(after_help = LISTENER_EXAMPLES)]
    Listener {
        /// Its name
        name: String,
        /// The address of the event, or its name where only one is called so
        event: String,
    },
    /// Make an event, which listeners of all packages may hear
    #[command(after_help = EVENT_EXAMPLES)]
    Event {
        /// Its name
        name: String,
        /// Its fields, as `id:bigint`
        fields: Vec<String>,
    },
    /// Make a view and its template
    #[command(after_help = VIEW_EXAMPLES)]
    View {
        /// Its name
        name: String,
        /// Its fields, as `title:string`
        fields: Vec<String>,
    },
    /// Make a model and the migration of its table
    #[command(after_help = MODEL_EXAMPLES)]
    Model {
        /// Its name, of one row: `post`
        name: String,
        /// Its fields, as `title:string`
        fields: Vec<String>,
    },
    /// Make a migration: a step of the database
    #[command(after_help = MIGRATION_EXAMPLES)]
    Migration {
        /// Its name: `create_TABLE` and `add_WHAT_to_TABLE` write what it does
        name: String,
        /// The fields of the table, or those that are added to it
        fields: Vec<String>,
    },
}
