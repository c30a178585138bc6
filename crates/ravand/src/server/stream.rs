//! What is written to a connection: the head of a response and a small body go out as one piece.
//!
//! hyper hands both over as a list, and for the system a list costs more than one short piece that was put together
//! here. What is long goes out as the list it is, without a copy.

use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What is small, in bytes.
const SMALL: usize = 1024;

/// A connection as hyper reads and writes it.
pub(super) struct Stream(TokioIo<TcpStream>);

impl Stream {
    pub fn new(stream: TcpStream) -> Self {
        Self(TokioIo::new(stream))
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, into)
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let mut whole = [0; SMALL];
        match joined(pieces, &mut whole) {
            Some(whole) => Pin::new(&mut self.0).poll_write(cx, whole),
            None => Pin::new(&mut self.0).poll_write_vectored(cx, pieces),
        }
    }
}

/// The pieces one behind the other, when they have room there.
fn joined<'a>(pieces: &[IoSlice<'_>], room: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut length = 0;
    for piece in pieces {
        let end = length + piece.len();
        room.get_mut(length..end)?.copy_from_slice(piece);
        length = end;
    }
    room.get(..length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_pieces_are_joined() {
        let pieces = ["head", "", "body"].map(|piece| IoSlice::new(piece.as_bytes()));
        assert_eq!(joined(&pieces, &mut [0; 9]), Some(&b"headbody"[..]));
        assert_eq!(joined(&pieces, &mut [0; 8]), Some(&b"headbody"[..]));
        assert_eq!(joined(&pieces, &mut [0; 7]), None);
        assert_eq!(joined(&[], &mut [0; 7]), Some(&b""[..]));
    }
}
