//! For monitoring.

use ravand::prelude::*;
use ravand::sea_orm::ConnectionTrait;

/// For monitoring.
#[derive(Controller)]
pub struct Health {
    db: Db,
}

#[controller]
impl Health {
    /// Whether the application and its database answer.
    pub async fn check(&self) -> Result<Response> {
        self.db.execute_unprepared("SELECT 1").await?;
        Ok(Response::new(true).set_data("ravand", "server").json())
    }
}
