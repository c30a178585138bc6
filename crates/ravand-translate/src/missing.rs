//! What was missing, told once each, in bounded memory.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, PoisonError};

use ravand_core::LanguageCode;

/// How many different things are told; a key may come from a visitor, so the list must have an end.
const LIMIT: usize = 1000;

/// What has been told already: hashes only, so that long keys take no room.
#[derive(Debug, Default)]
pub(crate) struct Missing {
    hasher: RandomState,
    told: Mutex<HashSet<u64>>,
}

impl Missing {
    pub(crate) fn phrase(&self, language: &LanguageCode, key: &str) {
        if self.is_new((language, key)) {
            tracing::warn!(%language, ?key, "no language has this phrase; its key is shown");
        }
    }

    pub(crate) fn parameter(&self, language: &LanguageCode, key: &str, parameter: &str) {
        if self.is_new((language, key, parameter)) {
            tracing::warn!(%language, ?key, parameter, "the phrase was given no value for this parameter");
        }
    }

    fn is_new(&self, what: impl Hash) -> bool {
        let hash = self.hasher.hash_one(what);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= LIMIT || !told.insert(hash) {
            return false;
        }
        if told.len() == LIMIT {
            tracing::warn!("{LIMIT} phrases or parameters were missing; no more are told");
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_once_and_not_for_ever() {
        let missing = Missing::default();
        let first: Vec<_> = (0..2 * LIMIT).map(|key| missing.is_new(key)).collect();
        assert_eq!(first.iter().filter(|new| **new).count(), LIMIT);
        assert!(!missing.is_new(0));
        assert_eq!(missing.told.lock().unwrap().len(), LIMIT);
    }
}
