//! package.json, routing.json, theme.json and phrase files into checked models.
//!
//! The crate is pure: it takes texts, with file names for its messages, and never touches the file system.
//! Whatever needs other files (does this folder exist, is there such a class, is the phrase known) is left
//! to who has them; every name that is checked there comes as a [`Spanned`] with its place.
//!
//! The files are JSON in which comments and trailing commas are accepted. Every reader gives its model
//! *and* all [`Problems`](ravand_core::Problems) of the file, as a [`Parsed`].
//!
//! ```
//! use ravand_manifest::Manifest;
//!
//! let text = r#"{ "routing": "routing.json", "fronted": "frontend" }"#;
//! let parsed = Manifest::parse("ticketing", "packages/ticketing/package.json", text);
//! assert_eq!(parsed.value.routing.map(|file| file.value).as_deref(), Some("routing.json"));
//! assert_eq!(parsed.problems.to_string(), "\
//! warning: unknown key `fronted`
//!  --> packages/ticketing/package.json:1:30
//!   |
//! 1 | { \"routing\": \"routing.json\", \"fronted\": \"frontend\" }
//!   |                              ^^^^^^^^^
//!   = help: did you mean `frontend`?
//! ");
//! ```

mod addresses;
mod assets;
mod autoload;
mod choice;
mod conditions;
mod events;
mod fields;
mod files;
mod json;
mod languages;
mod load_order;
mod manifest;
mod message;
mod names;
mod options;
mod parsed;
mod phrases;
mod places;
mod plural;
mod route_group;
mod route_parts;
mod route_permissions;
mod route_values;
mod routing;
mod schedules;
mod spanned;
mod storages;
mod theme;

pub use assets::{Asset, AssetKind, AssetSource};
pub use autoload::{Autoload, AutoloadFile, AutoloadSource};
pub use events::Event;
pub use languages::Language;
pub use load_order::{draw_circle, load_order};
pub use manifest::{Manifest, PackagePermissions};
pub use message::{Message, Piece};
pub use names::{PackageNameError, check_package_name};
pub use parsed::Parsed;
pub use phrases::Phrases;
pub use plural::Plural;
pub use route_permissions::{Allow, Permissions};
pub use routing::{Route, Routing};
pub use schedules::Schedule;
pub use spanned::Spanned;
pub use storages::{Storage, Visibility};
pub use theme::{Theme, ThemeView};
