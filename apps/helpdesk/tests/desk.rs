//! The help desk as its people use it: over HTTP, from the first visit to the closed ticket.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod support;

use support::{Helpdesk, location, token};

#[tokio::test]
async fn a_customer_opens_a_ticket_and_the_staff_answers_and_closes_it() {
    let desk = Helpdesk::start(&[]);
    let (customer, staff) = (desk.client(), desk.client());
    customer.log_in("customer").await;
    staff.log_in("staff").await;

    let fields = [
        ("subject", "The <printer> is on fire"),
        ("department", "support"),
        ("body", "It burns since nine o'clock."),
    ];
    let opened = customer.post("/tickets/new", "/tickets/new", &fields).await;
    assert_eq!(opened.status(), 303);
    let ticket = location(&opened).to_owned();
    let page = customer.page(&ticket).await;
    assert!(page.contains("The &lt;printer&gt; is on fire"), "what people write is escaped");
    assert!(page.contains("It burns since nine"));

    let answered =
        staff.post(&ticket, &format!("{ticket}/reply"), &[("body", "Use the extinguisher.")]).await;
    assert_eq!(answered.status(), 303);
    assert!(customer.page(&ticket).await.contains("Use the extinguisher."));
    assert_eq!(customer.json(&ticket).await["ticket"]["status"], "answered");

    let done = staff.post(&ticket, &format!("{ticket}/request-done"), &[]).await;
    assert_eq!(done.status(), 303);
    assert!(
        staff.page(&ticket).await.contains("message (will be) sent"),
        "nobody waits where nobody asks for it"
    );
    let done = staff.post(&ticket, &format!("{ticket}/request-done"), &[("how", "run_and_wait")]).await;
    assert_eq!(done.status(), 303);
    assert!(staff.page(&ticket).await.contains("message sent"));

    let closed = staff.post(&ticket, &format!("{ticket}/close"), &[]).await;
    assert!(closed.status().is_redirection() || closed.status().is_success(), "{}", closed.status());
    assert_eq!(customer.json(&ticket).await["ticket"]["status"], "closed");

    // Every mail is a process; `wait` ends when one has.
    let list = desk.run(&["process", "list", "--queue", "mail", "--json"]);
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    for mail in list.as_array().unwrap() {
        let waited = desk.run(&["process", "wait", &mail["id"].to_string(), "--for", "60"]);
        assert_eq!(waited.status.code(), Some(0), "{waited:?}");
    }
    let mails: Vec<String> = walk(&desk.folder().join("packages/email/storage/private"));
    assert!(mails.len() >= 2, "a mail for the answer and one for the end: {mails:?}");
    assert!(mails.iter().any(|mail| mail.contains("customer@helpdesk.example")));
    assert!(mails.iter().any(|mail| mail.contains("Your request has been done !")));
}

#[tokio::test]
async fn forms_keep_what_was_written_and_say_what_is_wrong() {
    let desk = Helpdesk::start(&[]);
    let client = desk.client();
    client.log_in("customer").await;
    let answer =
        client.post("/tickets/new", "/tickets/new", &[("subject", ""), ("body", "My words <stay>")]).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    assert!(page.contains("My words &lt;stay&gt;"));
    let token = token(&page);
    let json = client
        .request("POST", "/tickets/new?api=1")
        .form(&[("subject", ""), ("body", ""), ("_csrf", &token)])
        .send()
        .await
        .unwrap();
    assert_eq!(json.status(), 422);
    let json: serde_json::Value = json.json().await.unwrap();
    assert_eq!(json["status"], false);
    assert!(json["errors"]["subject"].is_array(), "{json}");
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let desk = Helpdesk::start(&[]);
    let (client, other) = (desk.client(), desk.client());
    let fields = [("email", "staff@helpdesk.example"), ("password", "staff")];
    assert_eq!(client.post_bare("/login", &fields).await.status(), 403);
    client.page("/login").await;
    assert_eq!(client.post_bare("/login", &fields).await.status(), 403);
    let strange = token(&other.page("/login").await);
    let with_strange = [fields[0], fields[1], ("_csrf", strange.as_str())];
    assert_eq!(client.post_bare("/login", &with_strange).await.status(), 403, "another client's token");
}

