//! Tables: aligned columns that fit the screen. Where they do not fit side by side, a row takes several lines.

use anstyle::Style;

use crate::paint::{STRONG, paint};
use crate::screen::{self, Screen, isolated, plain, width};

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    head: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    Text,
}

/// Rows of cells under a head.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug)]
struct Cell {
    text: String,
    style: Style,
}

/// What stands between two columns.
const GAP: usize = 2;
/// How far the further lines of a row are set in.
const INDENT: usize = 4;
/// A column of text is not made narrower than this.
const NARROW: usize = 24;

impl Column {
    /// A column of words that are not broken: names, addresses, paths.
    pub const fn word(head: &'static str) -> Self {
        Self { head, kind: Kind::Word }
    }

    /// A column of numbers.
    pub const fn number(head: &'static str) -> Self {
        Self { head, kind: Kind::Number }
    }

    /// The last column, of texts that may be broken into several lines.
    pub const fn text(head: &'static str) -> Self {
        Self { head, kind: Kind::Text }
    }
}

impl Table {
    /// A table without rows.
    pub fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row: a text for each column.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.styled_row(cells.into_iter().map(|cell| (cell, Style::new())));
    }

    /// Adds a row of texts in styles.
    pub fn styled_row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = (T, Style)>) {
        let cell = |(text, style): (T, Style)| Cell { text: plain(&text.into()), style };
        self.rows.push(cells.into_iter().map(cell).collect());
    }

    /// The table as it is shown on a screen, with its head in bold and no end of line at its end.
    pub fn shown(&self, screen: Screen) -> String {
        let head = self.columns.iter().map(|column| Cell { text: column.head.to_owned(), style: STRONG });
        let head: Vec<Cell> = head.collect();
        let rows: Vec<&[Cell]> =
            std::iter::once(head.as_slice()).chain(self.rows.iter().map(Vec::as_slice)).collect();
        self.laid_out(&rows, screen)
    }

    /// The rows alone, without a head.
    pub fn shown_bare(&self, screen: Screen) -> String {
        let rows: Vec<&[Cell]> = self.rows.iter().map(Vec::as_slice).collect();
        self.laid_out(&rows, screen)
    }

    fn laid_out(&self, rows: &[&[Cell]], screen: Screen) -> String {
        let wide =
            |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(&cell.text)).max();
        let widths: Vec<usize> = (0..self.columns.len()).map(|column| wide(column).unwrap_or(0)).collect();
        let aligned = self.fitting(&widths, screen.width.unwrap_or(usize::MAX));
        let mut lines = Lines { shown: String::new(), screen };
        for row in rows {
            lines.aligned(&self.columns, &widths, row, aligned);
            lines.packed(&self.columns, row, aligned);
        }
        lines.shown.truncate(lines.shown.trim_end_matches('\n').len());
        lines.shown
    }

    /// How many columns fit side by side, one at the least. A column of text takes what is left, if that is not
    /// too narrow to read.
    fn fitting(&self, widths: &[usize], screen: usize) -> usize {
        let mut used = 0;
        for (column, own) in widths.iter().enumerate() {
            let text = self.columns.get(column).is_some_and(|column| column.kind == Kind::Text);
            used += if text { NARROW.min(*own) } else { *own };
            if used > screen {
                return column.max(1);
            }
            used += GAP;
        }
        widths.len()
    }
}

/// The lines of a table while they are written.
struct Lines {
    shown: String,
    screen: Screen,
}

impl Lines {
    /// The first cells of a row, each as wide as its column; a text at the end may take several lines.
    fn aligned(&mut self, columns: &[Column], widths: &[usize], row: &[Cell], number: usize) {
        let mut line = String::new();
        let mut at = 0;
        // Spaces wait for the next text: there are none at the end of a line.
        let mut waiting = 0;
        for ((column, wide), cell) in columns.iter().zip(widths).zip(row).take(number) {
            let own = width(&cell.text);
            let padding = wide.saturating_sub(own);
            let (before, after) = if column.kind == Kind::Number { (padding, 0) } else { (0, padding) };
            if cell.text.is_empty() {
                waiting += wide + GAP;
            } else {
                line.push_str(&" ".repeat(waiting + before));
                match self.screen.width {
                    Some(screen) if column.kind == Kind::Text => {
                        line.push_str(&self.text(cell, screen.saturating_sub(at), at));
                    }
                    _ => line.push_str(&self.cell(cell)),
                }
                waiting = after + GAP;
            }
            at += wide + GAP;
        }
        if !line.is_empty() {
            self.shown.push_str(&line);
            self.shown.push('\n');
        }
    }

