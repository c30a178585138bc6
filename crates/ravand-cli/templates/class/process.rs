//! The process `$address$@run`.

use ravand::prelude::*;

/// How many steps `run` takes.
const STEPS: u8 = 4;

/// The process `$address$@run`.
/// A field that is added here is made for each run, as `db: Db` is.
#[derive(Processes)]
pub struct $Class$;

#[process]
impl $Class$ {
    /// Goes step by step, tells how far it is, and ends early when it is asked to.
    pub async fn run(&self, run: &Run) -> Result<Response> {
        for step in 1..=STEPS {
            run.check_interruption().await?;
            run.progress(step * (100 / STEPS)).await?;
        }
        Ok(Response::new(true).set_data(STEPS, "steps"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_takes_all_steps() {
        let response = $Class$.run(&Run::new()).await.unwrap();
        assert!(response.status());
        assert_eq!(response.get_data("steps").unwrap(), STEPS);
    }
}