#[tokio::test]
async fn sessions_are_rotated_and_their_cookies_are_safe() {
    let desk = Helpdesk::start(&[]);
    let client = desk.client();
    let token = token(&client.page("/login").await);
    let fields = [("email", "staff@helpdesk.example"), ("password", "staff"), ("_csrf", token.as_str())];
    let answer = client.post_bare("/login", &fields).await;
    let cookies: Vec<String> = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap().to_owned())
        .collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("ravand_session=")).expect("a session");
    assert!(
        session.contains("HttpOnly") && session.contains("SameSite=Lax") && session.contains("Path=/"),
        "{session}"
    );
    // The token of before is worth nothing after the log-in.
    assert_eq!(client.post_bare("/logout", &[("_csrf", &token)]).await.status(), 403);
    let forged = session.split(';').next().unwrap().replace('=', "=x");
    let answer = desk.client().request("GET", "/profile").header("cookie", forged).send().await.unwrap();
    assert_ne!(answer.status(), 200, "a cookie with a wrong signature is no session");
    let left = client.post("/profile", "/logout", &[]).await;
    assert_eq!(left.status(), 303);
    assert_ne!(client.get("/profile").await.status(), 200);
    let wrong =
        client.post("/login", "/login", &[("email", "staff@helpdesk.example"), ("password", "wrong")]).await;
    assert_eq!(wrong.status(), 422);
}

#[tokio::test]
async fn pages_for_the_staff_only() {
    let desk = Helpdesk::start(&[]);
    let (visitor, customer, staff) = (desk.client(), desk.client(), desk.client());
    customer.log_in("customer").await;
    staff.log_in("staff").await;
    let back = visitor.get("/stats").await;
    assert_eq!(back.status(), 303);
    assert!(location(&back).starts_with("/login?back="), "{}", location(&back));
    assert_eq!(
        visitor.request("GET", "/stats").header("accept", "application/json").send().await.unwrap().status(),
        401
    );
    assert_eq!(customer.get("/stats").await.status(), 403);
    staff.page("/tickets").await;
    staff.page("/stats").await;
    let stats = staff.json("/stats").await;
    let counted =
        stats["views"].as_array().unwrap().iter().find(|view| view["name"] == "ticketing/views/List");
    assert_eq!(counted.expect("the list was counted")["count"], 1, "{stats}");
}

#[tokio::test]
async fn two_languages_and_two_directions() {
    let desk = Helpdesk::start(&[]);
    let client = desk.client();
    let english = client.page("/tickets").await;
    assert!(english.contains("lang=\"en-US\"") && english.contains("dir=\"ltr\""));
    let persian = client.page("/fa/tickets").await;
    assert!(persian.contains("lang=\"fa-IR\"") && persian.contains("dir=\"rtl\""));
    assert!(persian.contains("href=\"/fa/"), "links stay in the language");
    let missing = client.get("/fa/nowhere").await;
    assert_eq!(missing.status(), 404);
    let missing = missing.text().await.unwrap();
    assert!(missing.contains("dir=\"rtl\""), "errors are in the language too");
    assert_eq!(client.get("/de/tickets").await.status(), 404);

    // Many at once: no request sees the language of another.
    let requests = (0..60).map(|number| {
        let client = desk.client();
        tokio::spawn(async move {
            let (path, lang) = if number % 2 == 0 { ("/tickets", "en-US") } else { ("/fa/tickets", "fa-IR") };
            assert!(client.page(path).await.contains(&format!("lang=\"{lang}\"")), "{path}");
        })
    });
    for request in requests.collect::<Vec<_>>() {
        request.await.unwrap();
    }
}

