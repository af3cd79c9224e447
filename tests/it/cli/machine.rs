//! A machine on which somebody types commands: an empty folder, a database, and nothing else in the environment.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use gatepost::db::Db;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::database::Database;

pub struct Machine {
    database: Database,
}

/// A command that has ended.
#[derive(Debug)]
pub struct Finished {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Machine {
    pub async fn new() -> Self {
        Self {
            database: Database::create().await,
        }
    }

    pub fn folder(&self) -> &Path {
        self.database.folder()
    }

    /// The database, beside whatever runs on it.
    pub async fn db(&self) -> Db {
        let opened = match self.database.url() {
            Some(url) => Db::open_postgres(&url, 2).await,
            None => Db::open_sqlite(&self.folder().join("data/gatepost.db")),
        };
        opened.expect("the database opens")
    }

    /// The address on the server; `None` for SQLite.
    pub fn database_url(&self) -> Option<String> {
        self.database.url()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatepost"));
        command
            .args(arguments)
            .current_dir(self.folder())
            .env_clear()
            .stdin(Stdio::null());
        if let Some(url) = self.database.url() {
            command.env("GATEPOST_DATABASE_URL", url);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Finished {
        finish(
            self.command(arguments)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("it starts"),
        )
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Finished {
        let mut command = self.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read has ended already.
        let _ = child.stdin.take().unwrap().write_all(input);
        finish(child)
    }

    /// Runs a command that succeeds, and answers what it printed.
    #[track_caller]
    pub fn done(&self, arguments: &[&str]) -> String {
        let finished = self.run(arguments);
        assert_eq!(
            (finished.code, finished.err.as_str()),
            (0, ""),
            "{arguments:?}: {}",
            finished.out
        );
        finished.out
    }

    /// The same with `--json`.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let out = self.done(&[arguments, &["--json"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// Makes a verified account with the password of the samples.
    #[track_caller]
    pub fn create(&self, email: &str, others: &[&str]) -> Value {
        let arguments = [
            &[
                "user",
                "create",
                "--json",
                "--verified",
                "--password-stdin",
                "--email",
                email,
            ],
            others,
        ];
        let finished = self.run_with_input(&arguments.concat(), b"Secure*1234\n");
        assert_eq!(finished.code, 0, "{finished:?}");
        serde_json::from_str(&finished.out).expect("JSON")
    }

    /// Starts the server on a free port and reads its greeting.
    pub fn serve(&self, arguments: &[&str]) -> Running {
        self.serve_logging(arguments, Stdio::piped())
    }

    /// The same, with its log where a test can read it, however long it is.
    pub fn serve_logging(&self, arguments: &[&str], log: impl Into<Stdio>) -> Running {
        let arguments = [&["--listen", "localhost:0"], arguments].concat();
        let mut command = self.command(&arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("it starts");
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("Ctrl-C") {
            assert_ne!(
                out.read_line(&mut greeting).expect("text"),
                0,
                "it ended: {:?}",
                finish(child)
            );
        }
        Running {
            child,
            out,
            greeting,
        }
    }
}

fn finish(child: Child) -> Finished {
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Finished {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

impl Finished {
    /// Asserts that it failed with `code`, said something on standard error only, and answers that.
    #[track_caller]
    pub fn refused(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{}", self.err);
        let spoken = self.err.lines().filter(|line| !line.is_empty());
        assert!(
            spoken.clone().count() > 0 && spoken.clone().next().unwrap().starts_with("gatepost: "),
            "{}",
            self.err
        );
        self.err
    }
}

/// A running server; killed when the test is over.
pub struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    pub greeting: String,
}

impl Running {
    pub fn port(&self) -> u16 {
        let (_, rest) = self
            .greeting
            .split_once("http://localhost:")
            .expect("an address");
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().expect("a port")
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Its log, which nobody has read until then.
    pub fn take_log(&mut self) -> ChildStderr {
        self.child.stderr.take().expect("a pipe")
    }

    pub fn send(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }

    /// Waits for the end; answers the exit code and what was printed since the greeting.
    pub fn end(mut self) -> (Option<i32>, String) {
        let begun = Instant::now();
        while self.child.try_wait().expect("a child").is_none() {
            assert!(begun.elapsed() < Duration::from_secs(30), "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).expect("text");
        (self.child.wait().expect("ended").code(), rest)
    }

    /// Sends a request and answers all that comes back.
    pub fn exchange(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        answer
    }

    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port())).expect("it listens")
    }

    /// The status of a login with the password of the samples.
    pub fn login(&self, email: &str) -> String {
        let body = format!(
            "username={}&password=Secure*1234",
            email.replace('@', "%40")
        );
        let answer = self.exchange(&format!(
            "POST /login/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\n\r\n{body}",
            body.len()
        ));
        answer.get(9..12).unwrap_or_default().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
