//! The program as an operator meets it: start, stop, processes, listings, and what goes wrong.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod support;

use std::process::Output;

use support::{Helpdesk, folder, program};

fn out(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[tokio::test]
async fn signals_stop_it_gracefully_and_a_second_start_finds_its_data() {
    for signal in ["TERM", "INT"] {
        let desk = Helpdesk::start(&[]);
        let client = desk.client();
        client.log_in("customer").await;
        let fields =
            [("subject", "Kept over a restart"), ("department", "support"), ("body", "Is it there?")];
        let ticket =
            support::location(&client.post("/tickets/new", "/tickets/new", &fields).await).to_owned();
        desk.signal(signal);
        let (status, said, folder) = desk.wait();
        assert!(status.success(), "{signal}: {status}");
        assert_eq!(said.trim(), "stopped");
        let again = Helpdesk::start_in(folder, &[]);
        let other = again.client();
        other.log_in("customer").await;
        assert!(other.page(&ticket).await.contains("Kept over a restart"));
    }
}

#[test]
fn killed_at_any_moment_it_starts_again() {
    let mut folder = folder();
    for _ in 0..3 {
        let desk = Helpdesk::start_in(folder, &[]);
        desk.signal("KILL");
        folder = desk.wait().2;
    }
    drop(Helpdesk::start_in(folder, &[]));
}

#[test]
fn the_seed_s_process_closes_what_was_answered_a_day_ago() {
    let folder = folder();
    let name = "--process=packages/ticketing/processes/tickets@auto_close";
    let (code, said, err) = out(&program(folder.path()).arg(name).output().unwrap());
    assert_eq!(code, Some(0), "{err}");
    let response: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(response["status"], true);
    assert!(
        response["closed"].as_u64().unwrap() >= 1,
        "the samples have tickets answered long ago: {response}"
    );
    let again = out(&program(folder.path())
        .arg("--process=\\packages\\Ticketing\\processes\\Tickets@autoClose")
        .output()
        .unwrap());
    assert_eq!(again.0, Some(0), "{}", again.2);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&again.1).unwrap()["closed"], 0);
}

#[test]
fn the_exit_code_tells_how_a_process_ended() {
    let folder = folder();
    let run = |arguments: &[&str]| out(&program(folder.path()).args(arguments).output().unwrap());
    let mail = "--process=packages/email/processes/Email@send";
    let sent =
        run(&[mail, "--sender=support@example.com", "--sender_name=Support", "--send_to=client@example.com"]);
    assert_eq!((sent.0, sent.2.as_str()), (Some(0), ""), "{}", sent.1);
    let unknown = run(&["--process=packages/ticketing/processes/tickets@auto_clos"]);
    assert_eq!(unknown.0, Some(2));
    assert!(
        unknown.2.contains("did you mean `packages/ticketing/processes/Tickets@auto_close`?"),
        "{}",
        unknown.2
    );
    let missing = run(&[mail, "--sender=support@example.com"]);
    assert_eq!(missing.0, Some(2));
    assert!(missing.2.contains("missing field"), "{}", missing.2);
    assert_eq!(run(&["--process=packages/ticketing/processes/tickets@auto_close", "--days=1"]).0, Some(2));
    assert_eq!(run(&["--process", ""]).0, Some(2));
    assert_eq!(run(&["sreve"]).0, Some(2));
}

#[test]
fn what_is_wrong_is_said_clearly() {
    let table: [(&str, &str, &str); 5] = [
        ("ravand.toml", "[server\n", " --> ravand.toml:1:8"),
        ("ravand.toml", "[server]\nport = \"many\"\n", "the option `server.port` must be a port"),
        ("ravand.toml", "[server]\nprot = 1\n", "did you mean `port`?"),
        ("ravand.toml", "[database]\nurl = \"sqlite:///proc/no/such.sqlite\"\n", "cannot be opened"),
        (
            "ravand.toml",
            "[router]\nconventional = true\ndefault_package = \"ticketin\"\n",
            "which is no package with `routing`",
        ),
    ];
    for (file, text, expected) in table {
        let folder = folder();
        std::fs::write(folder.path().join(file), text).unwrap();
        let (code, _, err) = out(&program(folder.path()).args(["serve", "--port", "0"]).output().unwrap());
        assert_eq!(code, Some(1), "{text}: {err}");
        assert!(err.starts_with("error: ") && err.contains(expected), "{text}: {err}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = folder();
    let (code, _, err) = out(&program(folder.path()).args(["serve", "--port", &port]).output().unwrap());
    assert_eq!(code, Some(1));
    assert!(err.contains("another program listens there"), "{err}");
    let folder = support::folder();
    let broken = folder.path().join("storage/helpdesk.sqlite");
    std::fs::create_dir(folder.path().join("storage")).unwrap();
    std::fs::write(&broken, "this is no database, but somebody's letter".repeat(100)).unwrap();
    let (code, _, err) = out(&program(folder.path()).args(["serve", "--port", "0"]).output().unwrap());
    assert_eq!(code, Some(1), "{err}");
    assert!(std::fs::read_to_string(&broken).unwrap().starts_with("this is no database"), "nothing is lost");
}

#[test]
fn odd_requests_over_a_real_socket() {
    use std::io::{Read, Write};
    let desk = Helpdesk::start(&[("RAVAND__SERVER__HEADER_TIMEOUT", "1")]);
    let say = |bytes: &[u8]| {
        let mut stream = std::net::TcpStream::connect(desk.url.trim_start_matches("http://")).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        // The server ends the connection: it was asked to, or it has waited long enough.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
    };
    let get =
        |path: &str| say(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes());
    assert_eq!(get("/tickets"), "HTTP/1.1 200 OK");
    assert_eq!(get("/%ff%fe"), "HTTP/1.1 400 Bad Request");
    assert_eq!(get("/%zz"), "HTTP/1.1 400 Bad Request");
    assert_eq!(
        say(b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        "HTTP/1.1 400 Bad Request"
    );
    assert_eq!(say(b"GET / HTTP/1.1\r\nHost: \xff\r\nConnection: close\r\n\r\n"), "HTTP/1.1 400 Bad Request");
    assert_eq!(say(b"nonsense\r\n\r\n"), "HTTP/1.1 400 Bad Request");
    assert_eq!(get(&format!("/{}", "a".repeat(10_000))), "HTTP/1.1 414 URI Too Long");
    assert_eq!(say(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "), "", "a head that never ends is cut off");
}
