//! A kept-alive connection: writes the bytes of a request, reads one answer, and does no more than that needs.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection.
pub struct Connection {
    address: SocketAddr,
    stream: TcpStream,
    inbox: Vec<u8>,
    /// Whether it has answered before: then the server may have closed it meanwhile.
    is_used: bool,
    /// Whether the server has said that it closes.
    is_over: bool,
}

/// An answer.
pub struct Reply<'a> {
    /// Its status.
    pub status: u16,
    /// The lines before the body.
    pub head: &'a [u8],
    /// The body, its chunks put together.
    pub body: std::borrow::Cow<'a, [u8]>,
}

impl Reply<'_> {
    /// When the server wants to be asked again, in seconds.
    pub fn retry_after(&self) -> Option<u64> {
        self.header("retry-after")?.parse().ok()
    }

    /// The value of a header field; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<String> {
        let value = std::str::from_utf8(field(self.head, name.as_bytes())?).ok()?;
        Some(value.to_owned())
    }

    /// Status and body.
    pub fn in_words(&self) -> String {
        format!("{}: {}", self.status, String::from_utf8_lossy(&self.body))
    }
}

/// Where the parts of an answer lie in the inbox.
struct Frame {
    status: u16,
    body: usize,
    end: usize,
    is_chunked: bool,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            address,
            stream,
            inbox: Vec::with_capacity(64 * 1024),
            is_used: false,
            is_over: false,
        })
    }

    /// Sends a request and reads its answer. A connection that the server has closed since its last answer is opened anew.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Reply<'_>> {
        if self.is_over {
            *self = Self::open(self.address).await?;
        }
        let frame = match self.exchange(request).await {
            Err(_) if self.is_used && self.inbox.is_empty() => {
                *self = Self::open(self.address).await?;
                self.exchange(request).await
            }
            done => done,
        };
        let frame = frame.inspect_err(|_| self.is_over = true)?;
        self.is_used = true;
        let (head, rest) = self.inbox.split_at(frame.body);
        self.is_over = is_closing(head);
        let body = rest.get(..frame.end - frame.body).unwrap_or_default();
        Ok(Reply {
            status: frame.status,
            head,
            body: if frame.is_chunked {
                joined(body).into()
            } else {
                body.into()
            },
        })
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Frame> {
        self.inbox.clear();
        self.stream.write_all(request).await?;
        loop {
            if self.stream.read_buf(&mut self.inbox).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if let Some(frame) = frame(&self.inbox)? {
                return Ok(frame);
            }
        }
    }
}

/// The whole answer at the beginning of `bytes`, if it has arrived.
fn frame(bytes: &[u8]) -> Result<Option<Frame>> {
    let Some(body) = find(bytes, b"\r\n\r\n").map(|place| place + 4) else {
        return Ok(None);
    };
    let (head, rest) = bytes.split_at(body);
    let status = status(head).ok_or_else(|| Error::other("this is no answer"))?;
    let is_chunked = field(head, b"transfer-encoding").is_some();
    let length = if is_chunked {
        find(rest, b"0\r\n\r\n")
            .filter(|place| *place == 0 || rest.get(..*place).is_some_and(|r| r.ends_with(b"\r\n")))
            .map(|place| place + 5)
    } else if status == 204 || status == 304 {
        Some(0)
    } else {
        let text = field(head, b"content-length").and_then(|value| std::str::from_utf8(value).ok());
        let length = text.and_then(|text| text.trim().parse().ok());
        Some(length.ok_or_else(|| Error::other("an answer of unknown length"))?)
    };
    Ok(length
        .filter(|length| rest.len() >= *length)
        .map(|length| Frame {
            status,
            body,
            end: body + length,
            is_chunked,
        }))
}

fn status(head: &[u8]) -> Option<u16> {
    std::str::from_utf8(head.get(9..12)?).ok()?.parse().ok()
}

fn is_closing(head: &[u8]) -> bool {
    field(head, b"connection")
        .is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(b"close"))
}

/// The value of a header field; `name` in lower case.
fn field<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    head.split(|byte| *byte == b'\n').find_map(|line| {
        let (found, value) = line.split_at_checked(name.len())?;
        let value = value.strip_prefix(b":")?;
        found.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let (first, rest) = wanted.split_first()?;
    let mut from = 0;
    loop {
        from += bytes.get(from..)?.iter().position(|byte| byte == first)?;
        if bytes.get(from + 1..)?.starts_with(rest) {
            return Some(from);
        }
        from += 1;
    }
}

/// The chunks of a body without what stands between them.
fn joined(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = find(bytes, b"\r\n") {
        let (line, rest) = bytes.split_at(end);
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = std::str::from_utf8(digits).ok();
        let size = size.and_then(|text| usize::from_str_radix(text.trim(), 16).ok());
        let Some((size, chunk)) = size.filter(|size| *size > 0).zip(rest.get(2..)) else {
            break;
        };
        body.extend_from_slice(chunk.get(..size).unwrap_or_default());
        bytes = chunk.get(size + 2..).unwrap_or_default();
    }
    body
}
