//! `classes`: every class under its address, with its file and its methods.

use ravand_core::Result;
use ravand_terminal::{Column, QUIET, Table, count, paint};
use serde_json::{Value, json};

use super::{joined, or_dash};
use crate::command::line::Kind;
use crate::command::output::{As, pretty};
use crate::{App, Class};

pub(in crate::command) fn classes(app: &App, kind: Option<Kind>, form: As) -> Result<String> {
    let wanted = |class: &&Class| kind.is_none_or(|kind| kind.word() == class.kind.word());
    let mut classes: Vec<&Class> = app.0.classes.all().iter().filter(wanted).collect();
    classes.sort_by_key(|class| (class.kind.word(), class.address));
    let As::Text(screen) = form else {
        let rows = classes.iter().map(|class| {
            json!({
                "kind": class.kind.word(), "address": class.address, "methods": class.kind.methods(),
                "file": file(class), "line": class.line,
            })
        });
        return pretty(&Value::Array(rows.collect()));
    };
    const COLUMNS: [Column; 4] =
        [Column::word("KIND"), Column::word("ADDRESS"), Column::word("SOURCE"), Column::text("METHODS")];
    let mut table = Table::new(&COLUMNS);
    for class in &classes {
        table.row([
            class.kind.word().to_owned(),
            class.address.to_owned(),
            source(class),
            or_dash(joined(class.kind.methods())),
        ]);
    }
    let number = classes.len();
    let summary = match kind {
        Some(kind) if number == 0 => format!("no package has a {}", kind.word()),
        _ => format!("\n{}", count(number, "class").replace("classs", "classes")),
    };
    Ok(format!("{}\n{}", table.shown(screen), paint(QUIET, &summary)))
}

/// File and line, from the application's folder.
fn source(class: &Class) -> String {
    format!("{}:{}", file(class), class.line)
}

pub(super) fn file(class: &Class) -> String {
    match class.address.split('/').nth(1) {
        // The framework itself is no folder of the application.
        Some("base") | None => format!("ravand/{}", class.file),
        Some(package) => format!("packages/{package}/{}", class.file),
    }
}
