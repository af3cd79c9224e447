//! The scenarios, in the order of the report.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::bare;
use super::connection::{Request, once};
use super::drive::{Requests, always, closed, open};
use super::picture::Picture;
use super::report::Report;
use super::server::Server;
use super::{Options, limits, seed};

const PASSWORD: &str = "Secure*1234";

/// Addresses that log in: beyond the tries of one that are looked at together.
const PEOPLE: usize = 64;

/// Runs everything that was chosen.
pub async fn run(options: &Options, report: &mut Report) {
    let folder = tempfile::tempdir().expect("a folder");
    start(options, report).await;
    let server = Server::start(options, folder.path(), &[]).await;
    report.note("memory", "idle", (server.memory(), "MiB"));
    people(&server).await;
    let token = token(&server).await;
    if options.wants("login") {
        log_ins(options, report, &server).await;
    }
    if options.wants("read") {
        reads(options, report, (&server, &token)).await;
    }
    if options.wants("stall") {
        stall(options, report, (&server, &token)).await;
    }
    if options.wants("refresh") {
        refreshes(options, report, &server).await;
    }
    if options.wants("mixed") {
        mixed(options, report, (&server, &token)).await;
    }
    server.stop();
    if options.wants("list") {
        lists(options, report, folder.path()).await;
    }
}

