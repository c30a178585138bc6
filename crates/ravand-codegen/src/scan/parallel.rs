//! Many Rust files at once: parsing is what a build script's time goes to.

use std::thread::{self, Builder};

use ravand_core::{Place, Problem, Problems};

use super::autoload::Listed;
use super::classes::{Found, classes};
use crate::files::Source;

/// A file with its module's path and its text.
pub(crate) struct Read {
    pub(crate) file: Listed,
    pub(crate) modules: Vec<String>,
    pub(crate) source: Source,
}

/// So many files at least make another thread worth its while.
const FEW: usize = 8;

/// What deeply nested syntax may need, which is parsed by recursion.
const STACK: usize = 16 << 20;

/// What each of the files has, in their order, with what is wrong there.
pub(crate) fn read(files: &[Read], with_code: bool) -> Vec<(Found, Problems)> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let some = files.len().div_ceil(threads).max(FEW);
    let read = |files: &[Read]| files.iter().map(|file| one(file, with_code)).collect::<Vec<_>>();
    thread::scope(|scope| {
        let work = |files| {
            let started = Builder::new().stack_size(STACK).spawn_scoped(scope, move || read(files));
            (files, started)
        };
        let mut chunks = files.chunks(some);
        let first = chunks.next().unwrap_or_default();
        let others: Vec<_> = chunks.map(work).collect();
        let mut found = read(first);
        for (files, started) in others {
            found.extend(match started {
                Ok(thread) => thread.join().unwrap_or_else(|_| files.iter().map(panicked).collect()),
                // There was no thread to be had.
                Err(_) => read(files),
            });
        }
        found
    })
}

fn one(read: &Read, with_code: bool) -> (Found, Problems) {
    let mut problems = Problems::default();
    let found = classes(&read.source, &read.modules, with_code, &mut problems);
    (found, problems)
}

fn panicked(read: &Read) -> (Found, Problems) {
    let problem = Problem::error("the build script panicked while this file, or one near it, was read");
    let found = Found { broken: true, ..Found::default() };
    (found, Problems(vec![problem.at(Place::whole(&read.source.shown))]))
}
