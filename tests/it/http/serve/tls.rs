//! TLS: who is let in, which certificate is shown, and what a port in the clear says.

use std::time::Duration;

use gatepost::clock::Clock;
use gatepost::config::{Config, Period};
use gatepost::http::{Listeners, Tls, serve};
use rustix::process::{Signal, getpid, kill_process};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch;

use crate::support::TestApp;
use crate::support::certificates::Certificate;

const HOME: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// A server with a certificate in a folder of its own.
async fn secured(change: impl FnOnce(&mut Config)) -> (TestApp, Certificate, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::write(folder.path());
    let app = TestApp::with(|config| {
        certificate.set(config);
        change(config);
    })
    .await;
    (app, certificate, folder)
}

/// Sends `request` over TLS; everything that comes back.
async fn ask(certificate: &Certificate, port: u16, request: &str) -> String {
    let mut stream = certificate.connect(port, &["http/1.1"]).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn the_client_chooses_the_version() {
    let (app, certificate, _folder) = secured(|_| ()).await;
    let server = app.listen().await;
    for (offered, chosen) in [
        (&["h2", "http/1.1"][..], Some("h2")),
        (&["http/1.1", "h2"], Some("h2")),
        (&["http/1.1"], Some("http/1.1")),
        (&[], None),
    ] {
        let stream = certificate.connect(server.port, offered).await.unwrap();
        let alpn = stream.get_ref().1.alpn_protocol();
        assert_eq!(alpn, chosen.map(str::as_bytes), "{offered:?}");
    }
    // Answered in another protocol than it believes to speak, a client would be led astray (ALPACA).
    certificate
        .connect(server.port, &["smtp"])
        .await
        .unwrap_err();
    let answer = ask(&certificate, server.port, HOME).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn who_does_not_speak_tls_gets_no_answer() {
    let (app, _certificate, _folder) = secured(|_| ()).await;
    let server = app.listen().await;
    let answer = server.exchange(HOME.as_bytes()).await;
    assert!(!answer.contains("HTTP/1.1"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn a_handshake_is_not_waited_for() {
    let (app, _certificate, _folder) =
        secured(|config| config.tls.handshake_deadline = Period::millis(50)).await;
    let server = app.listen().await;
    // The beginning of a record that never ends.
    let answer = server.exchange(b"\x16\x03\x01\x02\x00\x01").await;
    assert_eq!(answer, "");
    server.stop().await;
}

#[tokio::test]
async fn framing_is_watched_under_tls_as_well() {
    let (app, certificate, _folder) = secured(|_| ()).await;
    let server = app.listen().await;
    let second = "GET /.well-known/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for fields in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 0\r\nContent-Length: 44",
        "X: y\r\n Content-Length: 5",
    ] {
        let first = format!("POST /login/ HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n\r\n{second}");
        let answer = ask(&certificate, server.port, &first).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
            "{answer}"
        );
        assert!(!answer.contains("\"keys\""), "{answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn everything_under_a_public_name_is_for_https_alone() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::write(folder.path());
    let first = TestApp::start().await;
    first.admin().await;
    for (public_url, is_strict) in [(Some("https://accounts.example.com"), true), (None, false)] {
        let change = |config: &mut Config| {
            certificate.set(config);
            config.public_url = public_url.map(|url| url.parse().unwrap());
        };
        let app = first.second_node_with(change).await;
        let server = app.listen().await;
        assert!(app.public_url().starts_with("https://"));
        let form = "username=admin%40example.com&password=Secure*1234";
        let login = format!(
            "POST /login_with_form/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}",
            form.len()
        );
        let nothing = HOME.replace("GET / ", "GET /nothing ");
        let mut answers = Vec::new();
        for request in [login.as_str(), HOME, &nothing] {
            answers.push(ask(&certificate, server.port, request).await.to_lowercase());
        }
        assert!(answers[0].contains("set-cookie: __host-access_token="));
        for answer in answers {
            // On `localhost` other programs would be locked out as well.
            let strict = answer.contains("strict-transport-security: max-age=31536000\r\n");
            assert_eq!(strict, is_strict, "{answer}");
            let cookies = answer
                .lines()
                .filter(|line| line.starts_with("set-cookie: "));
            for cookie in cookies {
                assert!(
                    cookie.contains("__host-") && cookie.contains("; secure"),
                    "{cookie}"
                );
            }
        }
        server.stop().await;
    }
}

/// Tells all servers of this process to look at their files.
fn hang_up() {
    kill_process(getpid(), Signal::HUP).unwrap();
}

/// Waits until this one is shown.
async fn until_shown(certificate: &Certificate, port: u16) {
    let until = std::time::Instant::now() + Duration::from_mins(1);
    while certificate.connect(port, &[]).await.is_err() {
        assert!(
            std::time::Instant::now() < until,
            "it does not read the files again"
        );
        hang_up();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_renewed_certificate_needs_no_restart() {
    let (app, first, folder) = secured(|_| ()).await;
    let server = app.listen().await;
    assert!(
        ask(&first, server.port, HOME)
            .await
            .starts_with("HTTP/1.1 200")
    );
    // Half written, or of two renewals: the one from before serves on.
    for (certificate, key) in [("-----BEGIN CERT", ""), ("", "")] {
        std::fs::write(&first.chain, certificate).unwrap();
        std::fs::write(&first.key, key).unwrap();
        hang_up();
        first.connect(server.port, &[]).await.unwrap();
    }
    std::fs::remove_file(&first.key).unwrap();
    hang_up();
    first.connect(server.port, &[]).await.unwrap();
    let second = Certificate::write(folder.path());
    until_shown(&second, server.port).await;
    first.connect(server.port, &[]).await.unwrap_err();
    server.stop().await;
}

#[tokio::test]
async fn a_certificate_renewed_during_the_start_is_not_missed() {
    let (app, first, folder) = secured(|_| ()).await;
    let tls = Tls::load(&app.config, app.clock.now()).unwrap();
    let second = Certificate::write(folder.path());
    let listeners = Listeners::bind(&["127.0.0.1:0".parse().unwrap()]).await;
    let listeners = listeners.unwrap().with_tls(tls);
    let port = listeners.port();
    let (stop, stopped) = watch::channel(false);
    let (served, site) = ((*app).clone(), app.site.clone());
    let running = tokio::spawn(serve(served, site, listeners, stopped));
    until_shown(&second, port).await;
    first.connect(port, &[]).await.unwrap_err();
    stop.send(true).unwrap();
    running.await.unwrap();
}

/// Why the files are no good.
fn refusal(config: &Config) -> String {
    match Tls::load(config, Clock::system().now()) {
        Err(sentence) => sentence,
        Ok(_) => panic!("they are good"),
    }
}

#[test]
fn keys_that_are_none_or_of_another_are_named() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (files, others) = (
        Certificate::write(folder.path()),
        Certificate::write(other.path()),
    );
    let mut config = Config::default();
    assert!(Tls::load(&config, Clock::system().now()).unwrap().is_none());
    files.set(&mut config);
    assert!(Tls::load(&config, Clock::system().now()).unwrap().is_some());

    config.tls.key = Some(others.key.clone());
    let said = refusal(&config);
    assert!(
        said.contains("key.pem\" is not the key of the first certificate in tls.certificate"),
        "{said}"
    );

    config.tls.key = Some(folder.path().join("absent.pem"));
    let said = refusal(&config);
    assert!(
        said.starts_with("tls.key = ")
            && said.contains("absent.pem\" cannot be read: No such file"),
        "{said}"
    );

    for (text, expected) in [
        ("", "holds no private key: PEM is expected"),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
            "is protected by a passphrase",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "cannot be used",
        ),
        ("-----BEGIN PRIVATE KEY-----\n", "is broken"),
    ] {
        std::fs::write(&others.key, text).unwrap();
        config.tls.key = Some(others.key.clone());
        let said = refusal(&config);
        assert!(
            said.contains(expected) && !said.contains("AAAA"),
            "{text}: {said}"
        );
    }
}

#[test]
fn certificates_that_are_none_are_named() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (files, others) = (
        Certificate::write(folder.path()),
        Certificate::write(other.path()),
    );
    let mut config = Config::default();
    files.set(&mut config);
    for (text, expected) in [
        ("", "holds no certificate: PEM is expected"),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "cannot be used",
        ),
    ] {
        std::fs::write(&others.chain, text).unwrap();
        config.tls.certificate = Some(others.chain.clone());
        let said = refusal(&config);
        assert!(
            said.starts_with("tls.certificate = ") && said.contains(expected),
            "{text}: {said}"
        );
    }
}

#[tokio::test]
async fn an_expired_certificate_is_complained_about_and_serves() {
    let folder = tempfile::tempdir().unwrap();
    let files = Certificate::write_until(folder.path(), Some(2001));
    let app = TestApp::with(|config| files.set(config)).await;
    let server = app.listen().await;
    let refused = files.connect(server.port, &[]).await.unwrap_err();
    // The client is the one who minds.
    assert!(
        refused.to_string().to_lowercase().contains("expired"),
        "{refused}"
    );
    server.stop().await;
}

#[tokio::test]
async fn the_port_in_the_clear_leads_to_the_public_url() {
    let (app, _certificate, _folder) = secured(|config| {
        config.public_url = Some("https://accounts.example.com".parse().unwrap());
        config.tls.redirect_listen = "127.0.0.1:0".into();
    })
    .await;
    let server = app.listen().await;
    for (request, to) in [
        (
            "GET /users/?q=a HTTP/1.1\r\nHost: evil.example\r\n",
            "/users/?q=a",
        ),
        (
            "GET /api/users/ HTTP/1.1\r\nHost: evil.example\r\n",
            "/api/users/",
        ),
        (
            "GET //evil.example/ HTTP/1.1\r\nHost: localhost\r\n",
            "//evil.example/",
        ),
        (
            "GET http://evil.example/a HTTP/1.1\r\nHost: evil.example\r\n",
            "/a",
        ),
        (
            "POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n",
            "/login/",
        ),
        ("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n", "/"),
    ] {
        let request = format!("{request}Connection: close\r\n\r\n");
        let answer = server
            .exchange_at(server.redirect_port, request.as_bytes())
            .await;
        assert!(answer.starts_with("HTTP/1.1 308 "), "{request}{answer}");
        let location = format!("\r\nlocation: https://accounts.example.com{to}\r\n");
        assert!(answer.contains(&location), "{request}{answer}");
        assert!(
            !answer.contains("strict-transport"),
            "nobody believes it here: {answer}"
        );
    }
    server.stop().await;
}
