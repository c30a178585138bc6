//! `generate migration`: a step of the database, which `create_posts` and `add_price_to_posts` write themselves.

use ravand_core::Problem;
use time::OffsetDateTime;

use super::Next;
use super::fields::Field;
use super::target::Target;
use crate::files;
use crate::name::Name;
use crate::stop::Stop;
use crate::template::fill;

/// Adds a migration.
pub(super) fn add(target: &mut Target<'_>, name: &str, fields: &[String]) -> Result<Vec<Next>, Stop> {
    let name = Name::parse_plain(name, "migration")?;
    let fields = Field::read_all(fields)?;
    let rows = |rows: &str| table(&target.name, rows);
    let snake = name.snake();
    let text = if let Some(made) = snake.strip_prefix("create_") {
        new_table(&rows(made), &fields)
    } else if let Some((_, changed)) = snake.strip_prefix("add_").and_then(|rest| rest.rsplit_once("_to_"))
        && !fields.is_empty()
    {
        new_columns(&rows(changed), &fields)?
    } else if fields.is_empty() {
        fill(include_str!("../../templates/class/migration.rs"), &[("name", snake)])
    } else {
        let problem = Problem::error(format!("`{snake}` does not say what its fields are for"));
        let help =
            "write `create_TABLE FIELD …` for a new table, or `add_WHAT_to_TABLE FIELD …` for more columns";
        return Err(Stop::usage(problem.help(help)));
    };
    let is_written = !text.contains("_manager");
    let stamped = stamped(target, snake)?;
    create(target, &stamped, text)?;
    let mut next = vec![
        (
            "cargo run -- migrate".to_owned(),
            "brings the database up to date; `cargo run` does it too".to_owned(),
        ),
        ("cargo run -- migrate down".to_owned(), "takes it back".to_owned()),
    ];
    if !is_written {
        let file = target.path(&format!("migrations/{stamped}.rs"));
        next.insert(0, (file, "write what `up` changes, and how `down` takes it back".to_owned()));
    }
    Ok(next)
}

/// The name of a table: those of a package begin with its name.
pub(super) fn table(package: &str, rows: &str) -> String {
    let package = package.to_ascii_lowercase();
    match rows.strip_prefix(&package) {
        Some(rest) if rest.is_empty() || rest.starts_with('_') => rows.to_owned(),
        _ => format!("{package}_{rows}"),
    }
}

/// The name with the time before it, after all that are there: migrations run in the order of their names.
pub(super) fn stamped(target: &Target<'_>, name: &str) -> Result<String, Stop> {
    let now = now();
    let folder = target.application.root.join(target.path("migrations"));
    let there = files::list(&folder);
    let same = |other: &str| {
        other.strip_suffix(".rs").is_some_and(|other| other.get(16..) == Some(&format!("_{name}")[..]))
    };
    if let Some((other, _)) = there.iter().find(|(other, _)| other.starts_with('m') && same(other)) {
        let text = format!("`{}` is there already", target.path(&format!("migrations/{other}")));
        return Err(Problem::error(text)
            .help("a migration has run or will run: make another one that changes more")
            .into());
    }
    let last = there.iter().rev().find_map(|(other, _)| read_stamp(other));
    let stamp = last.filter(|last| *last >= now).map_or(now, |last| last + 1);
    Ok(format!("m{:08}_{:06}_{name}", stamp / 1_000_000, stamp % 1_000_000))
}

/// Creates the file of a migration.
pub(super) fn create(target: &mut Target<'_>, stamped: &str, text: String) -> Result<(), Stop> {
    target.changes.create(target.path(&format!("migrations/{stamped}.rs")), text);
    Ok(())
}

/// A migration that makes a table.
pub(super) fn new_table(table: &str, fields: &[Field]) -> String {
    let columns: String =
        fields.iter().map(|field| format!("            .col({})\n", field.column())).collect();
    fill(include_str!("../../templates/class/migration_table.rs"), &[("table", table), ("columns", &columns)])
}

/// A migration that adds columns to a table.
fn new_columns(table: &str, fields: &[Field]) -> Result<String, Stop> {
    let mut columns = String::new();
    for field in fields {
        columns.push_str(&format!("            {},\n", field.added_column()?));
    }
    let names: Vec<String> = fields.iter().rev().map(|field| format!("\"{}\"", field.name)).collect();
    let parts = [("table", table), ("columns", &columns), ("names", &names.join(", "))];
    Ok(fill(include_str!("../../templates/class/migration_columns.rs"), &parts))
}

/// The time of now as one number, `20261121093000`, in UTC. `SOURCE_DATE_EPOCH` stands for the clock where it
/// is set, as reproducible builds have it.
fn now() -> u64 {
    let set = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
    let set = set.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    let now = set.unwrap_or_else(OffsetDateTime::now_utc);
    let date =
        now.year().unsigned_abs() * 10_000 + u32::from(u8::from(now.month())) * 100 + u32::from(now.day());
    let time = u32::from(now.hour()) * 10_000 + u32::from(now.minute()) * 100 + u32::from(now.second());
    u64::from(date) * 1_000_000 + u64::from(time)
}

/// The time before a migration's name, `m20261121_093000_posts.rs`, as [`now`] writes it.
fn read_stamp(file: &str) -> Option<u64> {
    let (date, rest) = file.strip_prefix('m')?.split_at_checked(8)?;
    let time = rest.strip_prefix('_')?.get(..6)?;
    format!("{date}{time}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_names() {
        assert_eq!(read_stamp("m20260101_000001_posts.rs"), Some(20_260_101_000_001));
        for other in ["posts.rs", "m2026_posts.rs", "m20260101-000001.rs", "mپستپستپست.rs"] {
            assert_eq!(read_stamp(other), None, "{other}");
        }
        assert!((20_260_101_000_000..100_000_101_000_000).contains(&now()));
    }

    #[test]
    fn tables_begin_with_their_package() {
        assert_eq!(table("home", "posts"), "home_posts");
        assert_eq!(table("Home", "home_posts"), "home_posts");
        assert_eq!(table("notes", "notes"), "notes");
        assert_eq!(table("note", "notes"), "note_notes");
    }
}
