//! Settings: layers, faults, masks, and the manual.

mod domains;
mod faults;
mod secrets;
mod values;

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use gatepost::config::{
    Config, DatabaseKind, Loaded, LogFormat, Origin, Period, Sources, describe, keys, load,
};

/// Loads a settings file (none if empty), environment variables and flags.
fn try_load(
    file: &str,
    environment: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> Result<Loaded, String> {
    let folder = tempfile::tempdir().unwrap();
    if !file.is_empty() {
        fs::write(folder.path().join("gatepost.toml"), file).unwrap();
    }
    load(&sources(folder.path().into(), environment, flags))
}

fn sources(directory: PathBuf, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Sources {
    let owned = |pairs: &[(&str, &str)]| {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(pair).collect()
    };
    Sources {
        file: None,
        environment: owned(environment),
        directory,
        flags: owned(flags),
    }
}

fn from_file(file: &str) -> Config {
    try_load(file, &[], &[]).unwrap().config
}

fn fault_of_file(file: &str) -> String {
    let fault = try_load(file, &[], &[]).unwrap_err();
    assert_eq!(fault.lines().count(), 1, "one line: {fault}");
    fault
}

#[test]
fn nothing_given_gives_the_defaults() {
    let loaded = try_load("", &[], &[]).unwrap();
    assert_eq!(loaded.config, Config::default());
    assert!(keys().all(|key| loaded.origin(key.name) == Origin::Default));
}

#[test]
fn the_manual_sets_everything_to_its_default() {
    let manual = describe::default_toml();
    let loaded = try_load(&manual, &[], &[]).unwrap();
    assert_eq!(loaded.config, Config::default());
    for key in keys() {
        let origin = loaded.origin(key.name);
        assert!(
            matches!(origin, Origin::File { .. }),
            "{} is not in the manual",
            key.name
        );
    }
}

#[test]
fn the_manual_in_the_repository_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/config.default.toml");
    if std::env::var_os("GATEPOST_TEST_ACCEPT").is_some() {
        fs::write(path, describe::default_toml()).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == describe::default_toml(),
        "config.default.toml is out of date; write it with: \
         GATEPOST_TEST_ACCEPT=1 cargo test --test it config::"
    );
}

#[test]
fn every_setting_is_documented() {
    for key in keys() {
        let manual = key.doc.concat();
        assert!(
            manual.trim().ends_with('.'),
            "{}: a sentence, please: {manual}",
            key.name
        );
    }
}

#[test]
fn every_setting_has_a_variable_of_its_own() {
    let mut variables: Vec<_> = keys().map(gatepost::config::Key::variable).collect();
    assert!(variables.contains(&"GATEPOST_DATABASE_URL".to_owned()));
    variables.sort();
    let all = variables.len();
    variables.dedup();
    assert_eq!(variables.len(), all);
}

#[test]
fn the_command_line_overrules_the_environment_and_that_the_file() {
    let file = "[session]\nlifetime = \"1h\"\ndevice_lifetime = \"2d\"\n[log]\nformat = \"json\"";
    let environment = [
        ("GATEPOST_SESSION_LIFETIME", "2h"),
        ("GATEPOST_LISTEN", "127.0.0.1:1"),
    ];
    let loaded = try_load(file, &environment, &[("listen", "[::1]:2")]).unwrap();
    assert_eq!(loaded.config.listen, "[::1]:2");
    assert_eq!(loaded.config.session.lifetime, Period::hours(2));
    assert_eq!(loaded.config.session.device_lifetime, Period::days(2));
    assert_eq!(loaded.config.log.format, LogFormat::Json);

    let from = |key| loaded.origin(key).to_string();
    assert_eq!(from("listen"), "command line");
    assert_eq!(
        from("session.lifetime"),
        "environment GATEPOST_SESSION_LIFETIME"
    );
    assert_eq!(from("session.device_lifetime"), "gatepost.toml line 3");
    assert_eq!(from("data"), "default");
}

#[test]
fn every_setting_can_come_from_the_environment_and_the_command_line() {
    let defaults = describe::in_force(&Loaded::default());
    for line in defaults
        .iter()
        .filter(|line| line.value.as_array().is_none())
    {
        let value = line
            .value
            .as_str()
            .map_or_else(|| line.value.to_string(), str::to_owned);
        let variable = keys().find(|key| key.name == line.key).unwrap().variable();
        let from_environment = try_load("", &[(&variable, &value)], &[]).unwrap();
        let from_flag = try_load("", &[], &[(line.key, &value)]).unwrap();
        assert_eq!(from_environment.config, Config::default(), "{variable}");
        assert_eq!(from_flag.config, Config::default(), "{}", line.key);
        assert_eq!(from_flag.origin(line.key), Origin::Flag);
    }
}

#[test]
fn a_list_in_the_environment_is_separated_by_commas() {
    let variable = "GATEPOST_HTTP_TRUSTED_PROXIES";
    let loaded = try_load("", &[(variable, "10.0.0.0/8, ::1,")], &[]).unwrap();
    assert_eq!(
        loaded.config,
        from_file("http.trusted_proxies = [\"10.0.0.0/8\", \"::1\"]")
    );
    assert_eq!(loaded.config.http.trusted_proxies.len(), 2);
}

#[test]
fn a_file_that_is_named_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    let mut named = sources(folder.path().into(), &[], &[]);
    named.file = Some("other.toml".into());
    let fault = load(&named).unwrap_err();
    assert!(
        fault.starts_with("other.toml: the settings file cannot be read"),
        "{fault}"
    );

    let of_environment = [("GATEPOST_CONFIG", "other.toml")];
    assert!(load(&sources(folder.path().into(), &of_environment, &[])).is_err());
    fs::write(folder.path().join("other.toml"), "product = \"Doors\"").unwrap();
    let loaded = load(&sources(folder.path().into(), &of_environment, &[])).unwrap();
    assert_eq!(loaded.config.product, "Doors");
}

