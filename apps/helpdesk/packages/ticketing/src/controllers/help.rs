//! The help: pages made of phrases, and a guide to download.

use ravand::App;
use ravand::prelude::*;

use crate::views::help::{HelpPage, Topic};

/// The topics with the number of their paragraphs; the first has no name and is the first page.
const TOPICS: [(&str, usize); 5] =
    [("", 2), ("tickets/open", 3), ("tickets/follow", 3), ("tickets/close", 2), ("accounts", 2)];

/// The help.
#[derive(Controller)]
pub struct Help {
    app: App,
}

#[controller]
impl Help {
    /// A page of the help.
    pub async fn topic(&self, cx: &Context, Param(topic): Param<String>) -> Result<HelpPage> {
        let (name, paragraphs) = find(&topic)?;
        let topics = TOPICS.iter().map(|(each, _)| Topic {
            name: each,
            title: phrase(each, "title"),
            current: *each == name,
        });
        Ok(HelpPage {
            topic: name,
            title: phrase(name, "title"),
            paragraphs: (1..=paragraphs).map(|number| phrase(name, &format!("p{number}"))).collect(),
            topics: topics.collect(),
            guide: if cx.language().code().short() == "fa" { "guide-fa.txt" } else { "guide-en.txt" },
        })
    }

    /// The same as plain text, for reading aloud or on a terminal.
    pub async fn text(&self, cx: &Context, Param(topic): Param<String>) -> Result<Response> {
        let (name, paragraphs) = find(&topic)?;
        let mut text = format!("{}\n", cx.t(&phrase(name, "title")));
        for number in 1..=paragraphs {
            text.push_str(&format!("\n{}\n", cx.t(&phrase(name, &format!("p{number}")))));
        }
        Ok(Response::new(true).raw_output(text).set_mime_type("text/plain; charset=utf-8"))
    }

    /// The guide, as a file.
    pub async fn download(&self, Param(file): Param<String>) -> Result<Response> {
        let guides = Storage::of(&self.app, "ticketing", "public")?;
        Ok(Response::new(true)
            .set_file(guides.path(&file)?)
            .force_download(Some(&file))
            .set_mime_type("text/plain; charset=utf-8"))
    }
}

fn find(topic: &str) -> Result<(&'static str, usize)> {
    let found = TOPICS.iter().find(|(name, _)| *name == topic).copied();
    found.ok_or_else(|| Error::not_found(format!("the help has no topic `{topic}`")))
}

fn phrase(topic: &str, part: &str) -> String {
    let topic = if topic.is_empty() { "index".to_owned() } else { topic.replace('/', ".") };
    format!("help.{topic}.{part}")
}