    /// The other cells of a row, set in, as many on a line as there is room for. Numbers say what they count.
    fn packed(&mut self, columns: &[Column], row: &[Cell], from: usize) {
        let Some(screen) = self.screen.width else { return };
        let mut used = 0;
        for (column, cell) in columns.iter().zip(row).skip(from) {
            let heading = cell.text == column.head;
            if cell.text.is_empty() || cell.text == "-" || (heading && column.kind == Kind::Number) {
                continue;
            }
            let label = match column.kind {
                Kind::Number => format!("{} ", column.head.to_lowercase()),
                _ => String::new(),
            };
            let own = width(&label) + width(&cell.text);
            let fits = used > 0 && used + GAP + own <= screen && column.kind != Kind::Text;
            if fits {
                self.shown.push_str(&" ".repeat(GAP));
                used += GAP + own;
            } else {
                if used > 0 {
                    self.shown.push('\n');
                }
                self.shown.push_str(&" ".repeat(INDENT));
                used = INDENT + own;
            }
            let text = match column.kind {
                Kind::Text => self.text(cell, screen.saturating_sub(INDENT), INDENT),
                _ => self.cell(cell),
            };
            self.shown.push_str(&label);
            self.shown.push_str(&text);
        }
        if used > 0 {
            self.shown.push('\n');
        }
    }

    fn cell(&self, cell: &Cell) -> String {
        match self.screen.width {
            Some(_) => painted(cell.style, &isolated(&cell.text)),
            None => painted(cell.style, &cell.text),
        }
    }

    /// A text of at most so many columns, whose further lines begin at `at`.
    fn text(&self, cell: &Cell, columns: usize, at: usize) -> String {
        let lines = screen::wrapped(&cell.text, columns);
        let lines: Vec<String> = lines.iter().map(|line| painted(cell.style, &isolated(line))).collect();
        lines.join(&format!("\n{}", " ".repeat(at)))
    }
}

fn painted(style: Style, text: &str) -> String {
    if style == Style::new() || text.is_empty() { text.to_owned() } else { paint(style, text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&[
            Column::word("NAME"),
            Column::number("N"),
            Column::word("SOURCE"),
            Column::text("TEXT"),
        ]);
        table.row([
            "tickets",
            "3",
            "packages/ticketing/routing.json:3",
            "all of them, one after the other, as they come",
        ]);
        table.row(["بلیت", "12", "", "همه‌ی بلیت‌ها"]);
        table.row(["票", "", "x", ""]);
        table
    }

    fn check(width: Option<usize>, expected: &str) {
        let shown = table().shown(Screen { width });
        let shown = anstream::adapter::strip_str(&shown).to_string().replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(shown, expected, "{width:?}\n{shown}");
        if let Some(width) = width {
            assert!(shown.lines().all(|line| screen::width(line) <= width), "{width}\n{shown}");
        }
        assert!(shown.lines().all(|line| line.trim_end() == line), "no spaces at the end of a line");
    }

    #[test]
    fn in_a_file_a_row_is_a_line() {
        check(
            None,
            "\
NAME      N  SOURCE                             TEXT
tickets   3  packages/ticketing/routing.json:3  all of them, one after the other, as they come
بلیت     12                                     همه‌ی بلیت‌ها
票           x",
        );
    }

    #[test]
    fn on_a_terminal_it_fits() {
        check(
            Some(80),
            "\
NAME      N  SOURCE                             TEXT
tickets   3  packages/ticketing/routing.json:3  all of them, one after the
                                                other, as they come
بلیت     12                                     همه‌ی بلیت‌ها
票           x",
        );
        check(
            Some(60),
            "\
NAME      N  SOURCE
    TEXT
tickets   3  packages/ticketing/routing.json:3
    all of them, one after the other, as they come
بلیت     12
    همه‌ی بلیت‌ها
票           x",
        );
        check(
            Some(40),
            "\
NAME      N
    SOURCE
    TEXT
tickets   3
    packages/ticketing/routing.json:3
    all of them, one after the other, as
    they come
بلیت     12
    همه‌ی بلیت‌ها
票
    x",
        );
    }

    #[test]
    fn what_does_not_fit_is_packed() {
        let columns = [
            Column::word("PACKAGE"),
            Column::number("ROUTES"),
            Column::number("CLASSES"),
            Column::word("NEEDS"),
        ];
        let mut table = Table::new(&columns);
        table.row([&"p".repeat(30), "1", "12", "base"]);
        table.row(["q", "3", "4", "-"]);
        let shown = table.shown(Screen { width: Some(40) });
        assert_eq!(
            anstream::adapter::strip_str(&shown).to_string(),
            "\
PACKAGE                         ROUTES
    NEEDS
pppppppppppppppppppppppppppppp       1
    classes 12  base
q                                    3
    classes 4"
        );
    }

    #[test]
    fn a_text_is_isolated_on_a_terminal_only() {
        assert!(table().shown(Screen { width: Some(90) }).contains("\u{2068}بلیت\u{2069}"));
        assert!(!table().shown(Screen { width: None }).contains('\u{2068}'));
    }

    #[test]
    fn a_table_without_rows_is_its_head() {
        let empty = Table::new(&[Column::word("A"), Column::word("B")]).shown(Screen { width: None });
        assert_eq!(anstream::adapter::strip_str(&empty).to_string(), "A  B");
    }
}
