//! The load: `bench-load ADDRESS PATH CONNECTIONS MILLISECONDS` keeps that many connections busy, one request at a
//! time each, and prints how many answers came and how many nanoseconds it took.
//!
//! It costs little: requests are bytes made once, and an answer that is as long as the one before is only counted.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// How long the connections run before the counting begins.
const WARM: Duration = Duration::from_millis(150);

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, path, connections, milliseconds] = &arguments[..] else {
        return Err("usage: bench-load ADDRESS PATH CONNECTIONS MILLISECONDS".into());
    };
    let time = Duration::from_millis(milliseconds.parse()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (answers, took) = runtime.block_on(load(address, path, connections.parse()?, time))?;
    writeln!(std::io::stdout(), "{answers} {}", took.as_nanos())?;
    Ok(())
}

async fn load(
    address: &str,
    path: &str,
    connections: usize,
    time: Duration,
) -> Result<(u64, Duration), Fault> {
    let text =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: */*\r\nUser-Agent: bench-load\r\n\r\n");
    let request: Arc<[u8]> = text.into_bytes().into();
    let answers = Arc::new(AtomicU64::new(0));
    let over = Arc::new(AtomicBool::new(false));
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        tasks.push(tokio::spawn(busy(stream, request.clone(), answers.clone(), over.clone())));
    }
    tokio::time::sleep(WARM).await;
    let (before, start) = (answers.load(Ordering::Relaxed), Instant::now());
    tokio::time::sleep(time).await;
    let (after, took) = (answers.load(Ordering::Relaxed), start.elapsed());
    over.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await??;
    }
    Ok((after - before, took))
}

async fn busy(
    mut stream: TcpStream,
    request: Arc<[u8]>,
    answers: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
) -> Result<(), Fault> {
    let mut buffer = vec![0; 256 * 1024];
    let mut length = 0;
    while !over.load(Ordering::Relaxed) {
        stream.write_all(&request).await?;
        let mut read = stream.read(&mut buffer).await?;
        // Every answer of one address is as long as the one before; anything else is looked at.
        while read != length || !buffer.starts_with(b"HTTP/1.1 200") {
            let got = buffer.get(..read).unwrap_or_default();
            match whole(got)? {
                Some(whole) if whole == read => length = read,
                Some(whole) if whole < read => return Err("more came than was asked for".into()),
                _ => {
                    let rest = buffer.get_mut(read..).unwrap_or_default();
                    match stream.read(rest).await? {
                        0 => return Err("the server closed the connection".into()),
                        more => read += more,
                    }
                }
            }
        }
        answers.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// How long the answer is as a whole, when its head is there.
fn whole(got: &[u8]) -> Result<Option<usize>, Fault> {
    let Some(end) = got.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Ok(None) };
    let head = String::from_utf8_lossy(got.get(..end).unwrap_or_default()).to_ascii_lowercase();
    if !head.starts_with("http/1.1 200") {
        return Err(format!("the server answered: {head}").into());
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.ok_or("an answer without a length")?.trim().parse()?;
    Ok(Some(end + 4 + length))
}
