//! Processes: units of work that answer with a response, called by their address.

mod parameters;
mod run;

pub use parameters::Parameters;
pub use run::Run;

use ravand_core::{Address, Error, Response, Result};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Context;
use crate::events::Event;
use crate::events::process::{Finished, Started};
use crate::private::BoxFuture;

/// A process that is about to run: its address and its parameters.
///
/// ```no_run
/// # async fn example(cx: &ravand::Context) -> ravand::Result<()> {
/// use ravand::Process;
/// let response = Process::new("packages/ticketing/processes/tickets@auto_close").call(cx).await?;
/// assert!(response.status());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Process {
    name: String,
    parameters: Parameters,
}

/// What `#[process]` adds to a type: its methods.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no process",
    note = "write `#[process]` above its `impl`"
)]
pub trait ProcessMethods {
    /// The methods, in the order of the file.
    const METHODS: &'static [ProcessMethod];
}

/// One method of a class of processes.
#[derive(Clone, Copy)]
pub struct ProcessMethod {
    /// The method's name.
    pub name: &'static str,
    /// Makes the class and calls the method.
    pub call: for<'a> fn(Parameters, &'a Run, &'a Context) -> BoxFuture<'a, Result<Response>>,
}

impl Process {
    /// A process by the address of its method; one without `packages/` needs [`Process::of_package`].
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), parameters: Parameters::Json(Map::new()) }
    }

    /// A process by its address as the files of `package` write it.
    pub fn of_package(package: &str, name: &str) -> Result<Self> {
        let address = Address::parse(name, package).map_err(|error| Error::bad_request(error.to_string()))?;
        Ok(Self::new(address.as_str()))
    }

    /// Gives it its parameters: a struct or map that serialises to a JSON object.
    ///
    /// # Errors
    /// When it serialises to anything else.
    pub fn parameters(mut self, parameters: &impl Serialize) -> Result<Self> {
        match serde_json::to_value(parameters)? {
            Value::Object(map) => self.parameters = Parameters::Json(map),
            Value::Null => self.parameters = Parameters::Json(Map::new()),
            other => {
                return Err(Error::internal(format!(
                    "the parameters of `{}` are an object; found {other}",
                    self.name
                )));
            }
        }
        Ok(self)
    }

    /// Gives it its parameters as texts, such as those of a command line.
    pub fn text_parameters(mut self, pairs: Vec<(String, String)>) -> Self {
        self.parameters = Parameters::Text(pairs);
        self
    }

    /// Runs it here and now, and gives its response.
    ///
    /// # Errors
    /// When there is no process of this name (the nearest is told), its parameters do not fit, or it fails.
    pub async fn call(self, cx: &Context) -> Result<Response> {
        self.call_with(&Run::new(), cx).await
    }

    /// Runs it here and now under a run that the caller can watch and interrupt.
    ///
    /// # Errors
    /// As [`Process::call`].
    pub async fn call_with(self, run: &Run, cx: &Context) -> Result<Response> {
        let address = Address::parse(&self.name, "base")
            .map_err(|error| Error::not_found(format!("`{}` is no process address: {error}", self.name)))?;
        let (method, address) = cx.app().0.classes.process(&address)?;
        Started { name: address.to_string() }.trigger(cx).await?;
        let response = (method.call)(self.parameters, run, cx).await;
        let succeeded = response.as_ref().is_ok_and(Response::status);
        if succeeded {
            run.finish();
        }
        Finished { name: address.to_string(), succeeded }.trigger(cx).await?;
        response
    }
}

/// What a process's method may return.
#[diagnostic::on_unimplemented(
    message = "a process returns `Response`, `Result<Response>` or `Result<()>`, not `{Self}`"
)]
pub trait Outcome {
    /// The response.
    fn into_outcome(self) -> Result<Response>;
}

/// What a process's value says.
#[doc(hidden)]
pub fn outcome(value: impl Outcome) -> Result<Response> {
    value.into_outcome()
}

impl Outcome for Response {
    fn into_outcome(self) -> Result<Response> {
        Ok(self)
    }
}

impl Outcome for () {
    fn into_outcome(self) -> Result<Response> {
        Ok(Response::new(true))
    }
}

impl<T: Outcome, E: Into<Error>> Outcome for Result<T, E> {
    fn into_outcome(self) -> Result<Response> {
        self.map_err(Into::into).and_then(Outcome::into_outcome)
    }
}

impl std::fmt::Debug for ProcessMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProcessMethod").field("name", &self.name).finish_non_exhaustive()
    }
}
