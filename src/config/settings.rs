//! Every setting, written once: its type, its default, and the comment that becomes its manual.

use std::path::PathBuf;

use url::Url;

use super::schema::{Access, Key, Section, settings, within, words};
use super::values::{
    ByteSize, DatabaseUrl, LogFormat, Network, Period, RegistrationMode, Secret, Setting, SmtpTls,
};

settings! {
    {
        /// Where the server listens: host and port. `localhost` means `127.0.0.1` and `::1`;
        /// `0.0.0.0:8000` every interface.
        listen: String = "localhost:8000".into();
        /// The address under which people reach Gatepost, such as `https://accounts.example.com`:
        /// scheme and host, no path. Links in mails, tokens and cookies are made from it, never
        /// from what a request claims. Empty: `http://localhost` with the port of `listen`, for
        /// trying it out on one's own machine.
        public_url: Option<Url> = None;
        /// The name that pages and mails speak of.
        product: String = "Gatepost".into();
        /// The folder for what Gatepost keeps: the SQLite database and, unless `keys.secret` is
        /// set, the master key. Made if it does not exist. Like every path here, relative to the
        /// folder in which the server is started.
        data: PathBuf = "./data".into();
    }

    /// Where accounts are kept.
    database: Database {
        /// `postgres://user:password@host/database` (PostgreSQL 15 or newer), or
        /// `sqlite:path/to/file.db`. Empty: SQLite, in the file `gatepost.db` of the data folder.
        url: DatabaseUrl = DatabaseUrl::default();
        /// A file that holds the value of `url`, so that its password stands in no settings file.
        url_file: Option<PathBuf> = None;
        /// Connections to hold open at most.
        connections: usize = 16, 1..=1000;
        /// A hot standby of that PostgreSQL server, from which lists are read that may be a moment
        /// old; as `url`. It may be away at any time. Empty: none.
        replica_url: DatabaseUrl = DatabaseUrl::default();
        /// A file that holds the value of `replica_url`.
        replica_url_file: Option<PathBuf> = None;
        /// How old at most what is read there may be: a standby that is further behind is not asked.
        replica_lag_max: Period = Period::seconds(5), Period::seconds(1)..=Period::hours(1);
    }

    /// The secret that protects the signing keys in the database.
    keys: Keys {
        /// At least 32 characters, best from `openssl rand -base64 32`. Every node needs the same
        /// one; without it the signing keys cannot be read. Empty: made at the first start and kept
        /// in `master.key` of the data folder.
        secret: Secret = Secret::default();
        /// A file that holds the value of `secret`.
        secret_file: Option<PathBuf> = None;
    }

    /// How long a login lasts.
    session: Session {
        /// The longest that one login lasts, whatever is done in it.
        lifetime: Period = Period::hours(24), Period::seconds(1)..=Period::days(400);
        /// A session that was not used for so long is over.
        idle: Period = Period::hours(1), Period::seconds(1)..=Period::days(400);
        /// How long after the password was typed it need not be typed again for what could take an
        /// account away, such as another e-mail address.
        fresh: Period = Period::minutes(10), Period::seconds(1)..=Period::days(1);
        /// Sessions that one account can have at the same time; a further login ends the one that was
        /// not used for longest.
        per_account: u32 = 100, 1..=100_000;
        /// How long a refresh token that was just used gets the same answer again, so that two tabs
        /// that refresh at the same time do not sign each other out.
        refresh_grace: Period = Period::seconds(10), Period::seconds(0)..=Period::minutes(5);
        /// How long a browser that has logged in is known again, so that somebody else's wrong
        /// guesses cannot lock its owner out. 400d is as long as browsers keep a cookie.
        device_lifetime: Period = Period::days(400), Period::hours(1)..=Period::days(400);
    }

    /// What access tokens say about themselves.
    tokens: Tokens {
        /// The `iss` claim. Empty: the public URL.
        issuer: String = String::new();
        /// The `aud` claim.
        audience: String = "gatepost".into();
        /// How long an access token is good for; a refresh token gets the next one.
        lifetime: Period = Period::minutes(15), Period::seconds(1)..=Period::days(1);
    }

    /// Passwords: what is accepted, and what hashing one costs.
    passwords: Passwords {
        /// The least number of characters; not above `max_length`.
        min_length: usize = 8, 8..=128;
        /// The greatest number of characters.
        max_length: usize = 128, 64..=128;
        /// Words that no password may be made of, besides the product's name, the host's name and
        /// the person's own names: the company, the city, the football club.
        context_words: Vec<String> = Vec::new();
        /// A file of breached passwords to refuse besides the built-in ones: SHA-1 digests in
        /// hexadecimal, one a line and in ascending order, as the Pwned Passwords downloader
        /// writes them (what follows a `:` is not read). Of any size. Empty: none.
        breached_file: Option<PathBuf> = None;
        /// Ask a Pwned Passwords service whether a new password is known to be breached. It is told
        /// the first five digits of the SHA-1 digest, never the password; without its answer within
        /// a second and a half the password is accepted.
        breached_online: bool = false;
        /// That service.
        breached_url: String = "https://api.pwnedpasswords.com/range/".into();
        /// Memory of one Argon2id hash. It and the iterations may be raised, and stored hashes
        /// follow at the next login. The least that is accepted (OWASP): 46MiB with 1 iteration,
        /// 19MiB with 2, 12MiB with 3, 9MiB with 4, 7MiB with 5 or more.
        argon2_memory: ByteSize = ByteSize::of_mib(19),
            ByteSize::of_mib(7)..=ByteSize::of_mib(4096);
        /// Passes over that memory.
        argon2_iterations: u32 = 2, 1..=100;
        /// Argon2's own lanes within one hash.
        argon2_parallelism: u32 = 1, 1..=16;
        /// Hashes computed at the same time. 0: one for each processor core, as far as
        /// `memory_budget` reaches.
        lanes: usize = 0, 0..=1024;
        /// Memory that all hashes together may take: no less than `argon2_memory` for each lane.
        memory_budget: ByteSize = ByteSize::of_mib(1024),
            ByteSize::of_mib(7)..=ByteSize::of_mib(1024 * 1024);
        /// Logins that may wait for a lane at most, and no more than can be served before the
        /// deadline, going by what a hash takes; more are told to come back later.
        queue: usize = 4096, 1..=100_000;
        /// The longest that a login waits for its turn and for a lane; then it is told to come back
        /// later. With the default a login that is let in takes less than 2 seconds, also when ten
        /// times as many come as the machine can serve.
        deadline: Period = Period::millis(1500), Period::millis(100)..=Period::minutes(5);
        /// Measure at each start what this machine can afford, and let new hashes cost that, but no
        /// less than `argon2_memory` and `argon2_iterations` say. Better: run
        /// `gatepost hash calibrate` once and write down what it proposes, so that all nodes and
        /// starts agree.
        calibrate: bool = false;
        /// What one hash may take then, while all lanes are busy.
        calibrate_time: Period = Period::millis(50), Period::millis(1)..=Period::seconds(10);
        /// Logins that must be possible in a second then, whatever `calibrate_time` allows. 0: any
        /// number.
        calibrate_logins: u32 = 0, 0..=1_000_000;
    }

    /// Wrong passwords, and what they lead to.
    login: Login {
        /// Wrong passwords in a row that lock an account for a while (`max_login_attempts`).
        max_attempts: u32 = 5, 1..=100;
        /// How long the first lock lasts; each further one lasts longer.
        lock_first: Period = Period::minutes(15), Period::seconds(1)..=Period::days(400);
        /// How long a lock lasts at most; no shorter than the first.
        lock_longest: Period = Period::hours(24), Period::seconds(1)..=Period::days(400);
        /// Failed logins that one network may cause, over all accounts, before it has to wait.
        failures_per_network: u32 = 500, 1..=1_000_000;
        /// Failed logins over all networks and accounts; beyond, only browsers that have logged in
        /// before may try.
        failures_overall: u32 = 20_000, 1..=100_000_000;
        /// The time within which they are counted.
        failures_window: Period = Period::minutes(15), Period::seconds(1)..=Period::days(7);
    }

    /// New accounts.
    registration: Registration {
        /// Who may register: `"open"` everybody, `"domains"` people with an address at one of
        /// `domains`, `"invite"` only who was invited, `"closed"` nobody.
        mode: RegistrationMode = RegistrationMode::Open;
        /// The mail domains for the mode `"domains"`, such as `["example.com"]`; without their
        /// sub-domains.
        domains: Vec<String> = Vec::new();
        /// How long an invitation is good for.
        invitation_lifetime: Period = Period::days(7), Period::minutes(1)..=Period::days(90);
        /// Registrations that one network may make before it has to wait.
        per_network: u32 = 1000, 1..=1_000_000;
        /// The time within which they are counted.
        window: Period = Period::hours(1), Period::seconds(1)..=Period::days(7);
        /// How long the link in a verification mail is good for.
        verification_lifetime: Period = Period::hours(24), Period::seconds(1)..=Period::days(30);
        /// Where the browser goes once an address is verified: a path of this server, or an http(s)
        /// address.
        verified_destination: String = "/".into();
    }

    /// What becomes of accounts.
    accounts: Accounts {
        /// How long a link in a mail that lets somebody choose a new password is good for.
        recovery_lifetime: Period = Period::minutes(30), Period::minutes(1)..=Period::days(1);
        /// How long the old address can undo a change of the e-mail address.
        email_undo: Period = Period::days(7), Period::hours(1)..=Period::days(90);
        /// How long an account that its owner deletes can still be kept by logging in. 0s: it is
        /// deleted at once.
        deletion_grace: Period = Period::seconds(0), Period::seconds(0)..=Period::days(90);
    }

    /// What is written down about what happens.
    audit: Audit {
        /// How long the address, the browser and other personal details of an entry are kept. The
        /// entry itself stays, and the chain over all entries with it.
        personal: Period = Period::days(400), Period::days(1)..=Period::days(4000);
    }

    /// What strangers may learn.
    privacy: Privacy {
        /// Do not tell at registration that an address is taken: answer as for a new one, and write
        /// to its owner.
        hide_accounts: bool = false;
    }

    /// Help for people who are stuck.
    support: Support {
        /// Let administrators sign in as a member, with a reason and for 15 minutes, to see what he
        /// sees. The person is told by mail. `false`: nobody can, and whoever is signed in so is not
        /// any more.
        sign_in_as: bool = true;
    }

    /// TLS by Gatepost itself, without a reverse proxy in front of it.
    tls: Tls {
        /// A file in PEM form with the certificate of this server, and below it those that signed it
        /// (`fullchain.pem`). With it, `listen` speaks https: HTTP/2 and HTTP/1.1 over TLS 1.3 and
        /// 1.2. A file that has changed is read again within seconds, or at once on SIGHUP. Empty:
        /// plain HTTP/1.1.
        certificate: Option<PathBuf> = None;
        /// A file in PEM form with the private key of that certificate, without a passphrase.
        key: Option<PathBuf> = None;
        /// Where plain HTTP is listened to, only to lead everybody to https: host and port, such as
        /// `0.0.0.0:80`. Empty: nowhere.
        redirect_listen: String = String::new();
        /// How long a handshake may take.
        handshake_deadline: Period = Period::seconds(10), Period::millis(100)..=Period::minutes(5);
    }

    /// Limits of the web server, and whom it trusts.
    http: Http {
        /// The largest body of a request.
        body_limit: ByteSize = ByteSize::of_kib(64), ByteSize::of_kib(1)..=ByteSize::of_mib(16);
        /// The largest header of a request.
        header_limit: ByteSize = ByteSize::of_kib(16), ByteSize::of_kib(8)..=ByteSize::of_kib(32);
        /// How long a body may take to arrive.
        body_deadline: Period = Period::seconds(10), Period::millis(100)..=Period::hours(1);
        /// How long a header may take to arrive.
        header_deadline: Period = Period::seconds(10), Period::millis(100)..=Period::hours(1);
        /// How long a connection may stay open without a request. Longer than a reverse proxy keeps
        /// its own, so that the proxy is the one that closes.
        idle: Period = Period::seconds(75), Period::millis(100)..=Period::hours(24);
        /// How long a client may take nothing of an answer, or of a long one less than 16 KiB.
        stall: Period = Period::seconds(30), Period::millis(100)..=Period::hours(1);
        /// Connections that may be open at the same time; of one network no more than half of them,
        /// unless it is a trusted proxy. Beyond that one that is idle, or whose answer is left lying, is closed for each new one.
        connections: usize = 10_000, 16..=1_000_000;
        /// How long running requests may take to finish when the server is stopped.
        drain: Period = Period::seconds(10), Period::seconds(0)..=Period::hours(1);
        /// How long a server that is being stopped goes on serving while `/readyz` says `draining`, so
        /// that a load balancer stops sending requests before the port closes. A little more than
        /// the time between two of its checks, times the failures that it waits for.
        drain_notice: Period = Period::seconds(0), Period::seconds(0)..=Period::minutes(5);
        /// Reverse proxies whose `X-Forwarded-For` is believed: addresses or networks, such as
        /// `["10.0.0.0/8", "::1"]`.
        trusted_proxies: Vec<Network> = Vec::new();
        /// Origins whose scripts may call the API with credentials, such as
        /// `["https://app.example.com"]`.
        cors_origins: Vec<String> = Vec::new();
    }

    /// Mail. Without `smtp_host`, on loopback, mails are shown at `/dev/mail` instead of being
    /// sent.
    mail: Mail {
        /// The sender: `Name <address>`.
        from: String = "Gatepost <no-reply@localhost>".into();
        /// The server that takes mails. Empty: none.
        smtp_host: String = String::new();
        /// Its port.
        smtp_port: u16 = 587, 1..=u16::MAX;
        /// `"starttls"` (port 587), `"tls"` (port 465), or `"none"` (a relay on a network of one's
        /// own).
        smtp_tls: SmtpTls = SmtpTls::Starttls;
        /// The name to sign in with. Empty: without signing in.
        smtp_username: String = String::new();
        /// The password to sign in with.
        smtp_password: Secret = Secret::default();
        /// A file that holds the value of `smtp_password`.
        smtp_password_file: Option<PathBuf> = None;
        /// Mails that can be asked for to one address (new password, new link) before it has to wait;
        /// whoever asks is not told.
        asked_per_address: u32 = 5, 1..=1000;
        /// Mails that one network can ask for before it has to wait.
        asked_per_network: u32 = 1000, 1..=1_000_000;
        /// The time within which both are counted.
        asked_window: Period = Period::hours(1), Period::seconds(1)..=Period::days(7);
        /// A folder that receives every mail as an `.eml` file while there is no `smtp_host`.
        /// Empty: none.
        eml_folder: Option<PathBuf> = None;
    }

    /// How pages and mails look.
    pages: Pages {
        /// A folder whose templates take the place of the built-in ones of the same name. Empty:
        /// none.
        templates: Option<PathBuf> = None;
    }

    /// What the server writes about its work.
    log: Log {
        /// `error`, `warn`, `info`, `debug`, `trace` or `off`; also by module:
        /// `info,gatepost::db=debug`.
        level: String = "info".into();
        /// `"text"` for people, `"json"` for programs.
        format: LogFormat = LogFormat::Text;
        /// The line of a request that took at least so long is a warning. 0s: none is.
        slow: Period = Period::seconds(0), Period::seconds(0)..=Period::hours(1);
    }

    /// Figures for Prometheus.
    metrics: MetricsListener {
        /// Where `/metrics` is answered, apart from everything else: host and port. Nobody is asked
        /// who he is there, so it must not be open to strangers. As long as this is not set, a port
        /// that is in use costs only the metrics. Empty: nowhere.
        listen: String = "localhost:9464".into();
    }

    /// Traces for OpenTelemetry.
    tracing: Tracing {
        /// The collector that takes them by OTLP over HTTP, in JSON: `http://localhost:4318`.
        /// Empty: no traces.
        otlp_endpoint: Option<Url> = None;
        /// How many of a hundred requests are traced.
        sample_percent: u32 = 100, 0..=100;
    }
}

/// Every setting, in the order of the manual.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    SECTIONS.iter().flat_map(|section| section.keys)
}

/// The setting of that name.
pub fn key(name: &str) -> Option<&'static Key> {
    keys().find(|key| key.name == name)
}
