//! Bootstraps: every package's check, in load order, on every request before routing.

use ravand_core::{Error, Result};

use crate::Context;
use crate::controller::{Answered, Gate, GateAnswer, Stop};
use crate::private::BoxFuture;

/// A package's bootstrap, as `#[bootstrap]` makes it.
#[derive(Clone, Copy)]
pub struct Bootstrap {
    /// The function's name.
    pub name: &'static str,
    /// Calls it.
    pub call: for<'a> fn(&'a Context) -> BoxFuture<'a, GateAnswer>,
}

/// The bootstraps of all packages, in load order.
#[derive(Default)]
pub(crate) struct Bootstraps(pub Vec<(String, Bootstrap)>);

impl Bootstraps {
    /// Runs them one after another; the first that answers or fails ends the way.
    pub async fn run(&self, cx: &Context) -> Result<Option<Answered>, Stop> {
        for (package, bootstrap) in &self.0 {
            let answer = (bootstrap.call)(cx).await;
            if !matches!(answer, Ok(None)) {
                tracing::debug!(package, bootstrap = bootstrap.name, "a bootstrap ended the way");
                return answer;
            }
        }
        Ok(None)
    }

    /// Runs them before a process, where there is no request: one that answers is an error.
    pub async fn run_for_process(&self, cx: &Context) -> Result<()> {
        match self.run(cx).await {
            Ok(None) => Ok(()),
            Ok(Some(_)) | Err(Stop::Answer(_)) => {
                Err(Error::forbidden("a bootstrap answered instead of the process"))
            }
            Err(Stop::Error(error)) => Err(error),
        }
    }
}

/// What a bootstrap's value says.
#[doc(hidden)]
pub fn bootstrap_gate(value: impl Gate) -> GateAnswer {
    value.into_gate()
}

impl std::fmt::Debug for Bootstrap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bootstrap").field("name", &self.name).finish_non_exhaustive()
    }
}
