//! The names of a path's parameters.

use crate::few_params::FewParams;

/// Names in the order of the path's parts.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    names: Box<[Box<str>]>,
    /// Parameters that lack their values only, if they are few.
    pub few: Option<FewParams>,
}

impl Names {
    /// Of names in their order.
    pub fn new<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Names {
        Names { few: FewParams::named(names.clone()), names: names.map(Box::from).collect() }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.iter().map(|name| &**name)
    }
}
