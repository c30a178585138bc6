//! Events and their listeners. The framework's own events are all on this page:
//!
//! | event | when it fires | what a listener may change |
//! |---|---|---|
//! | [`package::PackageLoad`] | a package's turn has come | nothing |
//! | [`package::PackageLoaded`] | its storages, routes, languages are there | nothing |
//! | [`package::PackageRegistered`] | its listeners are there | nothing |
//! | [`package::PackagesLoaded`] | all packages are loaded | nothing |
//! | [`request::RequestAccepted`] | a request has been read | nothing |
//! | [`request::Routed`] | its token is known | the token |
//! | [`request::Dispatched`] | the dispatch loop has ended | nothing |
//! | [`request::Responded`] | the response is ready to be sent | its headers |
//! | [`view::BeforeLoad`] | a view is about to be shown | its template; data for it |
//! | [`view::DynamicData`] | the data for scripts is gathered | that data |
//! | [`view::AfterLoad`] | the template and its data are known | data for it |
//! | [`view::AfterOutput`] | the page is rendered | the page |
//! | [`process::Started`] | a process begins to run | nothing |
//! | [`process::Finished`] | a run of it has ended | nothing |
//! | [`process::GivenUp`] | it has failed or was lost for good | nothing |

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::future::Future;

use ravand_core::{Error, Result};

use crate::Context;
use crate::private::BoxFuture;

pub(crate) mod known;
pub mod package;
pub mod process;
pub mod request;
pub mod view;

/// Something that happened, which listeners of any package may hear and change.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event",
    note = "write `#[derive(Event)]` above the struct; a listener takes it as `&mut {Self}`"
)]
pub trait Event: Any + Send + Sized {
    /// Calls the event's listeners, in load order and then in the order of the manifest. An error stops the
    /// rest and is given back.
    fn trigger(&mut self, cx: &Context) -> impl Future<Output = Result<()>> + Send {
        async move {
            for listener in cx.app().0.listeners.of(TypeId::of::<Self>()) {
                (listener.call)(self, cx).await?;
            }
            Ok(())
        }
    }
}

/// What `#[listener]` adds to a type: its methods.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no listener",
    note = "write `#[listener]` above its `impl`"
)]
pub trait Listeners {
    /// The methods, in the order of the file.
    const LISTENERS: &'static [ListenerMethod];
}

/// One method of a listener.
#[derive(Clone, Copy)]
pub struct ListenerMethod {
    /// The method's name.
    pub name: &'static str,
    /// The event it takes: its identity and its Rust name.
    pub event: fn() -> (TypeId, &'static str),
    /// Makes the listener and calls the method.
    pub call: for<'a> fn(&'a mut (dyn Any + Send), &'a Context) -> BoxFuture<'a, Result<()>>,
}

/// The listeners of every event, in the order they are called.
#[derive(Default)]
pub(crate) struct ListenerTable(HashMap<TypeId, Vec<ListenerMethod>>);

impl ListenerTable {
    pub fn add(&mut self, event: TypeId, method: ListenerMethod) {
        self.0.entry(event).or_default().push(method);
    }

    pub fn of(&self, event: TypeId) -> &[ListenerMethod] {
        self.0.get(&event).map_or(&[], Vec::as_slice)
    }

    pub fn heard(&self, event: TypeId) -> bool {
        !self.0.is_empty() && self.0.contains_key(&event)
    }
}

/// The identity of an event's type.
#[doc(hidden)]
pub fn event_of<E: Any>() -> (TypeId, &'static str) {
    (TypeId::of::<E>(), type_name::<E>())
}

/// The event as the listener's own type.
#[doc(hidden)]
pub fn downcast<E: Event>(event: &mut (dyn Any + Send)) -> Result<&mut E> {
    event
        .downcast_mut()
        .ok_or_else(|| Error::internal(format!("a listener for {} heard another event", type_name::<E>())))
}

/// What a listener may return.
#[diagnostic::on_unimplemented(message = "a listener returns `()` or `Result<()>`, not `{Self}`")]
pub trait Done {
    /// Whether it worked.
    fn into_done(self) -> Result<()>;
}

/// What a listener's value says.
#[doc(hidden)]
pub fn done(value: impl Done) -> Result<()> {
    value.into_done()
}

impl Done for () {
    fn into_done(self) -> Result<()> {
        Ok(())
    }
}

impl<E: Into<Error>> Done for Result<(), E> {
    fn into_done(self) -> Result<()> {
        self.map_err(Into::into)
    }
}

impl std::fmt::Debug for ListenerMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ListenerMethod")
            .field("name", &self.name)
            .field("event", &(self.event)().1)
            .finish_non_exhaustive()
    }
}
