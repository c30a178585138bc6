//! A view's data as the values that templates take.

use std::any::Any;

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

/// Makes values of the data of one type. A view keeps its data behind a pointer to any type: written through that
/// pointer, every field of every row would be a call that the compiler cannot look into.
#[derive(Clone, Copy, Debug)]
pub struct Values(fn(&dyn Any) -> Option<Value>);

impl Values {
    pub(crate) fn of<T: Serialize + Any>() -> Self {
        Self(|data| data.downcast_ref::<T>().map(|data| Value::from(Serde(data))))
    }

    /// The values of the data; none when it is of another type.
    pub(super) fn make(self, data: &dyn Any) -> Option<Value> {
        (self.0)(data)
    }
}
