//! Processes of the help desk: the seed's three forms over HTTP, mails in the ticket's own transaction, workers inside
//! of `serve` and beside it, and what signals do to them.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};

use serde_json::Value;
use support::{Helpdesk, folder, location, program};

const MAIL: &str = "packages/email/processes/Email@send";

/// What a command said: its exit code and its JSON.
fn json(desk: &Helpdesk, line: &str) -> (Option<i32>, Value) {
    let output = desk.run(&line.split(' ').collect::<Vec<_>>());
    let text = String::from_utf8_lossy(&output.stdout);
    let value = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{line}: {error}: {text}{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), value)
}

/// The mails of this subject that are processes by now, the newest first; those without one are the seed's own.
/// There may be others: what the samples' tickets wait for is done by the clock.
fn mails(desk: &Helpdesk, subject: Option<&str>) -> Vec<Value> {
    let (_, list) = json(desk, &format!("process list --json --name {MAIL}"));
    let mut list = list.as_array().unwrap().clone();
    list.retain(|mail| match (mail["parameters"]["subject"].as_str(), subject) {
        (Some(found), Some(wanted)) => found.contains(wanted),
        (found, wanted) => found == wanted,
    });
    list
}

/// Waits for the end of a process, and gives its record.
fn ended(desk: &Helpdesk, id: &Value) -> Value {
    let (_, told) = json(desk, &format!("process wait {id} --for 60 --json"));
    assert!(told["state"] != "queued" && told["state"] != "running", "{told}");
    json(desk, &format!("process show {id} --json")).1
}

/// A mail server that greets nobody: whoever talks to it waits.
struct Silent(TcpListener);

