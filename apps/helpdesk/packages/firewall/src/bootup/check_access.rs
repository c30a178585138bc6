//! Refuses banned addresses before anything else is looked at: the seed's example of a bootstrap.

use ravand::prelude::*;

use crate::models::banned_ip;

/// Answers "not found" to a client whose address is banned. At the start of a process there is no client, and
/// nothing is refused.
#[bootstrap]
pub async fn check_access(cx: &Context, db: Db) -> Result<()> {
    let Some(request) = cx.request() else { return Ok(()) };
    if banned_ip::is_banned(&db, request.client).await? {
        return Err(Error::not_found(format!("{} is banned", request.client)));
    }
    Ok(())
}
