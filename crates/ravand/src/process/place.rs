//! Where processes are kept from: a context, the database, a transaction.

use ravand_process::Processes;
#[cfg(feature = "database")]
use ravand_process::store::Connection;

use crate::{App, Context};

/// Where a process is kept from. In a transaction it is kept when that is committed, and never when it is not.
#[diagnostic::on_unimplemented(
    message = "a process cannot be kept in `{Self}`",
    label = "it does not lead to the application's processes",
    note = "give `&cx`, `&app`, `&db`, or a transaction that `db.begin()` began",
    note = "around another transaction of SeaORM write `&db.within(&transaction)` or `&cx.within(&transaction)`"
)]
pub trait Place: ravand_process::Place {
    /// The application.
    fn app(&self) -> &App;

    /// Where the trace of what is going on here continues.
    fn traceparent(&self) -> Option<String> {
        None
    }
}

impl ravand_process::Place for App {
    fn processes(&self) -> &Processes {
        &self.0.processes.processes
    }
}

impl Place for App {
    fn app(&self) -> &App {
        self
    }
}

impl ravand_process::Place for Context {
    fn processes(&self) -> &Processes {
        Context::processes(self)
    }
}

impl Place for Context {
    fn app(&self) -> &App {
        Context::app(self)
    }

    fn traceparent(&self) -> Option<String> {
        Some(Context::traceparent(self).to_owned())
    }
}

impl<P: Place> Place for &P {
    fn app(&self) -> &App {
        (**self).app()
    }

    fn traceparent(&self) -> Option<String> {
        (**self).traceparent()
    }
}

/// A context together with a connection or transaction of SeaORM: what is saved there is there when that is committed.
#[cfg(feature = "database")]
#[derive(Clone)]
pub struct Within<'a> {
    cx: Context,
    connection: &'a dyn Connection,
}

#[cfg(feature = "database")]
impl<'a> Within<'a> {
    pub(crate) fn new(cx: Context, connection: &'a impl sea_orm::ConnectionTrait) -> Self {
        Self { cx, connection }
    }
}

#[cfg(feature = "database")]
impl ravand_process::Place for Within<'_> {
    fn processes(&self) -> &Processes {
        self.cx.processes()
    }

    fn connection(&self) -> Option<&dyn Connection> {
        Some(self.connection)
    }
}

#[cfg(feature = "database")]
impl Place for Within<'_> {
    fn app(&self) -> &App {
        self.cx.app()
    }

    fn traceparent(&self) -> Option<String> {
        Some(self.cx.traceparent().to_owned())
    }
}

#[cfg(feature = "database")]
impl std::fmt::Debug for Within<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Within").field("cx", &self.cx).finish_non_exhaustive()
    }
}
