//! The real program on a free port with a database of its own, and a client as a browser is one.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "each test file uses its own part"
)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use reqwest::Response;
use reqwest::redirect::Policy;

/// A running helpdesk; it stops, and its folder goes, with the value.
pub struct Helpdesk {
    child: Option<Child>,
    folder: tempfile::TempDir,
    pub url: String,
}

/// The program, told to live in a folder.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_helpdesk"));
    command.env("RAVAND_ROOT", folder).env("RUST_LOG", "warn");
    command
}

/// A folder with what the application has on disk: its options, and the public files of its packages.
pub fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let app = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(app.join("ravand.toml"), folder.path().join("ravand.toml")).unwrap();
    let public = "packages/ticketing/storage/public";
    std::fs::create_dir_all(folder.path().join(public)).unwrap();
    for file in std::fs::read_dir(app.join(public)).unwrap().flatten() {
        std::fs::copy(file.path(), folder.path().join(public).join(file.file_name())).unwrap();
    }
    folder
}

impl Helpdesk {
    /// Starts it with further options of the environment.
    pub fn start(options: &[(&str, &str)]) -> Self {
        Self::start_in(folder(), options)
    }

    /// Starts it in a folder that may hold a database.
    pub fn start_in(folder: tempfile::TempDir, options: &[(&str, &str)]) -> Self {
        let mut command = program(folder.path());
        command.args(["serve", "--port", "0"]).envs(options.iter().copied()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // The line with the address says that it listens.
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let url = line
            .split_once("http://")
            .unwrap_or_else(|| panic!("no address in {line:?}"))
            .1
            .trim()
            .to_owned();
        child.stdout = Some(output.into_inner());
        Self { child: Some(child), folder, url: format!("http://{url}") }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sends a signal by its name, as `TERM`.
    pub fn signal(&self, name: &str) {
        let pid = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Waits for its end: how it ended and what else it said.
    pub fn wait(mut self) -> (ExitStatus, String, tempfile::TempDir) {
        let mut child = self.child.take().unwrap();
        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        let status = child.wait().unwrap();
        (status, said, std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap()))
    }

    /// Runs the program beside it, on the same database.
    pub fn run(&self, arguments: &[&str]) -> Output {
        program(self.folder.path()).args(arguments).output().unwrap()
    }

    /// A client with cookies of its own.
    pub fn client(&self) -> Client {
        let inner = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Client { inner, url: self.url.clone() }
    }
}

impl Drop for Helpdesk {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A client with cookies, which does not follow redirects by itself.
pub struct Client {
    inner: reqwest::Client,
    url: String,
}

impl Client {
    pub async fn get(&self, path: &str) -> Response {
        self.inner.get(format!("{}{path}", self.url)).header("accept", "text/html").send().await.unwrap()
    }

    pub async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.unwrap()
    }

    pub async fn json(&self, path: &str) -> serde_json::Value {
        let request = self.inner.get(format!("{}{path}", self.url)).header("accept", "application/json");
        request.send().await.unwrap().json().await.unwrap()
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.inner.request(method.parse().unwrap(), format!("{}{path}", self.url))
    }

    /// Posts a form as it is.
    pub async fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.inner
            .post(format!("{}{path}", self.url))
            .header("accept", "text/html")
            .form(fields)
            .send()
            .await
            .unwrap()
    }

    /// Posts a form with the token that stands in the page `from`.
    pub async fn post(&self, from: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let token = token(&self.page(from).await);
        let mut fields = fields.to_vec();
        fields.push(("_csrf", &token));
        self.post_bare(path, &fields).await
    }

    pub async fn log_in(&self, who: &str) {
        let email = format!("{who}@helpdesk.example");
        let answer = self.post("/login", "/login", &[("email", &email), ("password", who)]).await;
        assert_eq!(answer.status(), 303, "{who} cannot log in");
    }
}

/// The token of the first form of a page.
pub fn token(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"_csrf\" value=\"").expect("a form with a token");
    rest.split('"').next().unwrap().to_owned()
}

/// Where a redirect leads.
pub fn location(response: &Response) -> &str {
    response.headers()["location"].to_str().unwrap()
}
