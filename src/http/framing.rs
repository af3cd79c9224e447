//! Where one request ends and the next begins: whatever two readers could see differently is refused.
//!
//! Request smuggling (ASVS 4.2.1, RFC 9112 section 11.2) lives on messages that a proxy and a server cut at different places.
//! hyper forgives some of them before anybody sees the header fields, so the bytes are watched on their way to it: at the
//! first fault the rest of the connection is withheld, and hyper, left with a broken header, answers 400 and closes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::http::{HeaderMap, Uri, header};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::serve::Activity;

/// What no header holds, so that hyper refuses the one in which it finds it.
const POISON: u8 = 0;

/// Longer than the buffer in which hyper wants to see the whole header.
const LONGEST_LINE: usize = 128 * 1024;

/// The largest buffer for lines that a connection keeps while it waits.
const KEPT: usize = 1024;

/// A connection whose requests are watched.
pub(super) struct Watched<S> {
    stream: S,
    /// `None` for HTTP/2, where each message says how long it is.
    framing: Option<Framing>,
    is_over: bool,
    is_stalled: bool,
    activity: Arc<Activity>,
}

/// Where the stream of bytes stands.
#[derive(Default)]
struct Framing {
    part: Part,
    line: Vec<u8>,
    head: Head,
}

#[derive(Default, Clone, Copy)]
enum Part {
    #[default]
    Head,
    /// So many bytes of a body are to come.
    Body(u64),
    /// A body in chunks, after which the connection is closed: nothing that follows is ever read as a request.
    Rest,
}

/// What the header has said so far.
#[derive(Default)]
struct Head {
    has_begun: bool,
    needs_host: bool,
    hosts: usize,
    length: Option<u64>,
    is_chunked: bool,
}

impl<S> Watched<S> {
    /// A connection of HTTP/1.1.
    pub fn new(stream: S, activity: Arc<Activity>) -> Self {
        Self {
            framing: Some(Framing::default()),
            ..Self::unframed(stream, activity)
        }
    }

    /// A connection of HTTP/2.
    pub fn unframed(stream: S, activity: Arc<Activity>) -> Self {
        Self {
            stream,
            framing: None,
            is_over: false,
            is_stalled: false,
            activity,
        }
    }

    /// Looks at fresh bytes; answers the place of the first one that is a fault.
    fn look(&mut self, fresh: &[u8]) -> Option<usize> {
        let framing = self.framing.as_mut()?;
        let was_in_head = framing.is_in_head();
        let fault = framing.find_fault(fresh);
        let is_in_head = framing.is_in_head();
        if was_in_head != is_in_head {
            self.activity.note_head(is_in_head);
        }
        fault
    }

    /// Notes whether the other end has taken what was to be written.
    fn note<T>(&mut self, written: Poll<T>) -> Poll<T> {
        let is_stalled = written.is_pending();
        if self.is_stalled != is_stalled {
            self.is_stalled = is_stalled;
            self.activity.note_stall(is_stalled);
        }
        written
    }
}

impl Framing {
    /// Whether a header has begun that is not complete.
    fn is_in_head(&self) -> bool {
        matches!(self.part, Part::Head) && (self.head.has_begun || !self.line.is_empty())
    }

    /// Reads on; answers the place of the first byte that is a fault.
    fn find_fault(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut place = 0;
        while place < bytes.len() {
            match self.part {
                Part::Rest => return None,
                Part::Body(left) => {
                    let here = (bytes.len() - place) as u64;
                    let of_body = left.min(here);
                    self.part = if of_body < left {
                        Part::Body(left - of_body)
                    } else {
                        Part::Head
                    };
                    place += usize::try_from(of_body).unwrap_or(usize::MAX);
                }
                Part::Head => match self.take(bytes.get(place..).unwrap_or_default()) {
                    Ok(taken) => place += taken,
                    Err(fault) => return Some(place + fault),
                },
            }
        }
        None
    }

