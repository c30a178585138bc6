//! The help desk in a real browser: log-in, a new ticket, both directions, and a phone's width.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use fantoccini::{Client, ClientBuilder, Locator};
use support::Helpdesk;

/// A browser of its own, gone with the value.
struct Browser {
    driver: Child,
    client: Client,
    _profile: tempfile::TempDir,
}

impl Browser {
    async fn open() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is there: `cargo xtask test` installs it");
        // "ChromeDriver was started successfully on port 12345."
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_once("successfully on port ")
                    .map(|(_, port)| port.trim_end_matches('.').to_owned())
            })
            .expect("the driver tells its port");
        std::thread::spawn(move || lines.for_each(drop));
        let profile = tempfile::tempdir().unwrap();
        let mut arguments: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1200,900",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), serde_json::json!({ "args": arguments }));
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a browser");
        Self { driver, client, _profile: profile }
    }

    async fn fill(&self, selector: &str, text: &str) {
        self.client
            .find(Locator::Css(selector))
            .await
            .unwrap_or_else(|_| panic!("no {selector}"))
            .send_keys(text)
            .await
            .unwrap();
    }

    async fn click(&self, selector: &str) {
        self.client
            .wait()
            .for_element(Locator::Css(selector))
            .await
            .unwrap_or_else(|_| panic!("no {selector}"))
            .click()
            .await
            .unwrap();
    }

    /// Waits until the page has it: what was there before may still be shown.
    async fn sees(&self, xpath: &str) {
        self.client.wait().for_element(Locator::XPath(xpath)).await.unwrap_or_else(|_| panic!("no {xpath}"));
    }

    async fn number(&self, script: &str) -> i64 {
        self.client.execute(script, Vec::new()).await.unwrap().as_i64().unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver's group has the browser in it.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.driver.id())]).status();
        let _ = self.driver.wait();
    }
}

#[tokio::test]
async fn a_person_opens_a_ticket_in_both_languages() {
    let desk = Helpdesk::start(&[]);
    let browser = Browser::open().await;

    browser.client.goto(&format!("{}/login", desk.url)).await.unwrap();
    browser.fill("input[name=email]", "customer@helpdesk.example").await;
    browser.fill("input[name=password]", "customer").await;
    browser.click("main form button.primary").await;

    browser.sees("//form[contains(@action, '/logout')]").await;
    browser.client.goto(&format!("{}/fa/tickets/new", desk.url)).await.unwrap();
    browser.fill("input[name=subject]", "چاپگر روشن نمی‌شود").await;
    browser.fill("textarea[name=body]", "از امروز صبح روشن نمی‌شود.").await;
    browser.click("main form button.primary").await;
    browser.sees("//h1[contains(., 'چاپگر روشن نمی‌شود')]").await;
    assert_eq!(
        browser.client.find(Locator::Css("html")).await.unwrap().attr("dir").await.unwrap().as_deref(),
        Some("rtl")
    );

    browser.client.set_window_size(360, 740).await.unwrap();
    for path in
        ["/", "/fa", "/tickets", "/fa/tickets", "/tickets/1", "/tickets/new", "/help", "/login", "/nowhere"]
    {
        browser.client.goto(&format!("{}{path}", desk.url)).await.unwrap();
        let over = browser
            .number("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await;
        assert!(over <= 0, "{path} is {over} px wider than a phone");
    }
    browser.client.clone().close().await.unwrap();
}
