//! `gatepost serve`: how it begins, what it says, and how it ends.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use super::{Machine, Running};
use crate::support::certificates::Certificate;

const HOME: &str = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn it_says_where_it_is_and_ends_on_a_signal() {
    for signal in [Signal::TERM, Signal::INT] {
        let machine = Machine::new().await;
        let server = machine.serve(&[]);
        let port = server.port();
        for place in ["/docs\n", "/dev/mail\n", "\n"] {
            assert!(
                server
                    .greeting
                    .contains(&format!(" http://localhost:{port}{place}")),
                "{}",
                server.greeting
            );
        }
        assert!(
            server
                .greeting
                .contains("The first account to register becomes the administrator.\n")
        );
        assert!(server.exchange(HOME).starts_with("HTTP/1.1 200 "));
        server.send(signal);
        let (code, rest) = server.end();
        assert_eq!((code, rest.lines().count()), (Some(0), 1), "{rest}");
    }
}

#[tokio::test]
async fn what_it_keeps_is_for_its_user_alone() {
    let machine = Machine::new().await;
    drop(machine.serve(&[]));
    let data = machine.folder().join("data");
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for file in std::fs::read_dir(&data).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn it_says_who_becomes_administrator() {
    let machine = Machine::new().await;
    let public = ["--public-url", "https://accounts.example.com"];
    let server = machine.serve(&public);
    assert!(
        server
            .greeting
            .contains("  https://accounts.example.com/claim/"),
        "{}",
        server.greeting
    );
    assert!(!server.greeting.contains("/dev/mail") && !server.greeting.contains("first account"));
    drop(server);
    machine.create("ann@example.com", &["--role", "ADMIN"]);
    for arguments in [&public[..], &[]] {
        let server = machine.serve(arguments);
        assert!(
            !server.greeting.contains("dministrator"),
            "{}",
            server.greeting
        );
    }
}

#[tokio::test]
async fn commands_work_beside_it_and_it_feels_them_at_once() {
    let machine = Machine::new().await;
    let server = machine.serve(&[]);
    let email = "ann@example.com";
    assert_eq!(server.login(email), "401");
    machine.create(email, &[]);
    assert_eq!(server.login(email), "200");
    machine.done(&["user", "lock", email]);
    assert_eq!(server.login(email), "403");
    machine.done(&["user", "unlock", email]);
    machine.done(&["keys", "rotate"]);
    assert_eq!(server.login(email), "200");
    machine.done(&["user", "delete", email, "--yes"]);
    assert_eq!(server.login(email), "401");
}

/// The beginning of a request, with the rest of its body to come.
fn begin_request(server: &Running) -> TcpStream {
    let mut stream = server.connect();
    let head = "POST /register/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{";
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    stream
}

#[tokio::test]
async fn a_running_request_is_finished_before_the_end() {
    let machine = Machine::new().await;
    let server = machine.serve(&[]);
    let mut stream = begin_request(&server);
    server.send(Signal::TERM);
    std::thread::sleep(Duration::from_millis(200));
    stream.write_all(b"}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 422 "), "{answer}");
    assert_eq!(server.end().0, Some(0));
}