#[test]
fn the_database_is_a_file_of_the_data_folder_until_another_is_named() {
    let sqlite = |path: &str| DatabaseKind::Sqlite(path.into());
    assert_eq!(Config::default().database(), sqlite("./data/gatepost.db"));
    assert_eq!(
        from_file("database.url = \"sqlite:x/y.db\"").database(),
        sqlite("x/y.db")
    );
    assert_eq!(
        from_file("database.url = \"sqlite:///x.db\"").database(),
        sqlite("/x.db")
    );
    let url = "postgresql://u:p@h/d";
    let postgres = from_file(&format!("database.url = \"{url}\""));
    assert_eq!(postgres.database(), DatabaseKind::Postgres(url.into()));
}

#[test]
fn localhost_is_both_loopback_addresses() {
    let both: Vec<SocketAddr> = vec![
        "127.0.0.1:8000".parse().unwrap(),
        "[::1]:8000".parse().unwrap(),
    ];
    assert_eq!(Config::default().addresses().unwrap(), both);
    let one = Config {
        listen: "[::1]:9".into(),
        ..Config::default()
    };
    assert_eq!(one.addresses().unwrap(), vec!["[::1]:9".parse().unwrap()]);
}

#[test]
fn knows_when_it_is_only_tried_out() {
    for (listen, loopback) in [
        ("localhost:1", true),
        ("127.0.0.9:1", true),
        ("[::1]:1", true),
        ("0.0.0.0:1", false),
        ("[::]:1", false),
        ("192.168.0.1:1", false),
        ("localhost.example.com:1", false),
    ] {
        let config = Config {
            listen: listen.into(),
            ..Config::default()
        };
        assert_eq!(config.is_loopback(), loopback, "{listen}");
        assert_eq!(config.development(), loopback, "{listen}");
    }
    assert!(!from_file("public_url = \"https://a.example\"").development());
}

#[test]
fn links_are_made_from_the_public_url() {
    let config = from_file("listen = \"localhost:81\"");
    assert_eq!(config.public_url(), "http://localhost:81");
    assert!(!config.cookie_is_secure());

    let config = from_file("public_url = \"https://Accounts.Example.com:443/\"");
    assert_eq!(config.public_url(), "https://accounts.example.com");
    assert_eq!(config.issuer(), "https://accounts.example.com");
    assert!(config.cookie_is_secure());
    assert_eq!(from_file("tokens.issuer = \"me\"").issuer(), "me");
}
