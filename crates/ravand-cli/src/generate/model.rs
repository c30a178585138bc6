//! `generate model`: an entity of SeaORM, and the migration that makes its table.

use ravand_core::Problem;

use super::Next;
use super::fields::Field;
use super::migration;
use super::target::Target;
use crate::name::Name;
use crate::stop::Stop;
use crate::template::fill;

/// Adds a model.
pub(super) fn add(target: &mut Target<'_>, name: &str, fields: &[String]) -> Result<Vec<Next>, Stop> {
    let name = Name::parse_plain(name, "model")?;
    let fields = Field::read_all(fields)?;
    if fields.iter().any(|field| field.name == "id") {
        let problem = Problem::error("every model has its `id` already");
        return Err(Stop::usage(problem.help("leave `id` out: it is the number of the row")));
    }
    let rows = plural(name.snake());
    let table = migration::table(&target.name, &rows);
    let migration = migration::stamped(target, &rows)?;
    let is_exact = !fields.iter().any(|field| field.kind.rust == "f64");
    let derives = if is_exact {
        "Clone, Debug, PartialEq, Eq, DeriveEntityModel"
    } else {
        "Clone, Debug, PartialEq, DeriveEntityModel"
    };
    let lines: String = fields.iter().map(Field::entity_line).collect();
    let parts = [("table", table.as_str()), ("derives", derives), ("fields", &lines)];
    let mut text = fill(include_str!("../../templates/class/model.rs"), &parts);
    let has_test = target.has_sqlite()?;
    if has_test {
        let row = row(&fields);
        let set = if fields.is_empty() { "" } else { ", Set" };
        let parts = [("table", table.as_str()), ("migration", &migration), ("row", &row), ("Set", set)];
        text.push_str(&fill(include_str!("../../templates/class/model_test.in"), &parts));
        target.needs_tokio_in_tests()?;
    }
    target.class("models", &name, "Model", text)?;
    migration::create(target, &migration, migration::new_table(&table, &fields))?;
    let mut next = Vec::new();
    if !target.application.has_database()? {
        let line = "`[database]` with `url = \"sqlite://storage/app.sqlite\"` gives the application one";
        next.push(("ravand.toml".to_owned(), line.to_owned()));
    }
    next.push(("cargo run".to_owned(), format!("makes the table `{table}`, as `cargo run -- migrate` does")));
    if has_test {
        let file = format!("src/models/{}.rs", name.snake());
        next.push(("cargo test".to_owned(), format!("writes a row and reads it, in {file}")));
    }
    Ok(next)
}

/// The value that the test writes.
fn row(fields: &[Field]) -> String {
    if fields.is_empty() {
        return "ActiveModel::new()".to_owned();
    }
    let set = |field: &Field| format!("            {}: Set({}),\n", field.name, field.sample());
    let sets: String = fields.iter().map(set).collect();
    format!("ActiveModel {{\n{sets}            ..Default::default()\n        }}")
}

/// The English plural of a name, as far as rules go.
fn plural(snake: &str) -> String {
    let vowel_before = |text: &str| text.ends_with(['a', 'e', 'i', 'o', 'u']);
    match snake {
        _ if snake.ends_with(['s', 'x', 'z']) || snake.ends_with("ch") || snake.ends_with("sh") => {
            format!("{snake}es")
        }
        _ => match snake.strip_suffix('y') {
            Some(stem) if !vowel_before(stem) => format!("{stem}ies"),
            _ => format!("{snake}s"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn plurals() {
        for (one, many) in [
            ("post", "posts"),
            ("category", "categories"),
            ("day", "days"),
            ("box", "boxes"),
            ("address", "addresses"),
            ("dish", "dishes"),
        ] {
            assert_eq!(plural(one), many);
        }
    }
}
