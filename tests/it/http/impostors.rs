//! A server in the place of another: its certificate is vouched for by nobody, and it learns nothing.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use gatepost::clock::Timestamp;
use gatepost::config::{Config, SmtpTls};
use gatepost::db::{Db, Dialect, Run};
use gatepost::email_address::EmailAddress;
use gatepost::mail;
use gatepost::passwords::Breached;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::support::app_with;
use crate::support::certificates::Certificate;

/// What comes before the handshake.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    /// The greeting of a mail server that offers STARTTLS (RFC 3207).
    Smtp,
    /// PostgreSQL's answer to somebody who asks for TLS.
    Postgres,
}

/// A server with a certificate for `localhost` that signed itself.
struct Impostor {
    port: u16,
    learned: Arc<Mutex<Vec<String>>>,
}

impl Impostor {
    async fn start(before: Before) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let acceptor = Certificate::write(folder.path()).acceptor();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let learned = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&learned);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let heard = hear(stream, before, &acceptor).await;
                seen.lock().unwrap().push(heard.unwrap_or_default());
            }
        });
        Self { port, learned }
    }

    /// What each of those who came has said under TLS.
    async fn learned(&self, least: usize) -> Vec<String> {
        for _ in 0..1000 {
            let learned = self.learned.lock().unwrap().clone();
            if learned.len() >= least {
                return learned;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("nobody came");
    }
}

async fn hear(
    mut stream: TcpStream,
    before: Before,
    acceptor: &TlsAcceptor,
) -> std::io::Result<String> {
    let mut rest = [0; 512];
    match before {
        Before::Nothing => {}
        Before::Smtp => {
            for reply in ["220 mail ESMTP", "250-mail\r\n250 STARTTLS", "220 go ahead"] {
                stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
                // A command comes in one piece: EHLO, STARTTLS, and then the handshake, which is not taken.
                if !reply.starts_with("220 go") && stream.read(&mut rest).await? == 0 {
                    break;
                }
            }
        }
        Before::Postgres => {
            stream.read_exact(&mut [0; 8]).await?;
            stream.write_all(b"S").await?;
        }
    }
    let mut stream = acceptor.accept(stream).await?;
    let length = stream.read(&mut rest).await?;
    Ok(String::from_utf8_lossy(&rest[..length]).into_owned())
}

#[tokio::test]
async fn a_mail_server_gets_neither_the_password_nor_the_mail() {
    for (kind, before) in [
        (SmtpTls::Tls, Before::Nothing),
        (SmtpTls::Starttls, Before::Smtp),
    ] {
        let impostor = Impostor::start(before).await;
        let app = app_with(|config| {
            config.public_url = Some("https://accounts.example.com".parse().unwrap());
            config.mail.from = "Gatepost <no-reply@example.com>".into();
            config.mail.smtp_host = "localhost".into();
            config.mail.smtp_port = impostor.port;
            config.mail.smtp_tls = kind;
            config.mail.smtp_username = "gatepost".into();
            config.mail.smtp_password = "hunter2".into();
        })
        .await;
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(mail::run((*app).clone(), stopped));
        let letter = mail::Message {
            to: EmailAddress::parse("ann@example.org").unwrap(),
            template: "verification/verify_email",
            context: json!({"name": "Ann", "url": "https://example.com", "expires_in": "24 hours"}),
        };
        let (of, letter) = (&app, &letter);
        let done = app
            .db
            .transaction(|tx| async move { mail::enqueue(&tx, of, letter.clone()).await });
        done.await.unwrap();
        app.post.wake();

        assert_eq!(impostor.learned(1).await, [""], "{kind:?}");
        let sql = "SELECT last_error FROM outbox WHERE attempts > 0 AND sent_at IS NULL";
        let mut row = None;
        for _ in 0..1000 {
            row = app.db.optional(sql, &[]).await.unwrap();
            if row.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let told: String = row.unwrap().get("last_error").unwrap();
        assert!(told.contains("certificate"), "{kind:?}: {told}");
        stop.send(true).unwrap();
        worker.await.unwrap();
    }
}

#[tokio::test]
async fn a_database_server_gets_no_password() {
    let impostor = Impostor::start(Before::Postgres).await;
    for mode in ["prefer", "require"] {
        let port = impostor.port;
        let url = format!("postgres://gatepost:hunter2@localhost:{port}/gatepost?sslmode={mode}");
        let refused = Db::open_postgres(&url, 4).await.err().unwrap().to_string();
        assert!(refused.contains("certificate"), "{mode}: {refused}");
        assert!(!refused.contains("hunter2"), "{refused}");
    }
    let learned = impostor.learned(2).await;
    assert!(learned.iter().all(String::is_empty), "{learned:?}");
}

#[tokio::test]
async fn a_replica_gets_no_password_either() {
    let app = app_with(|_| ()).await;
    if app.db.dialect() == Dialect::Sqlite {
        return;
    }
    let impostor = Impostor::start(Before::Postgres).await;
    let url = format!(
        "postgres://gatepost:hunter2@localhost:{}/gatepost",
        impostor.port
    );
    let hour = Duration::from_hours(1);
    let db = app.db.clone().with_replica(&url, 4, hour).unwrap();
    let refused = db.examine_replica().await.err().unwrap().to_string();
    assert!(refused.contains("certificate"), "{refused}");
    assert!(!refused.contains("hunter2"), "{refused}");
    assert_eq!(impostor.learned(1).await, [""]);
}

#[tokio::test]
async fn a_service_is_not_asked() {
    let impostor = Impostor::start(Before::Nothing).await;
    let mut config = Config::default();
    config.passwords.breached_online = true;
    config.passwords.breached_url = format!("https://localhost:{}/range/", impostor.port);
    let service = Breached::of(&config).unwrap();
    assert!(!service.knows("password", Timestamp(0)).await);
    assert_eq!(impostor.learned(1).await, [""]);
}