#[tokio::test]
async fn rules_of_every_shape() {
    let desk = Helpdesk::start(&[]);
    let client = desk.client();
    for path in [
        "/",
        "/tickets",
        "/tickets/",
        "/tickets/status/open",
        "/tickets/new",
        "/new",
        "/help",
        "/help/",
        "/help/tickets/open",
        "/help/tickets/open/text",
        "/.well-known/health",
        "/help/download/guide-en.txt",
        "/login",
        "/fa",
        "/fa/help",
    ] {
        assert_eq!(client.get(path).await.status(), 200, "{path}");
    }
    for path in ["/tickets/status/odd", "/tickets/x7", "/fa/.well-known/health", "/tickets/999999"] {
        assert_eq!(client.get(path).await.status(), 404, "{path}");
    }
    assert_eq!(location(&client.get("/t1").await), "/tickets/1");
    let refused = client.request("DELETE", "/tickets").send().await.unwrap();
    assert_eq!(refused.status(), 405);
    assert_eq!(refused.headers()["allow"], "GET, HEAD, OPTIONS");
    let part = client
        .request("GET", "/help/download/guide-en.txt")
        .header("range", "bytes=0-9")
        .send()
        .await
        .unwrap();
    assert_eq!((part.status().as_u16(), part.text().await.unwrap().len()), (206, 10));
}

#[tokio::test]
async fn conventional_routes_have_one_address_each() {
    let desk = Helpdesk::start(&[]);
    let client = desk.client();
    for path in ["/help-desk", "/help-desk/", "/help-desk/auto-close", "/help-desk/auto-close/key1/value1/"] {
        assert_eq!(client.get(path).await.status(), 200, "{path}");
    }
    for (path, canonical) in [
        ("/HelpDesk", "/help-desk"),
        ("/help.desk/auto.close", "/help-desk/auto-close"),
        ("/help-desk/index", "/help-desk"),
        ("/help-desk/AutoClose", "/help-desk/auto-close"),
        ("/ticketing/help_desk", "/ticketing/help-desk"),
        ("/fa/HelpDesk?a=1", "/fa/help-desk?a=1"),
    ] {
        let answer = client.get(path).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (301, canonical), "{path}");
    }
    for path in [
        "/help-desk/init",
        "/help-desk/pre-dispatch",
        "/help-desk/nothing",
        "/nobody",
        "/email/mailer",
        "//help-desk",
        "/tickets/export-all",
        "/ticketing/tickets/index",
    ] {
        assert_eq!(client.get(path).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn banned_addresses_find_nothing() {
    let desk = Helpdesk::start(&[("RAVAND__SERVER__TRUSTED_PROXIES", "[\"127.0.0.1\"]")]);
    let client = desk.client();
    assert_eq!(client.get("/").await.status(), 200);
    let from = |address: &'static str| {
        client.request("GET", "/assets/base/error.css").header("x-forwarded-for", address).send()
    };
    assert_eq!(from("203.0.113.9").await.unwrap().status(), 200);
    ban(&desk, "203.0.113.9").await;
    assert_eq!(from("203.0.113.9").await.unwrap().status(), 404, "a ban holds at once, for everything");
    assert_eq!(from("203.0.113.10").await.unwrap().status(), 200);
}

async fn ban(desk: &Helpdesk, address: &str) {
    use ravand::sea_orm::{ConnectionTrait, Database};
    let database = desk.folder().join("storage/helpdesk.sqlite");
    let database = Database::connect(format!("sqlite://{}", database.display())).await.unwrap();
    let row = format!("insert into banned_ips (ip, reason, created_at) values ('{address}', 'spam', 0)");
    database.execute_unprepared(&row).await.unwrap();
}

/// The texts of all files below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => walk(&path),
            path => vec![std::fs::read_to_string(path).unwrap_or_default()],
        })
        .collect()
}
