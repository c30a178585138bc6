//! A view as an action gives it: its address, its template, its data.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;

/// The data of a page, and which template shows it.
pub struct View {
    /// The view's address, or a name that a theme knows.
    pub name: String,
    /// The template that its struct names; a theme may name another.
    pub template: Option<String>,
    /// What the template sees.
    pub data: Box<dyn ViewData>,
    /// What was wrong with the fields of a form.
    pub errors: FieldErrors,
}

/// The data of a view: whatever serde writes. Who knows the type behind it gets it back through [`Any`].
pub trait ViewData: erased_serde::Serialize + Any + Send + Sync {}

impl<T: serde::Serialize + Any + Send + Sync> ViewData for T {}

erased_serde::serialize_trait_object!(ViewData);

/// What is wrong with a form's fields: for each field the phrases that say so.
///
/// ```
/// use ravand_core::FieldErrors;
/// let mut errors = FieldErrors::default();
/// errors.add("subject", "errors.required");
/// assert_eq!(errors.of("subject"), ["errors.required"]);
/// assert!(!errors.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(BTreeMap<String, Vec<String>>);

impl View {
    /// A view by its name; `data` serialises to an object whose keys the template sees.
    pub fn new(name: impl Into<String>, data: impl serde::Serialize + Send + Sync + 'static) -> Self {
        Self { name: name.into(), template: None, data: Box::new(data), errors: FieldErrors::default() }
    }

    /// The same view, shown by this template.
    #[must_use]
    pub fn template(mut self, template: impl Into<String>) -> Self {
        self.template = Some(template.into());
        self
    }

    /// The same view, showing what is wrong with its form.
    #[must_use]
    pub fn with_errors(mut self, errors: FieldErrors) -> Self {
        self.errors = errors;
        self
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("name", &self.name)
            .field("template", &self.template)
            .finish_non_exhaustive()
    }
}

impl FieldErrors {
    /// Adds a phrase to a field.
    pub fn add(&mut self, field: impl Into<String>, phrase: impl Into<String>) {
        self.0.entry(field.into()).or_default().push(phrase.into());
    }

    /// The phrases of a field.
    pub fn of(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every field with its phrases.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(field, phrases)| (field.as_str(), phrases.as_slice()))
    }
}
