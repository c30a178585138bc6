//! The router: what it finds is what the plain ordered scan finds, and a URL leads back to its rule.

use ravand_router::{Outcome, Params, Part, Rank, Request, Router, Rule, Scheme, Tried, UrlOptions};

use crate::shapes::Case;

/// Every request finds the rules that [`Router::explain`] says match, in its order, with its parameters.
///
/// # Panics
/// When the two disagree.
pub fn find_is_the_scan(case: &Case) {
    for (method, scheme, host, path, lang) in &case.requests {
        let request = Request { method, scheme: *scheme, host, path, lang_parameter: lang.as_deref() };
        let _ = ravand_router::conventional(path, |_| None);
        let tried = match case.router.explain(&request) {
            Ok(tried) => tried,
            Err(bad) => {
                assert_eq!(case.router.find(&request), Outcome::BadRequest(bad));
                continue;
            }
        };
        let matched: Vec<(usize, Rank, Option<&Params>)> = tried
            .iter()
            .filter(|one| one.matched())
            .map(|one: &Tried| (one.rule, one.rank, one.params.as_ref()))
            .collect();
        let mut outcome = case.router.find(&request);
        for (rule, rank, params) in matched {
            let Outcome::Found(found) = outcome else {
                unreachable!("{outcome:?} instead of rule {rule}: {request:?}")
            };
            assert_eq!((found.rule, found.rank, Some(&found.params)), (rule, rank, params), "{request:?}");
            outcome = case.router.find_after(&request, found.rank);
        }
        assert!(!matches!(outcome, Outcome::Found(_) | Outcome::BadRequest(_)), "{outcome:?}: {request:?}");
    }
}

/// Every URL that is built is for its rule: a request of it has the rule among those that match, with the
/// parameters that the URL was built of.
///
/// # Panics
/// When a URL does not lead back.
pub fn urls_lead_back(case: &Case) {
    for (index, rule) in case.router.rules().iter().enumerate() {
        let mut values = case.values.iter().cycle();
        let mut names: Vec<&str> = rule.paths.iter().flatten().filter_map(Part::name).collect();
        names.sort_unstable();
        names.dedup();
        let mut params = vec![("shop", "x"), ("tail", "abc")];
        params.extend(names.iter().filter_map(|name| Some((*name, values.next()?.as_str()))));
        for options in [
            UrlOptions::default(),
            UrlOptions { encode: false, ..UrlOptions::default() },
            UrlOptions { trailing_slash: true, ..UrlOptions::default() },
            UrlOptions { lang: Some("fa_IR"), ..UrlOptions::default() },
            UrlOptions { absolute: true, host: Some("x.org"), ..UrlOptions::default() },
        ] {
            // A rule may refuse values that it would not accept.
            if let Ok(url) = case.router.url_for_rule(index, &params, &options) {
                leads_back(&case.router, index, rule, &url, &params);
            }
        }
    }
}

fn leads_back(router: &Router, index: usize, rule: &Rule, url: &str, params: &[(&str, &str)]) {
    let (scheme, host, rest) = split(url, rule);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let lang = query.split('&').find_map(|pair| pair.strip_prefix("lang="));
    let method = rule.methods.first().map_or("GET", String::as_str);
    let host = host.map_or_else(|| host_of(router, index), str::to_owned);
    let request = Request { method, scheme, host: &host, path, lang_parameter: lang };
    let tried = router.explain(&request);
    assert!(tried.is_ok(), "{url}: {tried:?}");
    let tried = tried.unwrap_or_default();
    let own: Vec<&Tried> = tried.iter().filter(|one| one.rule == index).collect();
    let back = own.iter().filter_map(|one| one.params.as_ref());
    // Values that stand in the path come back as they went; the others are in the query.
    let same = |found: &Params| {
        found.iter().all(|(name, value)| params.iter().all(|(own, wanted)| *own != name || *wanted == value))
    };
    assert!(
        back.into_iter().any(same),
        "{url} of {params:?} does not lead back to rule {index} {rule:?}: {own:?}"
    );
}

/// Scheme, host and the rest; the host only of an absolute URL.
fn split<'u>(url: &'u str, rule: &Rule) -> (Scheme, Option<&'u str>, &'u str) {
    let own = rule.schemes.first().copied().unwrap_or(Scheme::Http);
    let (scheme, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (Scheme::Https, rest),
        (_, Some(rest)) => (Scheme::Http, rest),
        _ => match url.strip_prefix("//") {
            Some(rest) => (own, rest),
            None => return (own, None, url),
        },
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    (scheme, rest.get(..end), rest.get(end..).unwrap_or_default())
}

/// A host that the rule is for.
fn host_of(router: &Router, index: usize) -> String {
    let hosts = ["x.org", "y.org", "z.org"];
    let accepts = |host: &&&str| {
        let request = Request { host, ..Request::get("/") };
        let tried = router.explain(&request).unwrap_or_default();
        tried
            .iter()
            .filter(|one| one.rule == index)
            .any(|one| !one.failed.contains(&ravand_router::Reason::Domain))
    };
    hosts.iter().find(accepts).map_or_else(String::new, |host| (*host).to_owned())
}

#[cfg(test)]
mod tests {
    use libfuzzer_sys::arbitrary::{Arbitrary, Unstructured};

    use super::*;

    /// Bytes of a small generator, so that the tests try the same cases every time.
    fn cases(count: u64) -> impl Iterator<Item = Case> {
        (1..=count).filter_map(|seed| {
            let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let bytes: Vec<u8> = (0..600)
                .map(|_| {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    state.to_le_bytes()[3]
                })
                .collect();
            Case::arbitrary(&mut Unstructured::new(&bytes)).ok()
        })
    }

    #[test]
    fn the_matcher_is_the_scan() {
        cases(2_000).for_each(|case| find_is_the_scan(&case));
    }

    #[test]
    fn built_urls_lead_back() {
        cases(2_000).for_each(|case| urls_lead_back(&case));
    }
}
