//! Tickets as text: CSV for spreadsheets, plain text for reading.

/// A row of CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets a `'` before it.
pub fn csv_row(cells: &[&str]) -> String {
    let mut row = cells.iter().map(|cell| csv_cell(cell)).collect::<Vec<_>>().join(",");
    row.push_str("\r\n");
    row
}

/// The text of a thread: each message under who wrote it and when.
pub fn thread<'a>(title: &str, messages: impl Iterator<Item = (&'a str, String, &'a str)>) -> String {
    let mut text = format!("{title}\n{}\n", "=".repeat(title.chars().count()));
    for (author, at, body) in messages {
        text.push_str(&format!("\n{author} ({at})\n\n{body}\n"));
    }
    text
}

fn csv_cell(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        assert_eq!(csv_row(&["7", "a, \"b\"", "two\nlines"]), "7,\"a, \"\"b\"\"\",\"two\nlines\"\r\n");
        assert_eq!(csv_row(&["=1+1", "سلام"]), "'=1+1,سلام\r\n");
    }

    #[test]
    fn a_thread() {
        let text = thread("No. 7", [("Sara", "today".to_owned(), "Hello")].into_iter());
        assert_eq!(text, "No. 7\n=====\n\nSara (today)\n\nHello\n");
    }
}
