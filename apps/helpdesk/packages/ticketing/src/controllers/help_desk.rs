//! The desk, at its conventional addresses: `/help-desk` and `/help-desk/auto-close`.

use ravand::axum::http::Method;
use ravand::axum::response::{IntoResponse, Response as HttpResponse};
use ravand::prelude::*;
use userpanel::auth::current_user::require_staff;
use userpanel::auth::flash;

use super::index::counts;
use crate::libraries::clock::now;
use crate::models::listing;
use crate::models::viewer::Viewer;
use crate::processes::tickets as processes;
use crate::views::desk::{AutoClose, Desk};

/// The desk.
#[derive(Controller)]
pub struct HelpDesk {
    db: Db,
    session: Session,
    viewer: Viewer,
}

#[controller]
impl HelpDesk {
    /// What waits for the staff.
    pub async fn index(&self, cx: &Context) -> Result<Desk> {
        let states = listing::count(&self.db, self.viewer.readable()).await?;
        Ok(Desk {
            counts: counts(cx, &states)?,
            tickets: listing::waiting(&self.db, &self.viewer, 20).await?,
            due: listing::due(&self.db, &self.viewer, now()).await?.len(),
        })
    }

    /// `GET` shows what would be closed; `POST`, for staff, has the process close it and goes on to the list.
    pub async fn auto_close(&self, cx: &Context, method: Method) -> Result<HttpResponse> {
        if method != Method::POST {
            let tickets = listing::due(&self.db, &self.viewer, now()).await?;
            return Ok(AutoClose { tickets }.into_response());
        }
        if let Some(answer) = require_staff(&self.viewer.user, cx)? {
            return Ok(answer.into_response());
        }
        let response = processes::Tickets::auto_close().call(cx).await?;
        let closed =
            response.get_data("closed").and_then(ravand::serde_json::Value::as_u64).unwrap_or_default();
        let args = [("count", closed)].into_iter().collect();
        flash::done(&self.session, cx.language().text("desk.closed_now", &args)).await?;
        Ok(Forward::to("controllers/Tickets@index").into_response())
    }
}
