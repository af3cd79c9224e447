//! A connection that costs the machine as little as possible: a prepared request out, an answer's head and body in.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Request(pub Vec<u8>);

impl Request {
    pub fn get(path: &str, token: Option<&str>) -> Self {
        Self::new("GET", path, token, ("", ""))
    }

    pub fn form(path: &str, body: &str) -> Self {
        let kind = "application/x-www-form-urlencoded";
        Self::new("POST", path, None, (kind, body))
    }

    pub fn json(path: &str, body: &str) -> Self {
        Self::new("POST", path, None, ("application/json", body))
    }

    fn new(method: &str, path: &str, token: Option<&str>, (kind, body): (&str, &str)) -> Self {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        if let Some(token) = token {
            head.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if method != "GET" {
            head.push_str(&format!(
                "Content-Type: {kind}\r\nContent-Length: {}\r\n",
                body.len()
            ));
        }
        Self(format!("{head}\r\n{body}").into_bytes())
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(port: u16) -> std::io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request and reads its answer.
    pub async fn send(&mut self, request: &Request) -> std::io::Result<Answer> {
        self.stream.write_all(&request.0).await?;
        self.buffer.clear();
        loop {
            if let Some((status, head, length)) = head(&self.buffer) {
                while self.buffer.len() < head + length {
                    self.fill().await?;
                }
                let body = self.buffer[head..head + length].to_vec();
                return Ok(Answer { status, body });
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> std::io::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

/// Status, length of the head and of the body, once the head is whole.
fn head(bytes: &[u8]) -> Option<(u16, usize, usize)> {
    let end = bytes.windows(4).position(|part| part == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..end]).ok()?;
    let status: u16 = text.get(9..12)?.parse().ok()?;
    let length = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok());
    Some((status, end, length.unwrap_or(0)))
}

/// One request over a connection of its own.
pub async fn once(port: u16, request: &Request) -> std::io::Result<Answer> {
    Connection::open(port).await?.send(request).await
}
