//! A page of the help.

use ravand::prelude::*;

/// A page of the help.
#[derive(Debug, Serialize, View)]
#[view("help/topic.html")]
pub struct HelpPage {
    /// The topic, or an empty text for the first page.
    pub topic: &'static str,
    /// The phrase of its title.
    pub title: String,
    /// The phrases of its paragraphs.
    pub paragraphs: Vec<String>,
    /// All topics with the phrases of their titles.
    pub topics: Vec<Topic>,
    /// The guide in the language of the page.
    pub guide: &'static str,
}

/// An entry of the help's contents.
#[derive(Debug, Serialize)]
pub struct Topic {
    /// The topic.
    pub name: &'static str,
    /// The phrase of its title.
    pub title: String,
    /// Whether it is the one that is shown.
    pub current: bool,
}
