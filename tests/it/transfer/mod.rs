//! Accounts that come from other systems, and go there. The files were written by the systems, or by hand as they write them; the
//! hashes by Django, passlib, argon2-cffi, Werkzeug, pwdlib and Python's hashlib. Each is of the password of the samples.

mod again;
mod commands;
mod crafted;
mod export;
mod hashes;
mod invite;
mod systems;
mod table;

use std::path::PathBuf;

use gatepost::db::Run;
use gatepost::passwords::foreign::Signer;
use gatepost::roles::Role;
use gatepost::sessions::Staff;
use gatepost::transfer::{
    self, Import, Invited, Origin, Report, Settings, Source, System, Update, Verified,
};

use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD};

/// What is imported, and how: as the command line asks for it when nothing is said.
pub struct Order {
    pub import: Import,
}

impl Order {
    pub fn of(system: System, path: PathBuf) -> Self {
        let source = Source::open(&Origin::File(path), system).expect("it opens");
        let settings = Settings {
            system,
            columns: Vec::new(),
            roles: Vec::new(),
            verified: Verified::Source,
            signer: None,
            strict: false,
            drop_hashes: false,
        };
        Self {
            import: Import {
                source,
                settings,
                dry_run: false,
                update: None,
                invite: None,
            },
        }
    }

    /// One of the files beside this one.
    pub fn file(system: System, name: &str) -> Self {
        Self::of(system, files().join(name))
    }

    /// A file with that text.
    pub fn text(app: &TestApp, system: System, text: impl AsRef<[u8]>) -> Self {
        let path = app
            .config
            .data
            .join(format!("import-{}", gatepost::ids::MailId::new()));
        std::fs::write(&path, text).unwrap();
        Self::of(system, path)
    }

    pub fn role(mut self, name: &str, role: Role) -> Self {
        self.import.settings.roles.push((name.to_owned(), role));
        self
    }

    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.import.settings);
        self
    }

    pub fn update(mut self, update: Update) -> Self {
        self.import.update = Some(update);
        self
    }

    pub fn invite(mut self, invited: Invited) -> Self {
        self.import.invite = Some(invited);
        self
    }

    pub fn dry(mut self) -> Self {
        self.import.dry_run = true;
        self
    }

    pub async fn run(self, app: &TestApp) -> Report {
        let report = transfer::import(app, &Staff::operator(), self.import, |_| true).await;
        report.expect("it is imported")
    }
}

pub fn files() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/transfer/files")
}

pub fn signer() -> Signer {
    let key =
        "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
    Signer::new((key, "Bw=="), (8, 14)).unwrap()
}

/// An application that bears with many wrong passwords from one network.
pub async fn app() -> TestApp {
    TestApp::with(|config| config.login.failures_per_network = 1000).await
}

/// A column of an account, as text.
pub async fn column(app: &TestApp, email: &str, name: &str) -> Option<String> {
    let sql = format!("SELECT CAST({name} AS TEXT) AS value FROM accounts WHERE email = $1");
    let row = app
        .db
        .optional(&sql, gatepost::params![email])
        .await
        .unwrap();
    row.unwrap_or_else(|| panic!("{email} has an account"))
        .get("value")
        .unwrap()
}

pub async fn count(app: &TestApp) -> i64 {
    let row = app
        .db
        .one("SELECT COUNT(*) AS number FROM accounts", &[])
        .await
        .unwrap();
    row.get("number").unwrap()
}

/// Logs in with a wrong password in vain and with the right one, twice; afterwards the hash is one of our own.
#[track_caller]
pub fn logs_in<'a>(app: &'a TestApp, email: &'a str) -> impl Future<Output = ()> + 'a {
    let caller = std::panic::Location::caller();
    async move {
        let before = column(app, email, "password_hash").await.unwrap();
        for (password, status) in [(WRONG_PASSWORD, 401), (PASSWORD, 200), (PASSWORD, 200)] {
            let answer = app
                .post_form("/login/", &[("username", email), ("password", password)])
                .await;
            assert_eq!(answer.status, status, "{caller}: {email} with {before}");
        }
        let after = column(app, email, "password_hash").await.unwrap();
        assert!(
            after.starts_with("$argon2id$v=19$m=64,t=1,p=1$"),
            "{caller}: {email}: {after}"
        );
        assert_eq!(
            column(app, email, "hash_kind").await,
            None,
            "{caller}: {email}"
        );
    }
}

/// Why the row of a line was refused or changed.
#[track_caller]
pub fn why(report: &Report, line: u64) -> String {
    let of_line = report.issues.iter().filter(|issue| issue.line == line);
    let texts: Vec<String> = of_line
        .map(|issue| format!("{}: {}", issue.outcome, issue.why))
        .collect();
    assert!(
        !texts.is_empty(),
        "nothing is said of line {line}: {report:#?}"
    );
    texts.join("\n")
}
