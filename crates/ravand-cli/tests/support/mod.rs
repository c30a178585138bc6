//! Running the program itself, as a person does.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Where the fixtures are.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The program with arguments, run in a folder.
pub fn ravand(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// The program with arguments and a text to read.
pub fn ravand_reads(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = command(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).unwrap());
        child.wait_with_output().unwrap()
    })
}

pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ravand"));
    // The clock of the tests, which names of migrations begin with.
    command.current_dir(folder).args(arguments).env("SOURCE_DATE_EPOCH", "1795253400");
    command
}

/// What a person sees: the command, its output, its complaints, its exit code.
pub fn seen(folder: &Path, arguments: &[&str]) -> String {
    let output = ravand(folder, arguments);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    let err = if err.is_empty() { err } else { format!("-- on standard error:\n{err}") };
    let code = output.status.code().unwrap();
    format!("$ ravand {}\n{out}{err}-- exit code {code}\n", arguments.join(" "))
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Writes files below a folder.
pub fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The names in a folder, hidden ones too, in their order.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The files below a folder with their texts.
pub fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    walk(folder, "", &mut files);
    files
}

fn walk(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for name in names(folder) {
        let (path, shown) = (folder.join(&name), format!("{prefix}{name}"));
        if path.is_dir() {
            walk(&path, &format!("{shown}/"), files);
        } else {
            files.insert(shown, fs::read_to_string(path).unwrap());
        }
    }
}

/// A text in which the folder of Ravand's crates is the same on every machine.
pub fn anywhere(text: &str) -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    text.replace(crates.to_str().unwrap(), "/src/ravand/crates")
}

/// What happened to files: new ones and changed ones as they are now.
pub fn changed(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> String {
    let gone =
        before.keys().filter(|path| !after.contains_key(*path)).map(|path| format!("== {path} is gone ==\n"));
    let now = after.iter().filter(|(path, text)| before.get(*path) != Some(text));
    gone.chain(now.map(|(path, text)| format!("== {path} ==\n{text}"))).collect::<Vec<_>>().join("\n")
}
