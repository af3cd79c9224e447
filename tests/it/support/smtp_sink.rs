//! An SMTP server for tests: it takes mails, or does not, as it is told, and remembers what it was sent.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A running server on the loopback address.
pub struct Sink {
    pub port: u16,
    shared: Arc<Shared>,
}

/// A mail that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
}

#[derive(Default)]
struct Shared {
    taken: Mutex<Vec<Taken>>,
    commands: Mutex<Vec<String>>,
    refusal: Mutex<Option<(String, String)>>,
    hangs_up: AtomicBool,
    is_away: AtomicBool,
    is_held: AtomicBool,
    connections: AtomicUsize,
}

impl Sink {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                of_thread.connections.fetch_add(1, Ordering::SeqCst);
                if of_thread.is_away.load(Ordering::SeqCst) {
                    continue;
                }
                let shared = Arc::clone(&of_thread);
                std::thread::spawn(move || serve(&shared, stream));
            }
        });
        Self { port, shared }
    }

    /// From now on gives recipients whose address contains `whom` this answer.
    pub fn refuse(&self, whom: &str, answer: &str) {
        *self.shared.refusal.lock().unwrap() = Some((whom.to_owned(), answer.to_owned()));
    }

    /// Takes every recipient again.
    pub fn accept(&self) {
        *self.shared.refusal.lock().unwrap() = None;
    }

    /// Whether to take mails and hang up instead of saying so.
    pub fn hang_up(&self, hangs_up: bool) {
        self.shared.hangs_up.store(hangs_up, Ordering::SeqCst);
    }

    /// Whether to close every connection at once, as a port does that leads nowhere.
    pub fn go_away(&self, is_away: bool) {
        self.shared.is_away.store(is_away, Ordering::SeqCst);
    }

    /// Whether to leave whoever has named a recipient without an answer, until it is said otherwise.
    pub fn hold(&self, is_held: bool) {
        self.shared.is_held.store(is_held, Ordering::SeqCst);
    }

    /// Waits until somebody has said this.
    pub async fn wait_to_hear(&self, command: &str) {
        for _ in 0..1000 {
            if self.commands().iter().any(|said| said.starts_with(command)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nobody said {command}, but {:?}", self.commands());
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.shared.taken.lock().unwrap().clone()
    }

    /// Every line that was sent outside the mails.
    pub fn commands(&self) -> Vec<String> {
        self.shared.commands.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Waits until so many mails were taken.
    pub async fn wait_for(&self, count: usize) -> Vec<Taken> {
        for _ in 0..1000 {
            if self.taken().len() >= count {
                return self.taken();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!(
            "{} of {count} mails arrived; the server was told {:?}",
            self.taken().len(),
            self.commands()
        );
    }
}

fn serve(shared: &Shared, mut stream: TcpStream) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).split(b'\n');
    let mut next = || String::from_utf8(lines.next()?.ok()?).ok();
    let mut mail = Taken {
        from: String::new(),
        to: Vec::new(),
        data: String::new(),
    };
    stream.write_all(b"220 sink\r\n").ok()?;
    loop {
        let line = next()?;
        let line = line.trim_end();
        shared.commands.lock().unwrap().push(line.to_owned());
        let answer = if line.starts_with("EHLO") {
            "250-sink\r\n250-AUTH PLAIN\r\n250-SMTPUTF8\r\n250 8BITMIME".to_owned()
        } else if line.starts_with("AUTH") {
            "235 welcome".to_owned()
        } else if let Some(from) = line.strip_prefix("MAIL FROM:") {
            mail = Taken {
                from: from.to_owned(),
                to: Vec::new(),
                data: String::new(),
            };
            "250 go on".to_owned()
        } else if let Some(to) = line.strip_prefix("RCPT TO:") {
            while shared.is_held.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(2));
            }
            let refusal = shared.refusal.lock().unwrap().clone();
            mail.to.push(to.to_owned());
            let refusal = refusal.filter(|(whom, _)| to.contains(whom));
            refusal.map_or("250 go on".to_owned(), |(_, answer)| answer)
        } else if line == "DATA" {
            stream.write_all(b"354 go on\r\n").ok()?;
            mail.data = data(&mut next)?;
            shared.taken.lock().unwrap().push(mail.clone());
            if shared.hangs_up.load(Ordering::SeqCst) {
                return None;
            }
            "250 taken".to_owned()
        } else if line == "QUIT" {
            stream.write_all(b"221 bye\r\n").ok()?;
            return None;
        } else {
            "502 unknown".to_owned()
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).ok()?;
    }
}

/// Reads a mail up to the line with a single dot; dots in front of lines are doubled on the way.
fn data(next: &mut impl FnMut() -> Option<String>) -> Option<String> {
    let mut data = String::new();
    loop {
        let line = next()?;
        match line.trim_end_matches('\r') {
            "." => return Some(data),
            line => data = data + line.strip_prefix('.').unwrap_or(line) + "\r\n",
        }
    }
}
