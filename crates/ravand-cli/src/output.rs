//! Everything that is shown, as the applications' command lines show it too.

pub(crate) use ravand_terminal::{
    BAD, DOUBTFUL, GOOD, QUIET, all_painted, complain, complain_all, count, lines, list, paint,
    problems_json, raw, say, say_json,
};