    /// Reads a header on to the next CR or LF, and answers how many bytes that were; or the place of the first fault.
    fn take(&mut self, bytes: &[u8]) -> Result<usize, usize> {
        let follows_cr = self.line.last() == Some(&b'\r');
        let stop = memchr::memchr2(b'\r', b'\n', bytes);
        // Nearly always a line is here as a whole.
        if let Some(end) = stop
            && self.line.is_empty()
            && bytes.get(end..end + 2) == Some(b"\r\n")
            && end + 1 < LONGEST_LINE
        {
            let is_good = self.end_line(bytes.get(..end).unwrap_or_default());
            return if is_good { Ok(end + 2) } else { Err(end + 1) };
        }
        let plain = stop.unwrap_or(bytes.len());
        let is_end = stop.is_some_and(|stop| bytes.get(stop) == Some(&b'\n'));
        // Behind CR comes LF, and nothing else.
        if follows_cr && !(is_end && plain == 0) {
            return Err(0);
        }
        let taken = stop.map_or(plain, |stop| stop + 1);
        let room = LONGEST_LINE.saturating_sub(self.line.len());
        let before_end = if is_end { plain } else { taken };
        if before_end >= room {
            return Err(room.saturating_sub(1));
        }
        self.line
            .extend_from_slice(bytes.get(..taken).unwrap_or_default());
        if is_end && !self.end_text() {
            return Err(plain);
        }
        Ok(taken)
    }

    /// The end of a line's text; whether the line may stand there.
    fn end_text(&mut self) -> bool {
        let mut text = std::mem::take(&mut self.line);
        // A line that ends with LF alone is one line to some and two to others.
        let line = text.strip_suffix(b"\r\n");
        let is_good = line.is_some_and(|line| self.end_line(line));
        // Kept for the next line, unless thousands of connections that rest would hold too much.
        if text.capacity() <= KEPT {
            text.clear();
            self.line = text;
        }
        is_good
    }

    fn end_line(&mut self, line: &[u8]) -> bool {
        if line.is_empty() {
            return !self.head.has_begun || self.end_head();
        }
        if self.head.has_begun {
            return self.head.field(line);
        }
        self.head.has_begun = true;
        self.head.needs_host = !line.ends_with(b"HTTP/1.0");
        true
    }

    fn end_head(&mut self) -> bool {
        let head = std::mem::take(&mut self.head);
        self.part = match head.length {
            _ if head.is_chunked => Part::Rest,
            None | Some(0) => Part::Head,
            Some(length) => Part::Body(length),
        };
        // RFC 9112 section 3.2: a request of HTTP/1.1 names exactly one host.
        head.hosts > 0 || !head.needs_host
    }
}

impl Head {
    /// A header field; whether it leaves only one way to read the message.
    fn field(&mut self, line: &[u8]) -> bool {
        // A folded line belongs to the one before it, or does not.
        if line
            .first()
            .is_none_or(|first| matches!(first, b' ' | b'\t'))
        {
            return false;
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (name, value) = (parts.next().unwrap_or_default(), parts.next());
        let Some(value) = value.map(<[u8]>::trim_ascii) else {
            return false;
        };
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        let is_first = self.length.is_none() && !self.is_chunked;
        if is(b"host") {
            self.hosts += 1;
            self.hosts == 1
        } else if is(b"content-length") {
            self.length = length(value);
            is_first && self.length.is_some()
        } else if is(b"transfer-encoding") {
            self.is_chunked = true;
            is_first && value.eq_ignore_ascii_case(b"chunked")
        } else {
            true
        }
    }
}

/// Digits and nothing else: no sign, no list.
fn length(value: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(value).ok()?;
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Whether the target and the header mean the same host: a proxy may have looked at the other one.
pub(super) fn names_one_host(uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (host, second) = (hosts.next(), hosts.next());
    second.is_none()
        && match (uri.authority(), host) {
            (Some(target), Some(host)) => host
                .as_bytes()
                .eq_ignore_ascii_case(target.as_str().as_bytes()),
            _ => true,
        }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_over {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let fresh = buffer.filled_mut().get_mut(before..).unwrap_or_default();
        if let Some(place) = self.look(fresh) {
            if let Some(byte) = fresh.get_mut(place) {
                *byte = POISON;
            }
            buffer.set_filled(before + place + 1);
            self.is_over = true;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.note(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
