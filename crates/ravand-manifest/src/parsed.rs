//! What a reader gives: the model and the problems.

use ravand_core::Problems;

/// A model with all problems of the file it was read from.
///
/// When the problems have errors the model is what could be read in spite of them: good for more checks,
/// not for use. [`Parsed::into_result`] tells the two apart.
///
/// ```
/// use ravand_manifest::Manifest;
///
/// let parsed = Manifest::parse("shop", "package.json", "{ \"routing\": 5 }");
/// assert!(parsed.into_result().is_err());
/// let (manifest, warnings) = Manifest::parse("shop", "package.json", "{}").into_result()?;
/// assert_eq!((manifest.package.as_str(), warnings.0.len()), ("shop", 0));
/// # Ok::<(), ravand_core::Problems>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed<T> {
    /// The model, as far as it could be read.
    pub value: T,
    /// Every problem of the file, errors and warnings, in the order of their places.
    pub problems: Problems,
}

impl<T> Parsed<T> {
    /// The model and its warnings, when there are no errors.
    ///
    /// # Errors
    /// All problems of the file, when one of them is an error.
    pub fn into_result(self) -> Result<(T, Problems), Problems> {
        if self.problems.has_errors() { Err(self.problems) } else { Ok((self.value, self.problems)) }
    }
}
