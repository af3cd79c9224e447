//! What types and ranges cannot say: forms of texts, and settings that must fit each other.

use std::net::Ipv6Addr;

use url::Url;

use super::load::{Loaded, Origin, fault};
use super::values::{ByteSize, RegistrationMode, SmtpTls};
use super::{Config, facts, settings};
use crate::email_address;

/// A rule that is broken: the setting at fault, and what it should be.
type Broken = (&'static str, String);

/// Judges the settings as a whole. The error is one line: the setting, its value, where it came
/// from, what would do.
pub(super) fn check(loaded: &Loaded) -> Result<(), String> {
    let rules = [
        addresses,
        replica,
        tls,
        passwords,
        locks,
        registration,
        http,
        sender,
        relay,
        log,
        seen,
    ];
    match rules.iter().find_map(|rule| rule(&loaded.config)) {
        Some((name, expected)) => Err(report(loaded, name, &expected)),
        None => Ok(()),
    }
}

fn report(loaded: &Loaded, name: &'static str, expected: &str) -> String {
    let origin = loaded.origin(name);
    let Some(key) = settings::key(name) else {
        return format!("{name} is not valid; expected {expected}");
    };
    let shown = (key.shown)(&loaded.config);
    let shown = shown
        .as_str()
        .map_or_else(|| shown.to_string(), str::to_owned);
    if origin == Origin::Default {
        // Its default stopped fitting because of another setting, which `expected` names.
        return format!("{name} is not set; expected {expected}");
    }
    fault(&origin, key, &shown, expected)
}

/// The first rule that does not hold.
fn first<const N: usize>(rules: [(&'static str, bool, &str); N]) -> Option<Broken> {
    let broken = rules.into_iter().find(|(_, holds, _)| !holds);
    broken.map(|(name, _, expected)| (name, expected.to_owned()))
}

fn addresses(config: &Config) -> Option<Broken> {
    let secret = config.keys.secret.expose().chars().count();
    first([
        (
            "listen",
            facts::host_and_port(&config.listen).is_some(),
            "host and port, such as localhost:8000",
        ),
        (
            "public_url",
            config.public_url.as_ref().is_none_or(is_bare),
            "http:// or https:// and a host, without a path",
        ),
        ("product", !config.product.is_empty(), "a name"),
        (
            "keys.secret",
            secret == 0 || secret >= facts::LEAST_SECRET,
            "at least 32 characters, as `openssl rand -base64 32` makes them",
        ),
        (
            "tokens.audience",
            !config.tokens.audience.is_empty(),
            "a name",
        ),
        (
            "registration.verified_destination",
            is_destination(&config.registration.verified_destination),
            "a path such as /welcome, or an http:// or https:// address",
        ),
    ])
}

fn replica(config: &Config) -> Option<Broken> {
    let (url, primary) = (&config.database.replica_url, &config.database.url);
    first([
        (
            "database.replica_url",
            url.is_empty() || url.is_postgres(),
            "postgres://user:password@host/database: a hot standby",
        ),
        (
            "database.replica_url",
            url.is_empty() || primary.is_postgres(),
            "nothing, because database.url is SQLite, which has no replicas",
        ),
        (
            "database.replica_url",
            url.is_empty() || url != primary,
            "a hot standby of the server of database.url, and not that server itself",
        ),
    ])
}

fn tls(config: &Config) -> Option<Broken> {
    let (tls, speaks) = (&config.tls, config.speaks_tls());
    let leads = !tls.redirect_listen.is_empty();
    first([
        (
            "tls.key",
            tls.key.is_some() || !speaks,
            "the file of the private key, because tls.certificate is set",
        ),
        (
            "tls.certificate",
            speaks || tls.key.is_none(),
            "the file of the certificate, because tls.key is set",
        ),
        (
            "tls.certificate",
            speaks || !leads,
            "the file of the certificate, because tls.redirect_listen leads to https",
        ),
        (
            "tls.redirect_listen",
            !leads || facts::host_and_port(&tls.redirect_listen).is_some(),
            "host and port, such as 0.0.0.0:80",
        ),
        (
            "public_url",
            !speaks || config.public_url.is_none() || config.is_public_https(),
            "https://, because tls.certificate is set",
        ),
    ])
}

/// Scheme and host, perhaps a port, and nothing else.
fn is_bare(url: &Url) -> bool {
    let plain = url.username().is_empty() && url.password().is_none();
    let short = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    is_web(url) && plain && short
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// A path of this server, or an address that says where it leads: `//host` and `/\host` only look
/// like paths.
fn is_destination(text: &str) -> bool {
    let path = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
    path || Url::parse(text).is_ok_and(|url| is_web(&url))
}

fn passwords(config: &Config) -> Option<Broken> {
    let passwords = &config.passwords;
    if passwords.min_length > passwords.max_length {
        let expected = format!(
            "no more than passwords.max_length = {}",
            passwords.max_length
        );
        return Some(("passwords.min_length", expected));
    }
    let (iterations, memory) = (passwords.argon2_iterations, passwords.argon2_memory);
    let least = facts::least_memory(iterations);
    if memory < least {
        let expected = format!("{least} or more with passwords.argon2_iterations = {iterations}");
        return Some(("passwords.argon2_memory", expected));
    }
    let lanes = config.lanes();
    let need = ByteSize::of_kib(u64::from(memory.kib()).saturating_mul(lanes as u64));
    let expected = || {
        format!(
            "{need} or more for {lanes} times passwords.argon2_memory = {memory}, or fewer passwords.lanes"
        )
    };
    (passwords.memory_budget < need).then(|| ("passwords.memory_budget", expected()))
}

fn locks(config: &Config) -> Option<Broken> {
    let (first, longest) = (config.login.lock_first, config.login.lock_longest);
    let expected = || format!("no less than login.lock_first = {first}");
    (longest < first).then(|| ("login.lock_longest", expected()))
}

fn registration(config: &Config) -> Option<Broken> {
    let registration = &config.registration;
    let by_domain = registration.mode == RegistrationMode::Domains;
    // By the rules for addresses: a domain that no address can have would let nobody in.
    let is_domain = |domain: &String| email_address::ascii_domain(domain).is_ok();
    first([
        (
            "registration.domains",
            registration.domains.iter().all(is_domain),
            "mail domains such as example.com: without @, without a period at the end",
        ),
        (
            "registration.domains",
            !(by_domain && registration.domains.is_empty()),
            "at least one domain, because registration.mode = \"domains\"",
        ),
        (
            "registration.domains",
            by_domain || registration.domains.is_empty(),
            "none, unless registration.mode = \"domains\"",
        ),
    ])
}

fn http(config: &Config) -> Option<Broken> {
    // Compared as text with what browsers send (RFC 6454 section 6.2), so it must be written as
    // they write it.
    let exact = |origin: &String| {
        Url::parse(origin)
            .is_ok_and(|url| is_web(&url) && url.origin().ascii_serialization() == *origin)
    };
    let holds = config.http.cors_origins.iter().all(exact);
    let expected = "origins as browsers send them, such as https://app.example.com: small letters, \
        no usual port, no slash at the end";
    first([("http.cors_origins", holds, expected)])
}

fn sender(config: &Config) -> Option<Broken> {
    let sender = facts::sender(&config.mail.from);
    let ours = sender.is_some_and(|address| !address.ends_with("@localhost"));
    first([
        ("mail.from", sender.is_some(), "Name <address>"),
        (
            "mail.from",
            ours || !config.smtp(),
            "the address that mails come from, because mail.smtp_host is set",
        ),
    ])
}

fn relay(config: &Config) -> Option<Broken> {
    let mail = &config.mail;
    let user = !mail.smtp_username.is_empty();
    let password = !mail.smtp_password.is_empty();
    let in_clear = mail.smtp_tls == SmtpTls::None && !facts::names_loopback(&mail.smtp_host);
    let host = !mail.smtp_host.contains([':', '/', '@', ' '])
        || mail.smtp_host.parse::<Ipv6Addr>().is_ok();
    first([
        (
            "mail.smtp_host",
            host,
            "a name without scheme and port; smtp_tls and smtp_port say those",
        ),
        (
            "mail.smtp_host",
            config.smtp() || !(user || password),
            "a server, because mail.smtp_username or mail.smtp_password is set",
        ),
        (
            "mail.smtp_password",
            password || !user,
            "the password of mail.smtp_username",
        ),
        (
            "mail.smtp_username",
            user || !password,
            "the name that mail.smtp_password belongs to",
        ),
        (
            "mail.smtp_tls",
            !(password && in_clear),
            "starttls or tls, because a password must not travel in the clear",
        ),
    ])
}

fn seen(config: &Config) -> Option<Broken> {
    let listen = &config.metrics.listen;
    let collector = config.tracing.otlp_endpoint.as_ref();
    let is_plain = |url: &Url| is_web(url) && url.username().is_empty() && url.query().is_none();
    first([
        (
            "metrics.listen",
            listen.is_empty() || facts::host_and_port(listen).is_some(),
            "host and port, such as localhost:9464, or nothing",
        ),
        (
            "tracing.otlp_endpoint",
            collector.is_none_or(is_plain),
            "http:// or https:// and a host, such as http://localhost:4318",
        ),
    ])
}

fn log(config: &Config) -> Option<Broken> {
    let level = |part: &str| {
        let level = part
            .rsplit('=')
            .next()
            .unwrap_or(part)
            .trim()
            .to_ascii_lowercase();
        matches!(
            level.as_str(),
            "error" | "warn" | "info" | "debug" | "trace" | "off"
        )
    };
    let holds = config.log.level.split(',').all(level);
    first([(
        "log.level",
        holds,
        "error, warn, info, debug, trace or off, or module=level, separated by commas",
    )])
}
