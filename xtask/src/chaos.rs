//! `cargo xtask chaos`: brings what is missing, builds the chaos and lets it loose over one store or both.

use crate::tools::{Outcome, cargo, must};
use crate::{machine, metadata};

const STORES: [&str; 2] = ["sqlite", "postgres"];

pub(crate) fn run(arguments: &[String]) -> Outcome<bool> {
    let mut stores: Vec<&str> = STORES.to_vec();
    let mut rest = Vec::new();
    for pair in arguments.chunks(2) {
        match pair {
            [word, value] if word == "--store" => {
                let known = STORES.into_iter().find(|store| store == value);
                stores = vec![known.ok_or_else(|| {
                    format!("there is no store `{value}`; there are {}", STORES.join(" and "))
                })?];
            }
            [word, value] if ["--seconds", "--seed", "--processes"].contains(&word.as_str()) => {
                if value.parse::<u64>().is_err() {
                    return Err(format!("`{word}` needs a number, and `{value}` is none").into());
                }
                rest.extend([word, value]);
            }
            [word] => return Err(format!("`{word}` needs a value, or is not known").into()),
            _ => {
                let word = pair.first().map(String::as_str).unwrap_or_default();
                return Err(format!(
                    "`{word}` is not known; there are --store, --seconds, --seed and --processes"
                )
                .into());
            }
        }
    }
    machine::provide(&[machine::SERVER])?;
    must(&mut cargo(&["build", "--quiet", "--package", "ravand-chaos"]))?;
    let program = metadata::target()?.join("debug/ravand-chaos");
    let mut held = true;
    for store in stores {
        let mut command = std::process::Command::new(&program);
        let status = command.args(["--store", store]).args(&rest).status()?;
        held &= status.success();
    }
    Ok(held)
}