#[tokio::test]
async fn a_second_interrupt_does_not_wait() {
    let machine = Machine::new().await;
    let server = machine.serve(&[]);
    let _stream = begin_request(&server);
    server.send(Signal::INT);
    std::thread::sleep(Duration::from_millis(200));
    let begun = Instant::now();
    server.send(Signal::INT);
    assert_eq!(
        server.end().0,
        Some(130),
        "it waited for the request until then"
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_port_in_use_is_one_clear_line() {
    let machine = Machine::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let err = machine
        .run(&["--listen", &format!("localhost:{port}")])
        .refused(1);
    let next = port.checked_add(1).unwrap_or(8000);
    let advice = format!("choose another port with --listen localhost:{next}\n");
    assert!(
        err.starts_with(&format!("gatepost: port {port} is in use: ")) && err.ends_with(&advice),
        "{err}"
    );
    assert!(
        !machine.folder().join("data/gatepost.db").exists(),
        "nothing was touched"
    );
}

#[tokio::test]
async fn a_data_folder_that_is_none_is_one_clear_line() {
    let machine = Machine::new().await;
    std::fs::write(machine.folder().join("file"), "").unwrap();
    for folder in ["file", "file/below"] {
        let err = machine
            .run(&["--listen", "localhost:0", "--data", folder])
            .refused(1);
        assert!(
            err.contains(&format!("the data folder {folder} cannot be used")),
            "{err}"
        );
        assert!(
            err.contains("--data\n") && err.lines().count() == 1,
            "{err}"
        );
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_one_clear_line() {
    let machine = Machine::new().await;
    for (url, advice) in [
        ("sqlite:nowhere/gatepost.db", "Look whether its folder is"),
        (
            "postgres://nobody:hunter22@127.0.0.1:1/none",
            "Look whether the server of database.url runs",
        ),
        (
            "postgres://nobody:hunter22@host/none?sslmode=verify-full",
            "require is what verify-full is elsewhere",
        ),
        (
            "postgres://nobody:hunter22@host/none?sslrootcert=ca.pem",
            "the variable SSL_CERT_FILE",
        ),
        // A password that was not encoded: what the driver takes for the port or for an option is the rest of it.
        (
            "postgres://nobody:secret@of:hunter22@host/none",
            "In a password, @ is written %40",
        ),
        (
            "postgres://nobody@host/none?hunter22=1",
            "an option that is not known here",
        ),
        (
            "postgres://nobody@host/none?hunter22",
            "expected postgres://user:password@host/database",
        ),
    ] {
        let err = refused_with(&machine, url);
        assert!(err.contains(advice), "{err}");
        assert!(!err.contains("hunter22"), "{err}");
    }
}

/// What a start with that database is refused with: one line.
fn refused_with(machine: &Machine, url: &str) -> String {
    // Somebody else's server may have the port of the metrics, which would be a second line.
    let listen = ["--listen", "localhost:0", "--set", "metrics.listen="];
    let arguments = [&listen[..], &["--database-url", url]].concat();
    let err = machine.run(&arguments).refused(1);
    assert_eq!(err.lines().count(), 1, "{err}");
    err
}

#[tokio::test]
async fn a_file_that_is_broken_is_named_and_the_way_back_as_well() {
    let machine = Machine::new().await;
    let path = |name: &str| machine.folder().join(name);
    std::fs::write(path("text.db"), "no database\n".repeat(1000)).unwrap();
    machine.done(&["migrate", "--database-url", "sqlite:torn.db"]);
    let mut torn = std::fs::read(path("torn.db")).unwrap();
    // The header of the file stays, and of its list of tables nothing.
    torn[100..4096].fill(0xff);
    std::fs::write(path("torn.db"), torn).unwrap();
    for (name, what) in [
        ("text.db", "file is not a database"),
        ("torn.db", "malformed"),
    ] {
        let err = refused_with(&machine, &format!("sqlite:{name}"));
        assert!(err.contains(what) && err.contains(name), "{err}");
        assert!(err.contains("docs/backup.md"), "{err}");
        let doctor = ["doctor", "--listen", "localhost:1", "--database-url"];
        let url = format!("sqlite:{name}");
        let told = machine.run(&[&doctor[..], &[url.as_str()]].concat()).out;
        assert!(told.contains(what), "{told}");
        assert!(told.contains("docs/backup.md"), "{told}");
    }
}

#[tokio::test]
async fn a_port_in_use_for_the_redirect_is_one_clear_line() {
    let machine = Machine::new().await;
    let certificate = Certificate::write(machine.folder());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let settings = [
        format!("tls.certificate={}", certificate.chain.display()),
        format!("tls.key={}", certificate.key.display()),
        format!("tls.redirect_listen=127.0.0.1:{port}"),
    ];
    let settings = settings.iter().flat_map(|one| ["--set", one.as_str()]);
    let arguments: Vec<&str> = ["--listen", "localhost:0"]
        .into_iter()
        .chain(settings)
        .collect();
    let err = machine.run(&arguments).refused(1);
    let expected = format!(
        "gatepost: tls.redirect_listen = \"127.0.0.1:{port}\" is in use: stop the other program, or choose another port\n"
    );
    assert_eq!(err, expected);
}

#[tokio::test]
async fn its_last_log_lines_are_written_before_it_ends() {
    for signals in [&[Signal::TERM][..], &[Signal::INT, Signal::INT]] {
        let machine = Machine::new().await;
        let log = machine.folder().join("log");
        let server = machine.serve_logging(&[], std::fs::File::create(&log).unwrap());
        for _ in 0..20 {
            server.exchange(HOME);
        }
        for signal in signals {
            server.send(*signal);
        }
        server.end();
        let text = std::fs::read_to_string(&log).unwrap();
        let lines = text.lines().filter(|line| line.contains("\"/\""));
        assert_eq!(lines.count(), 20, "{text}");
    }
}

#[tokio::test]
async fn a_hangup_without_a_certificate_ends_nothing() {
    let machine = Machine::new().await;
    let log = machine.folder().join("log");
    let server = machine.serve_logging(&[], std::fs::File::create(&log).unwrap());
    server.send(Signal::HUP);
    let told = || std::fs::read_to_string(&log).unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    while !told().contains("SIGHUP: there is nothing to read again") {
        assert!(Instant::now() < until, "{}", told());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(server.exchange(HOME).starts_with("HTTP/1.1 200 "));
    server.send(Signal::TERM);
    assert_eq!(server.end().0, Some(0));
}

#[tokio::test]
async fn lost_log_lines_are_told_in_the_format_of_the_others() {
    let machine = Machine::new().await;
    let settings = ["--set", "log.format=json", "--set", "metrics.listen="];
    let mut server = machine.serve(&settings);
    // Nobody reads the log meanwhile, and it is more than the pipe and the buffer in front of it take.
    let mut stream = server.connect();
    let mut sender = stream.try_clone().unwrap();
    let sending = std::thread::spawn(move || {
        for _ in 0..8_000 {
            let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
            sender.write_all(request).unwrap();
        }
        sender.write_all(HOME.as_bytes()).unwrap();
    });
    stream.read_to_end(&mut Vec::new()).unwrap();
    sending.join().unwrap();
    let mut log = server.take_log();
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        text
    });
    server.send(Signal::TERM);
    server.end();
    let text = reading.join().unwrap();
    let lines = text.lines().map(|line| {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    });
    let is_about_loss = |line: &Value| {
        let message = line["message"].as_str();
        message.is_some_and(|message| message.contains(" log lines were lost"))
    };
    let lost: Vec<Value> = lines.filter(is_about_loss).collect();
    assert!(!lost.is_empty(), "more was logged than can wait");
    for line in lost {
        assert_eq!(line["level"], "WARN");
        assert!(line["target"].is_string(), "{line}");
        let timestamp = line["timestamp"].as_str().unwrap();
        assert!(timestamp.ends_with('Z'), "{line}");
    }
}
