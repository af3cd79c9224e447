//! What the doctor says of a proxy, by what that does with `X-Forwarded-For`.

use std::io::{Read, Write, copy};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Machine, findings, free, levels};

/// What the doctor claims.
const CLAIM: &str = "x-forwarded-for: 192.0.2.66";

/// Hands every connection on to the server at `to`, with `added` behind the claim.
fn forward(listener: TcpListener, to: String, added: Arc<Mutex<&'static str>>) {
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, added) = (client.unwrap(), *added.lock().unwrap());
            let server = TcpStream::connect(&to).unwrap();
            thread::spawn(move || hand_on(client, server, added));
        }
    });
}

fn hand_on(mut client: TcpStream, mut server: TcpStream, added: &str) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let length = client.read(&mut piece).unwrap();
        assert_ne!(length, 0, "a header has an end");
        request.extend_from_slice(&piece[..length]);
    }
    let request = String::from_utf8(request).unwrap();
    let request = request.replace(CLAIM, &format!("{CLAIM}{added}"));
    server.write_all(request.as_bytes()).unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || {
        let _ = copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = copy(&mut server, &mut client);
    let _ = client.shutdown(Shutdown::Both);
}

#[tokio::test]
async fn a_proxy_on_this_machine_is_judged_by_what_it_adds() {
    let machine = Machine::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let listen = free();
    let settings = [
        format!("listen={listen}"),
        format!("public_url=http://localhost:{port}"),
        "http.trusted_proxies=127.0.0.1,198.51.100.7".to_owned(),
        "metrics.listen=".to_owned(),
    ];
    let settings: Vec<&str> = settings
        .iter()
        .flat_map(|one| ["--set", one.as_str()])
        .collect();
    let server = machine.serve(&settings);
    let added = Arc::new(Mutex::new(""));
    forward(listener, listen, Arc::clone(&added));
    for (what, level) in [
        // The address of somebody who is not trusted: nothing before it counts.
        (", 203.0.113.9", "ok"),
        // Passed on as it came, or by a proxy that another one trusts.
        ("", "fail"),
        (", 198.51.100.7", "fail"),
        // This machine's own, which is trusted: that says nothing of others.
        (", 127.0.0.1", "skip"),
    ] {
        *added.lock().unwrap() = what;
        let (code, found) = findings(&machine, &settings);
        assert_eq!(levels(&found, "headers"), [level], "{what}: {found:#?}");
        assert_eq!(code == 1, level == "fail", "{what}: {found:#?}");
    }
    drop(server);
}
