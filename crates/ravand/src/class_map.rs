//! The class map: every controller, middleware, listener, process, view and event under its address.

use std::any::{Any, TypeId, type_name};
use std::borrow::Cow;
use std::collections::HashMap;

use ravand_core::{Address, AddressKey, Error, Result, nearest};

use crate::controller::{Action, Actions, Middleware, Middlewares};
use crate::events::{Event, ListenerMethod, Listeners};
use crate::process::{ProcessMethod, ProcessMethods};
use crate::response::ViewClass;

/// One class of a package, as its build found it.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its address, `packages/ticketing/controllers/Tickets`.
    pub address: &'static str,
    /// The file it stands in, from the package's folder.
    pub file: &'static str,
    /// The line it begins at, from 1.
    pub line: u32,
    /// What it is, and its methods.
    pub kind: ClassKind,
}

/// What a class is.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are the tables that the attributes make")]
pub enum ClassKind {
    /// A controller with its actions.
    Controller { actions: &'static [Action], no_route: Option<Action> },
    /// A middleware with its methods.
    Middleware { methods: &'static [Middleware] },
    /// A listener with its methods.
    Listener { methods: &'static [ListenerMethod] },
    /// A process with its methods.
    Process { methods: &'static [ProcessMethod], type_id: TypeId },
    /// An event's type.
    Event { type_id: TypeId, type_name: &'static str },
    /// A view with the template its struct names.
    View {
        type_name: &'static str,
        template: Option<&'static str>,
        #[cfg(feature = "views")]
        values: crate::view::Values,
    },
}

impl ClassKind {
    /// The kind in a word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Controller { .. } => "controller",
            Self::Middleware { .. } => "middleware",
            Self::Listener { .. } => "listener",
            Self::Process { .. } => "process",
            Self::Event { .. } => "event",
            Self::View { .. } => "view",
        }
    }

    /// The names of its methods.
    pub fn methods(&self) -> Vec<&'static str> {
        match self {
            Self::Controller { actions, .. } => actions.iter().map(|action| action.name).collect(),
            Self::Middleware { methods } => methods.iter().map(|method| method.name).collect(),
            Self::Listener { methods } => methods.iter().map(|method| method.name).collect(),
            Self::Process { methods, .. } => methods.iter().map(|method| method.name).collect(),
            Self::Event { .. } | Self::View { .. } => Vec::new(),
        }
    }
}

impl Class {
    /// A controller.
    pub fn controller<T: Actions>(address: &'static str, file: &'static str, line: u32) -> Self {
        let kind = ClassKind::Controller { actions: T::ACTIONS, no_route: T::NO_ROUTE };
        Self { address, file, line, kind }
    }

    /// A middleware.
    pub fn middleware<T: Middlewares>(address: &'static str, file: &'static str, line: u32) -> Self {
        Self { address, file, line, kind: ClassKind::Middleware { methods: T::MIDDLEWARES } }
    }

    /// A listener.
    pub fn listener<T: Listeners>(address: &'static str, file: &'static str, line: u32) -> Self {
        Self { address, file, line, kind: ClassKind::Listener { methods: T::LISTENERS } }
    }

    /// A class of processes.
    pub fn process<T: ProcessMethods + Any>(address: &'static str, file: &'static str, line: u32) -> Self {
        let kind = ClassKind::Process { methods: T::METHODS, type_id: TypeId::of::<T>() };
        Self { address, file, line, kind }
    }

    /// An event.
    pub fn event<T: Event>(address: &'static str, file: &'static str, line: u32) -> Self {
        let kind = ClassKind::Event { type_id: TypeId::of::<T>(), type_name: type_name::<T>() };
        Self { address, file, line, kind }
    }

    /// A view.
    pub fn view<T: ViewClass + Any>(address: &'static str, file: &'static str, line: u32) -> Self {
        let kind = ClassKind::View {
            type_name: type_name::<T>(),
            template: T::TEMPLATE,
            #[cfg(feature = "views")]
            values: crate::view::Values::of::<T>(),
        };
        Self { address, file, line, kind }
    }
}

/// All classes of all packages.
#[derive(Default)]
pub(crate) struct ClassMap {
    classes: Vec<Class>,
    /// By the key of the address. A struct may be several kinds at once.
    by_key: HashMap<AddressKey, Vec<usize>>,
}

/// A controller's action with the names of its place.
#[derive(Clone, Debug)]
pub(crate) struct FoundAction {
    pub action: Action,
    pub package: &'static str,
    pub controller: &'static str,
    pub name: Cow<'static, str>,
}

impl ClassMap {
    pub fn add(&mut self, class: Class) {
        self.by_key.entry(AddressKey::of(class.address)).or_default().push(self.classes.len());
        self.classes.push(class);
    }

    pub fn all(&self) -> &[Class] {
        &self.classes
    }

    /// An action by its address; `no_route` takes what is not there, when the controller has it.
    pub fn action(&self, address: &Address) -> Result<FoundAction> {
        let method = self.method_of(address)?;
        let key = AddressKey::of(method);
        for class in self.of(address) {
            let ClassKind::Controller { actions, no_route } = &class.kind else { continue };
            let found = actions.iter().find(|action| AddressKey::of(action.name) == key).copied();
            if let Some(action) = found.or(*no_route) {
                let name = if found.is_some() { action.name.into() } else { method.to_owned().into() };
                let controller = controller_name(class.address);
                return Ok(FoundAction { action, package: package_name(class.address), controller, name });
            }
        }
        Err(self.missing("action", address))
    }

    /// A middleware's method by its address.
    pub fn middleware(&self, address: &Address) -> Result<Middleware> {
        let key = AddressKey::of(self.method_of(address)?);
        self.of(address)
            .filter_map(|class| match &class.kind {
                ClassKind::Middleware { methods } => Some(*methods),
                _ => None,
            })
            .flatten()
            .find(|method| AddressKey::of(method.name) == key)
            .copied()
            .ok_or_else(|| self.missing("middleware", address))
    }

    /// A listener's method by its address.
    pub fn listener(&self, address: &Address) -> Result<ListenerMethod> {
        let key = AddressKey::of(self.method_of(address)?);
        self.of(address)
            .filter_map(|class| match &class.kind {
                ClassKind::Listener { methods } => Some(*methods),
                _ => None,
            })
            .flatten()
            .find(|method| AddressKey::of(method.name) == key)
            .copied()
            .ok_or_else(|| self.missing("listener", address))
    }

    /// A process's method by its address, with the address as the class wrote it: its one spelling.
    pub fn process(&self, address: &Address) -> Result<(ProcessMethod, String)> {
        let key = AddressKey::of(self.method_of(address)?);
        for class in self.of(address) {
            let ClassKind::Process { methods, .. } = &class.kind else { continue };
            if let Some(method) = methods.iter().find(|method| AddressKey::of(method.name) == key) {
                return Ok((*method, format!("{}@{}", class.address, method.name)));
            }
        }
        Err(self.missing("process", address))
    }

    /// The same by its type and the method's name.
    pub fn process_of(&self, class: TypeId, method: &str) -> Option<(ProcessMethod, String)> {
        self.classes.iter().find_map(|found| match found.kind {
            ClassKind::Process { methods, type_id } if type_id == class => {
                let method = methods.iter().find(|known| known.name == method)?;
                Some((*method, format!("{}@{}", found.address, method.name)))
            }
            _ => None,
        })
    }

    /// An event's type by its address.
    pub fn event(&self, address: &Address) -> Result<TypeId> {
        self.of(address)
            .find_map(|class| match class.kind {
                ClassKind::Event { type_id, .. } => Some(type_id),
                _ => None,
            })
            .ok_or_else(|| self.missing("event", address))
    }

    fn of(&self, address: &Address) -> impl Iterator<Item = &Class> {
        let indices = self.by_key.get(&AddressKey::of(address.class())).map_or(&[][..], Vec::as_slice);
        indices.iter().filter_map(|index| self.classes.get(*index))
    }

    fn method_of<'a>(&self, address: &'a Address) -> Result<&'a str> {
        address
            .method()
            .ok_or_else(|| Error::internal(format!("`{address}` names no method: write `{address}@method`")))
    }

    fn missing(&self, what: &str, address: &Address) -> Error {
        let known: Vec<String> = self
            .classes
            .iter()
            .filter(|class| {
                class.kind.word() == what || (what == "action" && class.kind.word() == "controller")
            })
            .flat_map(|class| match class.kind.methods() {
                methods if methods.is_empty() => vec![class.address.to_owned()],
                methods => methods.iter().map(|method| format!("{}@{method}", class.address)).collect(),
            })
            .collect();
        let hint = nearest(address.as_str(), known.iter().map(String::as_str));
        let hint = hint.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
        Error::not_found(format!("there is no {what} `{address}`{hint}"))
    }
}

/// `ticketing` of `packages/ticketing/controllers/Tickets`.
pub(crate) fn package_name(class: &str) -> &str {
    class.split('/').nth(1).unwrap_or_default()
}

/// `admin/Users` of `packages/panel/controllers/admin/Users`; a class outside `controllers` keeps its folder
/// behind a `/`.
pub(crate) fn controller_name(class: &str) -> &str {
    let below = class.splitn(3, '/').nth(2).unwrap_or(class);
    match below.split_once('/') {
        Some((folder, rest)) if folder.eq_ignore_ascii_case("controllers") => rest,
        _ => below,
    }
}
