//! A rule's permissions: whether it answers requests of the API and of ajax, and who decides.

use std::sync::Arc;

use ravand_core::{Error, ErrorKind, Result};

use crate::class_map::ClassMap;
use crate::controller::{Action, Answer, Answered, Dispatch, GateAnswer, Stop};
use crate::private::BoxFuture;

/// Whether a rule is open to API or ajax requests.
#[derive(Clone, Debug)]
pub(crate) enum Permission {
    Yes,
    No,
    /// A method decides.
    Ask(Decider),
}

/// The method that decides about a permission: a middleware's, which says it as it says it elsewhere, or an action
/// of a controller. An action lets the request in by a response whose status is true, or by any other answer that
/// HTTP counts as a success, such as that of `Result<()>`; it refuses by a response whose status is false, an answer
/// that is no success, or the error `Forbidden`. Any other error ends the way.
#[derive(Clone)]
pub(crate) struct Decider {
    /// Nothing to let the request in; an answer or `Forbidden` to refuse it.
    pub call: Arc<Call>,
}

type Call = dyn for<'a> Fn(&'a mut Dispatch) -> BoxFuture<'a, GateAnswer> + Send + Sync;

impl Permission {
    /// Resolves what a manifest says.
    pub fn resolve(allow: &ravand_manifest::Allow, classes: &ClassMap) -> Result<Self> {
        let address = match allow {
            ravand_manifest::Allow::Yes => return Ok(Self::Yes),
            ravand_manifest::Allow::No => return Ok(Self::No),
            ravand_manifest::Allow::Ask(address) => address,
        };
        let decider = match classes.middleware(&address.value) {
            Ok(middleware) => Decider { call: Arc::new(move |dispatch| (middleware.call)(dispatch)) },
            Err(_) => classes
                .action(&address.value)
                .map(|found| Decider::of_action(found.action))
                .map_err(|error| Error::internal(format!("{}: {error}", address.place)))?,
        };
        Ok(Self::Ask(decider))
    }
}

impl Decider {
    fn of_action(action: Action) -> Self {
        Self {
            call: Arc::new(move |dispatch| Box::pin(async move { decision((action.call)(dispatch).await) })),
        }
    }
}

/// What an action's answer means for a permission.
fn decision(answer: Answer) -> GateAnswer {
    let allowed = match answer? {
        Answered::Response(response) => response.status(),
        Answered::Http(response) => response.status().is_success(),
        Answered::Forward(forward) => {
            let text =
                format!("a permission is answered with yes or no, not by a forward to `{}`", forward.address);
            return Err(Stop::Error(Error::internal(text)));
        }
    };
    match allowed {
        true => Ok(None),
        false => Err(Stop::Error(Error::new(ErrorKind::Forbidden, "the permission was refused"))),
    }
}

impl std::fmt::Debug for Decider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decider").finish_non_exhaustive()
    }
}
