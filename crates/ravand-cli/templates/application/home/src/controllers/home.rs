//! The home page: a guest book.

use ravand::axum::http::StatusCode;
use ravand::prelude::*;

use crate::models::greeting::{self, Draft};
use crate::views::home::HomePage;

/// The home page.
#[derive(Controller)]
pub struct Home {
    db: Db, // a field is an extractor, made for each request
}

#[controller]
impl Home {
    /// Shows the greetings and the form.
    pub async fn index(&self) -> Result<HomePage> {
        self.page(Draft::default()).await
    }

    /// Writes what the form brings and goes back to the page, or shows what is wrong with it.
    pub async fn sign(&self, cx: &Context, Form(draft): Form<Draft>) -> Result<Response> {
        let errors = draft.check();
        if !errors.is_empty() {
            let page = View::from(self.page(draft).await?).with_errors(errors);
            let code = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(Response::new(false).set_view(page).set_http_code(code));
        }
        greeting::add(&self.db, &draft).await?;
        Ok(Response::new(true).go(cx.url_for("home", &[])?))
    }

    async fn page(&self, draft: Draft) -> Result<HomePage> {
        let greetings = greeting::latest(&self.db, 20).await?;
        Ok(HomePage { greetings, draft })
    }
}
