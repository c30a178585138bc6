//! What middlewares, bootstraps and controller hooks may say: go on, here is the answer, or an error.

use axum::response::IntoResponse;
use ravand_core::{Error, ErrorKind, Response, Result};

use crate::controller::{Answer, Answered, Stop, answer};
use crate::token::Forward;

/// What a gate gives: nothing to go on, or the answer that ends the way.
pub type GateAnswer = Result<Option<Answered>, Stop>;

/// What a middleware, a hook or a bootstrap may return.
#[diagnostic::on_unimplemented(
    message = "a middleware, bootstrap or hook cannot return `{Self}`",
    note = "return `()` or `Result<()>` to go on, `bool` (false refuses), or `Option<Response>` / `Result<Option<Response>>` to answer"
)]
pub trait Gate {
    /// Nothing to go on, or the answer that ends the way.
    fn into_gate(self) -> GateAnswer;
}

/// What a gate's value says.
#[doc(hidden)]
pub fn gate(value: impl Gate) -> GateAnswer {
    value.into_gate()
}

impl Gate for () {
    fn into_gate(self) -> GateAnswer {
        Ok(None)
    }
}

impl Gate for bool {
    fn into_gate(self) -> GateAnswer {
        if self {
            Ok(None)
        } else {
            Err(Stop::Error(Error::new(ErrorKind::Forbidden, "a middleware refused")))
        }
    }
}

impl Gate for Response {
    fn into_gate(self) -> GateAnswer {
        Ok(Some(self.into()))
    }
}

impl Gate for Forward {
    fn into_gate(self) -> GateAnswer {
        Ok(Some(self.into()))
    }
}

impl Gate for axum::response::Response {
    fn into_gate(self) -> GateAnswer {
        answered(answer(self))
    }
}

impl Gate for axum::response::Redirect {
    fn into_gate(self) -> GateAnswer {
        answered(answer(self.into_response()))
    }
}

impl<T: Gate> Gate for Option<T> {
    fn into_gate(self) -> GateAnswer {
        self.map_or(Ok(None), Gate::into_gate)
    }
}

impl<T: Gate, E: Into<Error>> Gate for std::result::Result<T, E> {
    fn into_gate(self) -> GateAnswer {
        match self {
            Ok(value) => value.into_gate(),
            Err(error) => Err(Stop::Error(error.into())),
        }
    }
}

fn answered(answer: Answer) -> GateAnswer {
    answer.map(Some)
}