impl Silent {
    fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn options(&self) -> [(&'static str, String); 3] {
        smtp(&self.0)
    }

    /// The connection of the next mail that is being sent.
    fn met(&self) -> TcpStream {
        self.0.accept().unwrap().0
    }
}

/// The options by which mails go to a server of this machine.
fn smtp(server: &TcpListener) -> [(&'static str, String); 3] {
    [
        ("RAVAND__PACKAGES__EMAIL__SMTP__HOST", "127.0.0.1".to_owned()),
        ("RAVAND__PACKAGES__EMAIL__SMTP__PORT", server.local_addr().unwrap().port().to_string()),
        ("RAVAND__PACKAGES__EMAIL__SMTP__TLS", "none".to_owned()),
    ]
}

/// Takes one mail as a mail server does (RFC 5321): the lines of the client, those of the mail among them.
fn take_mail(server: &TcpListener) -> Vec<String> {
    let mut stream = server.accept().unwrap().0;
    let mut client = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut lines = Vec::new();
    let mut inside = false;
    stream.write_all(b"220 here\r\n").unwrap();
    while let Some(Ok(line)) = client.next() {
        let reply: &[u8] = match line.as_str() {
            "." if inside => b"250 taken\r\n",
            _ if inside => b"",
            "DATA" => b"354 go on\r\n",
            "QUIT" => b"221 bye\r\n",
            _ => b"250 well\r\n",
        };
        inside = line == "DATA" || (inside && line != ".");
        stream.write_all(reply).unwrap();
        lines.push(line);
        if reply.starts_with(b"250 taken") {
            break;
        }
    }
    lines
}

/// A folder whose programs run nothing by themselves.
fn quiet() -> tempfile::TempDir {
    let folder = folder();
    let file = folder.path().join("ravand.toml");
    let options = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, format!("{options}\n[processes]\nworkers = false\ncall_program = false\n")).unwrap();
    folder
}

fn start_in(
    folder: tempfile::TempDir,
    options: &[(&'static str, String)],
    more: &[(&str, &str)],
) -> Helpdesk {
    let mut all: Vec<(&str, &str)> = options.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(more);
    Helpdesk::start_in(folder, &all)
}

/// Has the author of the first ticket told, and gives the status and the message.
async fn request_done(desk: &Helpdesk, how: &str) -> (bool, String) {
    let staff = desk.client();
    staff.log_in("staff").await;
    let token = support::token(&staff.page("/tickets/1").await);
    let answer = staff.request("POST", "/tickets/1/request-done?api=1");
    let answer = answer.form(&[("how", how), ("_csrf", &token)]).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    (answer["status"].as_bool().unwrap(), answer["message"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_three_forms_of_the_seed() {
    let desk = Helpdesk::start(&[]);
    assert_eq!(request_done(&desk, "background").await, (true, "message (will be) sent".to_owned()));
    assert_eq!(request_done(&desk, "wait").await, (true, "message sent".to_owned()));
    assert_eq!(request_done(&desk, "run_and_wait").await, (true, "message sent".to_owned()));
    let all = mails(&desk, None);
    assert_eq!(all.len(), 3);
    for mail in &all {
        let record = ended(&desk, &mail["id"]);
        assert_eq!((&record["state"], &record["queue"]), (&"done".into(), &"mail".into()), "{record}");
        assert_eq!(record["response"]["status"], true);
        assert_eq!(record["progress"], 100);
    }
}

#[tokio::test]
async fn a_mail_goes_to_the_server_that_the_options_name() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let options = smtp(&server);
    let taken = std::thread::spawn(move || take_mail(&server));
    let desk = start_in(folder(), &options, &[]);
    assert_eq!(request_done(&desk, "run_and_wait").await, (true, "message sent".to_owned()));
    let lines = taken.join().unwrap();
    let has = |wanted: &str| lines.iter().any(|line| line.starts_with(wanted));
    assert!(has("MAIL FROM:<support@helpdesk.example>") && has("RCPT TO:<"), "{lines:#?}");
    assert!(has("Subject: Jeyserver Support") && has("Your request has been done !"), "{lines:#?}");
}

#[tokio::test]
async fn a_message_that_takes_longer_than_ten_seconds_will_be_sent() {
    let silent = Silent::new();
    let desk = start_in(folder(), &silent.options(), &[]);
    let (wait, both) = tokio::join!(request_done(&desk, "wait"), request_done(&desk, "run_and_wait"));
    assert_eq!(wait, (true, "message will be sent".to_owned()));
    assert_eq!(both, wait);
}

#[tokio::test]
async fn what_happens_to_a_ticket_is_told_by_processes_of_its_transaction() {
    let desk = Helpdesk::start(&[]);
    let (customer, staff) = (desk.client(), desk.client());
    customer.log_in("customer").await;
    staff.log_in("staff").await;
    let fields = [("subject", "Toner"), ("department", "support"), ("body", "It is empty.")];
    let ticket = location(&customer.post("/tickets/new", "/tickets/new", &fields).await).to_owned();
    staff.post(&ticket, &format!("{ticket}/reply"), &[("body", "A new one comes.")]).await;
    customer.post(&ticket, &format!("{ticket}/reply"), &[("body", "Thank you.")]).await;
    staff.post(&ticket, &format!("{ticket}/close"), &[]).await;
    staff.post(&ticket, &format!("{ticket}/close"), &[]).await;
    let all = mails(&desk, Some("Toner"));
    let subjects: Vec<&str> =
        all.iter().rev().map(|mail| mail["parameters"]["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects.len(), 3, "opened, answered, closed once: {subjects:?}");
    let texts = ["We have your ticket: Toner", "answered: Toner", "Closed: Toner"];
    assert!(subjects.iter().zip(texts).all(|(subject, text)| subject.ends_with(text)), "{subjects:?}");
    for mail in &all {
        assert_eq!(ended(&desk, &mail["id"])["state"], "done");
    }
    let files = std::fs::read_dir(desk.folder().join("packages/email/storage/private")).unwrap();
    let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    assert_eq!(texts.filter(|text| text.contains("Toner")).count(), 3, "each is sent once");
    // The trace of the request goes on in its process.
    let trace = all[0]["trace"].as_str().unwrap();
    assert_eq!((trace.len(), &trace[..3]), (55, "00-"));
}

#[tokio::test]
async fn a_trace_goes_on_from_the_request_to_the_run() {
    let desk = Helpdesk::start(&[]);
    let staff = desk.client();
    staff.log_in("staff").await;
    let token = support::token(&staff.page("/tickets/1").await);
    let id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let answer = staff.request("POST", "/tickets/1/request-done?api=1");
    let answer = answer.header("traceparent", format!("00-{id}-00f067aa0ba902b7-01"));
    answer.form(&[("how", "wait"), ("_csrf", &token)]).send().await.unwrap();
    let trace = mails(&desk, None)[0]["trace"].as_str().unwrap().to_owned();
    assert_eq!(&trace[3..35], id);
    assert_ne!(&trace[36..52], "00f067aa0ba902b7", "it is a part of its own");
}

#[tokio::test]
async fn where_no_worker_lives_a_program_of_its_own_runs_it() {
    let desk = Helpdesk::start(&[("RAVAND__PROCESSES__WORKERS", "false")]);
    assert_eq!(request_done(&desk, "background").await.1, "message (will be) sent");
    let record = ended(&desk, &mails(&desk, None)[0]["id"]);
    assert_eq!(record["state"], "done", "{record}");
    assert!(record["worker"].as_str().unwrap().starts_with("called:"), "{record}");
}

/// A worker as a program of its own, that has said that it works.
struct Beside(Child, BufReader<std::process::ChildStdout>, String);

impl Beside {
    fn start(desk: &Helpdesk, options: &[(&'static str, String)], more: &[(&str, &str)], line: &str) -> Self {
        let mut command = program(desk.folder());
        command.args(line.split(' ')).envs(options.iter().map(|(name, value)| (name, value)));
        let mut child = command.envs(more.iter().copied()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        Self(child, output, line.trim().to_owned())
    }

    fn signal(&self, name: &str) {
        let pid = self.0.id().to_string();
        assert!(
            std::process::Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success()
        );
    }

    fn wait(mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        self.1.read_to_string(&mut said).unwrap();
        (self.0.wait().unwrap().code(), said)
    }
}

#[tokio::test]
async fn a_worker_beside_works_on_its_queues_and_gives_back_what_it_cannot_finish() {
    let silent = Silent::new();
    let desk = Helpdesk::start_in(quiet(), &[]);
    request_done(&desk, "background").await;
    let id = mails(&desk, None)[0]["id"].clone();
    let other = Beside::start(&desk, &[], &[], "worker --queue default");
    assert_eq!(other.2, "helpdesk works on default (200)");
    other.signal("INT");
    assert_eq!(other.wait(), (Some(0), "stopped\n".to_owned()));
    assert_eq!(json(&desk, &format!("process show {id} --json")).1["state"], "queued");

    // A mail that hangs: the worker drops it when it is stopped, and it waits again.
    let hasty = [("RAVAND__PROCESSES__GRACE", "0"), ("RAVAND__PROCESSES__INTERRUPT_GRACE", "0")];
    let worker = Beside::start(&desk, &silent.options(), &hasty, "worker --queue mail=3");
    assert_eq!(worker.2, "helpdesk works on mail (3)");
    let _connection = silent.met();
    let (_, counts) = json(&desk, "process counts --json");
    let queues = counts["queues"].as_array().unwrap();
    let mail = queues.iter().find(|queue| queue["queue"] == "mail").unwrap();
    assert_eq!(mail["running"], 1, "{counts}");
    assert_eq!(counts["workers"][0]["queues"], "mail", "{counts}");
    worker.signal("TERM");
    assert_eq!(worker.wait(), (Some(0), "stopping: 1 run may finish\nstopped\n".to_owned()));
    let record = json(&desk, &format!("process show {id} --json")).1;
    assert_eq!(
        (&record["state"], &record["failures"], &record["crashes"]),
        (&"queued".into(), &0.into(), &0.into())
    );
    assert_eq!(record["attempts"][0]["outcome"], "released", "{record}");

    // The next one sends it.
    let worker = Beside::start(&desk, &[], &[], "worker");
    let record = ended(&desk, &id);
    assert_eq!((&record["state"], &record["attempt"]), (&"done".into(), &2.into()));
    worker.signal("TERM");
    assert_eq!(worker.wait().0, Some(0));
}

#[tokio::test]
async fn a_signal_to_serve_gives_back_what_it_runs_and_a_kill_loses_nothing() {
    let silent = Silent::new();
    let hasty = [("RAVAND__PROCESSES__GRACE", "0"), ("RAVAND__PROCESSES__INTERRUPT_GRACE", "0")];
    let desk = start_in(folder(), &silent.options(), &hasty);
    request_done(&desk, "background").await;
    let id = mails(&desk, None)[0]["id"].clone();
    let connection = silent.met();
    desk.signal("TERM");
    let (status, said, folder) = desk.wait();
    assert_eq!((status.code(), said.trim()), (Some(0), "stopped"));
    drop(connection);

    // It runs again at the next start, which is killed.
    let short = [("RAVAND__PROCESSES__LEASE", "1")];
    let desk = start_in(folder, &silent.options(), &short);
    let connection = silent.met();
    assert_eq!(json(&desk, &format!("process show {id} --json")).1["attempt"], 2);
    desk.signal("KILL");
    let folder = desk.wait().2;
    drop(connection);

    let desk = start_in(folder, &[], &short);
    let record = ended(&desk, &id);
    assert_eq!(
        (&record["state"], &record["attempt"], &record["crashes"]),
        (&"done".into(), &3.into(), &1.into())
    );
    let outcomes: Vec<&str> =
        record["attempts"].as_array().unwrap().iter().map(|run| run["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["released", "lost", "done"]);
}

#[tokio::test]
async fn a_second_signal_to_serve_waits_for_nobody() {
    let silent = Silent::new();
    let desk = start_in(folder(), &silent.options(), &[("RAVAND__PROCESSES__GRACE", "600")]);
    request_done(&desk, "background").await;
    let _connection = silent.met();
    let mut idle = TcpStream::connect(desk.url.trim_start_matches("http://")).unwrap();
    desk.signal("INT");
    // It has heard the first one when it lets go of a connection on which nothing is asked.
    assert!(!matches!(idle.read(&mut [0]), Ok(1..)));
    desk.signal("INT");
    let (status, said, _folder) = desk.wait();
    assert_eq!((status.code(), said.trim()), (Some(1), ""));
}

#[tokio::test]
async fn what_is_done_to_processes_on_the_command_line() {
    let silent = Silent::new();
    let desk = Helpdesk::start_in(quiet(), &[]);
    request_done(&desk, "background").await;
    let id = mails(&desk, None)[0]["id"].clone();
    let act = |line: &str| json(&desk, &format!("process {line} --json"));
    let waited = act(&format!("wait {id} --for 1ms"));
    assert_eq!((waited.0, &waited.1["state"]), (Some(124), &"queued".into()));
    assert_eq!(act(&format!("interrupt {id}")).1["state"], "cancelled");
    assert_eq!(desk.run(&["process", "wait", &id.to_string()]).status.code(), Some(1));
    assert_eq!(act(&format!("retry {id}")).1["state"], "queued");
    let again = desk.run(&["process", "retry", &id.to_string()]);
    assert_eq!(again.status.code(), Some(1), "{again:?}");

    let worker = Beside::start(&desk, &silent.options(), &[], "worker --queue mail");
    let _connection = silent.met();
    let stopped = act(&format!("stop {id} --limit 0"));
    assert_eq!((stopped.0, &stopped.1["state"]), (Some(0), &"interrupted".into()));
    worker.signal("TERM");
    worker.wait();

    let started = act(&format!("start {MAIL} --sender=a@b.example --sender_name=A --send_to=c@d.example"));
    let new = started.1["id"].clone();
    assert_eq!(started.1["state"], "queued");
    let listed = json(&desk, "process list --state queued --queue mail --json").1;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["id"], new);
    assert_eq!(act("prune --keep 0 --queue mail").1["removed"], 1);
    assert_eq!(desk.run(&["process", "show", &id.to_string()]).status.code(), Some(2), "it is gone");
    for (line, code) in [
        ("process prune", 2),
        ("process list --state gone", 2),
        ("process list --name packages/email/processes/Email@sned", 2),
        ("process wait 7000", 2),
        ("process start packages/email/processes/Email@send --sender=a", 2),
        ("process start --wait 1 99", 2),
        ("worker --queue mial", 2),
        ("worker --queue mail=none", 2),
    ] {
        let output = desk.run(&line.split(' ').collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(code), "{line}: {output:?}");
        assert!(!output.stderr.is_empty(), "{line}");
    }
}

#[tokio::test]
async fn the_schedule_of_the_manifest_is_written_at_the_start() {
    let before = folder();
    let output =
        program(before.path()).args(["process", "schedules", "--next", "2", "--json"]).output().unwrap();
    let planned: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(planned[0]["name"], "packages/ticketing/processes/Tickets@auto_close");
    assert_eq!(
        (&planned[0]["cron"], &planned[0]["timezone"]),
        (&"*/5 * * * *".into(), &"Asia/Tehran".into())
    );
    assert_eq!(planned[0]["package"], "ticketing");
    let desk = Helpdesk::start_in(before, &[]);
    let (_, written) = json(&desk, "process schedules --next 2 --json");
    let times: Vec<i64> =
        written[0]["next"].as_array().unwrap().iter().map(|time| time.as_i64().unwrap()).collect();
    assert_eq!(times[1] - times[0], 300_000);
    assert_eq!(times[0] % 300_000, 0, "half an hour from UTC, the minutes are five apart all the same");
}

#[tokio::test]
async fn a_wrong_parameter_says_which_and_what_was_expected() {
    let desk = folder();
    let run = |line: &str| program(desk.path()).args(line.split(' ')).output().unwrap();
    for (line, expected) in [
        (format!("--process={MAIL} --sender=a"), "the parameters do not fit: missing field `sender_name`"),
        (
            format!("--process={MAIL} --sender=a --sender=b"),
            "the parameters do not fit: `sender` was given 2 times, once was expected",
        ),
        (
            "process run packages/ticketing/processes/tickets@auto_close --days".to_owned(),
            "it was given `days`",
        ),
    ] {
        let output = run(&line);
        assert_eq!(output.status.code(), Some(2), "{line}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(expected), "{line}: {said}");
    }
    let list = run("process list --json");
    assert_eq!(String::from_utf8_lossy(&list.stdout).trim(), "[]", "nothing was kept");
    let mut failed = program(desk.path());
    failed.arg(format!("--process={MAIL}")).args([
        "--sender=a@b.example",
        "--sender_name=A",
        "--send_to=nobody",
    ]);
    let failed = failed.output().unwrap();
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&failed.stderr), "error: `nobody` is no e-mail address\n");
}
