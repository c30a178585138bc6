//! The nearest name, for errors that say what was perhaps meant.

/// The candidate that is written most like `name`, if one is near enough to
/// be worth a word.
///
/// ```
/// use ravand_router::nearest;
///
/// assert_eq!(nearest("tiket", ["ticket", "tickets", "home"]), Some("ticket"));
/// assert_eq!(nearest("tiket", ["home"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let reach = (wanted.chars().count() / 3).max(1);
    let distance = |candidate: &str| strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase());
    let measured = candidates.into_iter().map(|candidate| (distance(candidate), candidate));
    let near = measured.filter(|(distance, _)| *distance <= reach);
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}
