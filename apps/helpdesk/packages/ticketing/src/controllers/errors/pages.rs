//! The pages of errors. They stand below `controllers/errors`, where conventional routes do not reach.

use ravand::Caught;
use ravand::prelude::*;

use crate::views::fault::Fault;

/// The pages of errors.
#[derive(Controller)]
pub struct Pages;

#[controller]
impl Pages {
    /// Shows what the client got wrong, as a page or as JSON.
    pub async fn show(&self, Caught(error): Caught, cx: &Context) -> Response {
        let class = error.kind().class();
        let known =
            ["NotFound", "Forbidden", "Unauthorized", "MethodNotAllowed", "PayloadTooLarge", "BadRequest"];
        let name = if known.contains(&class) { class } else { "ClientError" };
        let phrase = format!("error_page.{name}");
        let message = match error.public_text() {
            Some(text) => text.to_owned(),
            None => cx.t(&format!("{phrase}.text")),
        };
        let code = error.status();
        let title = cx.t(&format!("{phrase}.title"));
        let view = Fault { code: code.as_u16(), error: class, title, message };
        // What is wrong with fields is listed by the page, and is in the JSON.
        let view = View::from(view).with_errors(error.fields().clone());
        Response::new(false).set_view(view).set_http_code(code)
    }
}
