//! An axum program that sends mails in the background, without the rest of the framework.
//!
//! ```text
//! cargo run -p ravand-process --example mails                 serve on 127.0.0.1:8080, with a worker inside
//! curl -X POST 'http://127.0.0.1:8080/mails?send_to=a@b.c'    waits up to 10 seconds for the mail to be sent
//! curl http://127.0.0.1:8080/mails/1                          the record
//! cargo run -p ravand-process --example mails -- worker       a worker on its own: as many as you like
//! cargo run -p ravand-process --example mails -- --process=1  what the engine starts for an isolated process
//! ```
//!
//! The file is `mails.sqlite` in the current folder, or where `MAILS` says; the address is `ADDRESS`, when it is set.

#![allow(clippy::print_stdout, reason = "it is a program")]

use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use ravand_core::{Error, Response};
use ravand_process::store::sqlite::Sqlite;
use ravand_process::{
    Handlers, Options, Process, Processes, Program, Retry, Run, Schedule, UniqueScope, Worker,
};
use sea_orm::TransactionTrait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

#[derive(Serialize, Deserialize)]
struct Mail {
    send_to: String,
}

/// What runs: a function, which may run on any host at any time, and once more when that host dies.
async fn send(run: Run, mail: Mail) -> Result<Response, Error> {
    run.log(format!("connecting for {}", mail.send_to));
    if !mail.send_to.contains('@') {
        return Err(Retry::never(format!("`{}` is no address", mail.send_to)).into());
    }
    run.progress(50).await?;
    run.check_interruption().await?;
    // Here the mail would be sent; a run that could not would say `Err(Retry::after(…))`.
    Ok(Response::new(true).set_data(mail.send_to, "sent_to"))
}

async fn newsletter(run: Run, _: Value) {
    run.log("nobody has subscribed");
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).init();
    let handlers = Handlers::new().add("mail/send", Options::new().attempts(5), send).add(
        "mail/newsletter",
        Options::new().isolated().time_limit(Duration::from_secs(600)),
        newsletter,
    );
    let file = std::env::var("MAILS").unwrap_or_else(|_| "mails.sqlite".to_owned());
    let processes = Processes::builder(Sqlite::open(file).await?, handlers).program(Program::this()?).build();
    processes.migrate().await?;
    let weekly = Schedule::new("newsletter", "mail/newsletter", "0 9 * * mon")?.timezone("Asia/Tehran")?;
    processes.schedule(&[weekly]).await?;

    match std::env::args().nth(1).as_deref() {
        None => serve(processes).await,
        Some("worker") => Worker::new(&processes).run_until(asked_to_end()?).await,
        Some(argument) => match argument.strip_prefix("--process=").map(str::parse) {
            Some(Ok(id)) => {
                let record = processes.run_program(id).await?.record().await?;
                println!("{}", record.state);
                Ok(())
            }
            _ => Err(Error::bad_request(format!("`{argument}` is neither `worker` nor `--process=ID`"))),
        },
    }
}

async fn serve(processes: Processes) -> Result<(), Error> {
    let worker = Worker::new(&processes).start().await?;
    let routes =
        Router::new().route("/mails", post(create)).route("/mails/{id}", get(show)).with_state(processes);
    let address = std::env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let end = asked_to_end()?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, routes).with_graceful_shutdown(end).await?;
    worker.stop().await
}

/// Queues a mail in the transaction of the request: a request that fails leaves none.
async fn create(State(processes): State<Processes>, Query(mail): Query<Mail>) -> Answer {
    let work = async {
        let database =
            processes.store().database().ok_or_else(|| Error::internal("the store has no database"))?;
        let transaction = database.begin().await?;
        // Whatever else the request writes goes here.
        let process = Process::new("mail/send")
            .parameters(&mail)?
            .unique(&mail.send_to, UniqueScope::Waiting)
            .background_run(&processes.within(&transaction))
            .await?;
        transaction.commit().await?;
        let sent = process.wait_for(Duration::from_secs(10)).await?;
        let message = if sent { "message sent" } else { "message will be sent" };
        Ok(json!({"message": message, "process": process.id()}))
    };
    answer(work.await)
}

async fn show(State(processes): State<Processes>, Path(id): Path<i64>) -> Answer {
    let work = async {
        let process = processes.find(id).await?;
        Ok(json!({"record": process.record().await?, "log": process.logs(0).await?}))
    };
    answer(work.await)
}

type Answer = (StatusCode, Json<Value>);

fn answer(result: Result<Value, Error>) -> Answer {
    match result {
        Ok(value) => (StatusCode::OK, Json(value)),
        Err(error) => (error.status(), Json(json!({"error": error.to_string()}))),
    }
}

/// Is there when the program is to end. Signals are heard from this call on.
fn asked_to_end() -> Result<impl Future<Output = ()>, Error> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
