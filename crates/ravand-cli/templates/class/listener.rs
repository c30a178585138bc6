//! Listens to `$event$`.

$uses$

/// Listens to `$event$`.
/// A field that is added here is made for each call, as `db: Db` is.
#[derive(Listeners)]
pub struct $Class$;

#[listener]
impl $Class$ {
    /// Hears `$Event$`. An error from here stops the listeners behind this one.
    pub async fn $method$(&self, $argument$: &mut $type$) -> Result<()> {
        tracing::info!($said$);
        Ok(())
    }
}