/// Start to the first 200, on a new and on an existing database.
async fn start(options: &Options, report: &mut Report) {
    if !options.wants("start") || options.postgres.is_some() {
        return;
    }
    let mut new = Vec::new();
    let mut existing = Vec::new();
    for _ in 0..5 {
        let folder = tempfile::tempdir().expect("a folder");
        for times in [&mut new, &mut existing] {
            let server = Server::start(options, folder.path(), &[]).await;
            times.push(server.started_in.as_secs_f64() * 1000.0);
            server.stop();
        }
    }
    report.note("start", "new database", (median(&mut new), "ms"));
    report.note("start", "existing database", (median(&mut existing), "ms"));
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The first is the administrator; the others are verified by their links.
async fn people(server: &Server) {
    for number in 0..PEOPLE {
        let body = format!(r#"{{"email":"bench{number}@example.com","password":"{PASSWORD}"}}"#);
        let made = once(server.port, &Request::json("/register/", &body))
            .await
            .expect("an answer");
        assert!(matches!(made.status, 200 | 400), "{made:?}");
    }
    let mails = once(server.port, &Request::get("/dev/mail.json", None))
        .await
        .expect("an answer");
    for mail in mails.json()["items"]
        .as_array()
        .cloned()
        .unwrap_or_default()
    {
        for link in mail["links"].as_array().cloned().unwrap_or_default() {
            let path = link
                .as_str()
                .and_then(|link| link.split_once("/verify-email/"));
            if let Some((_, rest)) = path {
                let link = Request::get(&format!("/verify-email/{rest}"), None);
                once(server.port, &link).await.expect("an answer");
            }
        }
    }
}

fn log_in(number: usize) -> Request {
    let number = number % PEOPLE;
    let body = format!("username=bench{number}%40example.com&password=Secure%2A1234");
    Request::form("/login/", &body)
}

async fn token(server: &Server) -> String {
    let answer = once(server.port, &log_in(0)).await.expect("an answer");
    let token = answer.json()["access_token"].as_str().map(str::to_owned);
    token.unwrap_or_else(|| panic!("no token: {answer:?}"))
}

async fn log_ins(options: &Options, report: &mut Report, server: &Server) {
    let hashes = limits::hashes_per_second(options.time());
    report.note("limit", "hashes of all cores", (hashes, "/s"));
    let requests: Requests = Arc::new(|client, _| log_in(client));
    let mut over_load = Vec::new();
    for clients in [1, 8, 64, 512] {
        let measured = closed(server.port, clients, options.time(), Arc::clone(&requests)).await;
        let scenario = format!("login, {clients} at once");
        let rate = (measured.per_second(), "/s");
        report.note_beside((&scenario, "log-ins"), rate, (hashes, "hashes/s"));
        report.note(&scenario, "median", (measured.at(0.5), "ms"));
        report.note(&scenario, "99th percentile", (measured.at(0.99), "ms"));
        report.note(&scenario, "refused", (measured.failed as f64, ""));
        over_load.push((clients as f64, measured.at(0.99)));
    }
    report.note(
        "memory",
        "peak under log-ins",
        (server.peak_memory(), "MiB"),
    );
    report.draw(Picture {
        name: "login-latency".into(),
        title: "Log-in: 99th percentile over clients at once".into(),
        across: "clients at once",
        up: "ms",
        series: vec![("Gatepost".into(), over_load)],
    });
}

async fn reads(options: &Options, report: &mut Report, (server, token): (&Server, &str)) {
    let folder = tempfile::tempdir().expect("a folder");
    let comparison = Server::start_bare(folder.path()).await;
    let request = always(Request::get("/me", Some(&bare::token())));
    let bare = closed(comparison.port, 64, options.time(), request)
        .await
        .per_second();
    comparison.stop();
    report.note("limit", "bare axum, point read", (bare, "/s"));
    for clients in [1, 64] {
        let request = always(Request::get("/myaccount", Some(token)));
        let measured = closed(server.port, clients, options.time(), request).await;
        let scenario = format!("read, {clients} at once");
        let rate = (measured.per_second(), "/s");
        report.note_beside(
            (&scenario, "authenticated reads"),
            rate,
            (bare, "bare axum"),
        );
        report.note(&scenario, "99th percentile", (measured.at(0.99), "ms"));
        assert_eq!(measured.failed, 0, "reads must not fail");
    }
}

/// A cheap read at a steady rate, calm and while log-ins use up the machine.
async fn stall(options: &Options, report: &mut Report, (server, token): (&Server, &str)) {
    let read = || always(Request::get("/myaccount", Some(token)));
    let calm = open(server.port, 100, options.time(), read()).await;
    let requests: Requests = Arc::new(|client, _| log_in(client));
    let longer = options.time() + Duration::from_secs(1);
    let busy = tokio::spawn(closed(server.port, 64, longer, requests));
    tokio::time::sleep(Duration::from_millis(500)).await;
    let stalled = open(server.port, 100, options.time(), read()).await;
    let log_ins = busy.await.expect("no panic");
    let scenario = "stall, 100 reads/s";
    report.note(scenario, "calm, 99th percentile", (calm.at(0.99), "ms"));
    let limit = (calm.at(0.99), "calm");
    report.note_beside(
        (scenario, "under 64 log-ins, 99th"),
        (stalled.at(0.99), "ms"),
        limit,
    );
    report.note(scenario, "log-ins meanwhile", (log_ins.per_second(), "/s"));
    report.note(scenario, "reads that failed", (stalled.failed as f64, ""));
}

/// Each client uses its own newest refresh token.
async fn refreshes(options: &Options, report: &mut Report, server: &Server) {
    let folder = tempfile::tempdir().expect("a folder");
    let commits = limits::commits_per_second(folder.path(), options.time());
    report.note("limit", "durable commits, one writer", (commits, "/s"));
    let (port, time) = (server.port, options.time());
    let mut firsts = Vec::new();
    for number in 0..PEOPLE {
        let answer = once(port, &log_in(number)).await.expect("an answer");
        firsts.push(
            answer.json()["refresh_token"]
                .as_str()
                .expect("a token")
                .to_owned(),
        );
    }
    let began = std::time::Instant::now();
    let clients = firsts.into_iter().map(|first| {
        tokio::spawn(async move {
            let mut connection = super::connection::Connection::open(port)
                .await
                .expect("it listens");
            let (mut token, mut count) = (first, 0_u64);
            while began.elapsed() < time {
                let body = format!(r#"{{"refresh_token":"{token}"}}"#);
                let answer = connection
                    .send(&Request::json("/login/refresh", &body))
                    .await
                    .expect("an answer");
                assert_eq!(answer.status, 200, "{answer:?}");
                answer.json()["refresh_token"]
                    .as_str()
                    .expect("a token")
                    .clone_into(&mut token);
                count += 1;
            }
            count
        })
    });
    let mut count = 0;
    for client in clients.collect::<Vec<_>>() {
        count += client.await.expect("no panic");
    }
    let rate = count as f64 / began.elapsed().as_secs_f64();
    report.note_beside(
        ("refresh, 64 at once", "refreshes"),
        (rate, "/s"),
        (commits, "durable commits/s"),
    );
}

/// A day: of a hundred requests 95 read and one logs in; the four others read a little more (refreshes have a chain each).
async fn mixed(options: &Options, report: &mut Report, (server, token): (&Server, &str)) {
    let token = token.to_owned();
    let requests: Requests = Arc::new(move |client, number| match (client + number) % 100 {
        0 => log_in(client),
        _ => Request::get("/myaccount", Some(&token)),
    });
    let measured = closed(server.port, 64, options.time(), requests).await;
    report.note(
        "mixed day, 64 at once",
        "requests",
        (measured.per_second(), "/s"),
    );
    report.note(
        "mixed day, 64 at once",
        "99th percentile",
        (measured.at(0.99), "ms"),
    );
    report.note("memory", "after a mixed day", (server.memory(), "MiB"));
}

/// The list of people and the cost of a log-in, as accounts grow.
async fn lists(options: &Options, report: &mut Report, folder: &Path) {
    let mut series: Vec<(String, Vec<(f64, f64)>)> = vec![
        ("first page".into(), Vec::new()),
        ("cursor page".into(), Vec::new()),
        ("log-in".into(), Vec::new()),
    ];
    for total in &options.accounts {
        seed::fill(options, folder, *total).await;
        let server = Server::start(options, folder, &[]).await;
        let token = token(&server).await;
        let size = format!("{total} accounts");
        let deep = cursor(&server, &token).await;
        let pages = [
            ("first page", "/users/?limit=10".to_owned()),
            (
                "page 9,000 by offset",
                "/users/?skip=90000&limit=10".to_owned(),
            ),
            ("cursor page", deep),
            ("search", "/users/?q=person4242&limit=10".to_owned()),
        ];
        for (what, path) in pages {
            let request = always(Request::get(&path, Some(&token)));
            let measured = closed(server.port, 16, options.time(), request).await;
            report.note(
                &format!("list, {size}"),
                what,
                (measured.per_second(), "/s"),
            );
            if let Some((_, points)) = series.iter_mut().find(|(name, _)| name == what) {
                points.push((*total as f64, measured.per_second()));
            }
        }
        let requests: Requests = Arc::new(|client, _| log_in(client));
        let measured = closed(server.port, 8, options.time(), requests).await;
        report.note(
            &format!("list, {size}"),
            "log-ins, 8 at once",
            (measured.per_second(), "/s"),
        );
        series[2].1.push((*total as f64, measured.per_second()));
        server.stop();
    }
    report.draw(Picture {
        name: "accounts".into(),
        title: "Requests a second over the number of accounts".into(),
        across: "accounts",
        up: "/s",
        series,
    });
}

/// The address of a page deep in a walk by cursor.
async fn cursor(server: &Server, token: &str) -> String {
    let mut path = "/users/?cursor=&limit=100".to_owned();
    for _ in 0..8 {
        let page = once(server.port, &Request::get(&path, Some(token)))
            .await
            .expect("an answer");
        let Some(next) = page.json()["next_cursor"].as_str().map(str::to_owned) else {
            break;
        };
        path = format!("/users/?cursor={next}&limit=100");
    }
    path.replace("limit=100", "limit=10")
}
