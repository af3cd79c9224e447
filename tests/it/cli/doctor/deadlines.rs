//! A database that takes connections and says nothing more: the report goes on without it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Stdio;

use super::Machine;

/// Lets everybody in, as PostgreSQL does, and answers nothing that is asked then; its port.
fn silent_database() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // Who comes, with which database: one message, in one piece.
            assert_ne!(stream.read(&mut [0; 1024]).unwrap(), 0);
            // AuthenticationOk and ReadyForQuery.
            let welcome = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I";
            stream.write_all(welcome).unwrap();
            held.push(stream);
        }
    });
    port
}

#[tokio::test]
async fn it_tells_at_once_what_it_knows_and_waits_for_nothing_for_ever() {
    let machine = Machine::new().await;
    let port = silent_database();
    let url = format!("postgres://gatepost@127.0.0.1:{port}/gatepost?sslmode=disable");
    let arguments = ["doctor", "--listen", "localhost:1", "--database-url", &url];
    let mut doctor = machine
        .command(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut out = BufReader::new(doctor.stdout.take().unwrap());
    let mut text = String::new();
    out.read_line(&mut text).unwrap();
    assert!(text.starts_with("ok    settings"), "{text}");
    assert!(doctor.try_wait().unwrap().is_none(), "it waits no longer");
    out.read_to_string(&mut text).unwrap();
    let late = "FAIL  database    The database did not answer within 10 s.";
    assert!(text.contains(late) && text.contains("reached"), "{text}");
    assert_eq!(doctor.wait().unwrap().code(), Some(1));
}
