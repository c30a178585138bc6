//! The nearest right name, for errors about a wrong one.

/// The candidate most like `name`, when one is like enough to be what was meant.
///
/// Case and `_` count for nothing; otherwise the Damerau-Levenshtein distance may be a third of the longer
/// name at the most. Among equals the first candidate wins.
///
/// ```
/// assert_eq!(ravand_core::nearest("Tikets", ["Users", "Tickets"]), Some("Tickets"));
/// assert_eq!(ravand_core::nearest("zzz", ["Users", "Tickets"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |text: &str| text.replace('_', "").to_lowercase();
    let wanted = fold(name);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| {
            *distance * 3 <= candidate.chars().count().max(wanted.chars().count())
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
