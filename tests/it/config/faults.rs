//! A wrong setting: one line that says what, where, and what would be right.

use super::{fault_of_file, from_file, try_load};

#[test]
fn an_unknown_key_names_the_nearest_right_one() {
    for (file, right) in [
        ("[databse]\nurl = \"\"", "database.url"),
        ("[database]\nurll = \"\"", "database.url"),
        ("[http]\nbodylimit = \"1KiB\"", "http.body_limit"),
        ("max_login_attempts = 3", "login.max_attempts"),
        ("hide_accounts = true", "privacy.hide_accounts"),
        ("Listen = \"x\"", "listen"),
        ("port = 80", "listen"),
        ("base_url = \"x\"", "public_url"),
        ("data_dir = \"x\"", "data"),
    ] {
        let fault = fault_of_file(file);
        assert!(
            fault.ends_with(&format!("did you mean \"{right}\"?")),
            "{fault}"
        );
    }
}

#[test]
fn an_unknown_key_says_where_it_stands() {
    let fault = fault_of_file("# one\n\n[session]\nlifetime = \"1h\"\nlifetme = \"1h\"");
    let expected = "gatepost.toml line 5: unknown setting \"session.lifetme\"; \
                    did you mean \"session.lifetime\"?";
    assert_eq!(fault, expected);

    let fault = try_load("", &[("GATEPOST_DATABSE_URL", "x")], &[]).unwrap_err();
    let expected = "environment: unknown variable GATEPOST_DATABSE_URL; \
                    did you mean GATEPOST_DATABASE_URL?";
    assert_eq!(fault, expected);

    let fault = try_load("", &[], &[("sesion.lifetime", "1h")]).unwrap_err();
    let expected = "command line: unknown setting \"sesion.lifetime\"; \
                    did you mean \"session.lifetime\"?";
    assert_eq!(fault, expected);
}

#[test]
fn what_resembles_nothing_gets_no_suggestion() {
    let fault = fault_of_file("xyzzy = 1");
    assert!(
        fault.ends_with("config.default.toml lists all settings"),
        "{fault}"
    );
    assert!(fault_of_file("[xyzzy]\n").contains("unknown setting \"xyzzy\""));
}

#[test]
fn a_section_is_no_value_and_a_value_no_section() {
    let fault = fault_of_file("database = \"x\"");
    assert!(
        fault.contains("\"database\" is a section; write [database]"),
        "{fault}"
    );
    assert!(fault_of_file("[listen]\nhost = \"x\"").contains("\"listen.host\""));
    assert!(fault_of_file("[database.url]\nx = 1").contains("database.url"));
    assert_eq!(from_file("[database]\n[log]\n"), super::Config::default());
}

#[test]
fn a_wrong_value_names_key_value_expectation_and_place() {
    let fault = fault_of_file("[session]\nlifetime = \"soon\"");
    let expected = "gatepost.toml line 2: session.lifetime = \"soon\" is not valid; \
                    expected a duration such as 15m, 24h, 1h30m or 250ms";
    assert_eq!(fault, expected);

    let fault = try_load("", &[("GATEPOST_DATABASE_CONNECTIONS", "many")], &[]).unwrap_err();
    let place = "environment GATEPOST_DATABASE_CONNECTIONS: database.connections = \"many\"";
    assert!(fault.starts_with(place), "{fault}");

    let fault = try_load("", &[], &[("log.format", "xml")]).unwrap_err();
    assert!(fault.ends_with("expected one of text, json"), "{fault}");
}

#[test]
fn a_syntax_fault_names_its_line() {
    for file in [
        "listen = \"a:1\"\nproduct = = 3",
        "listen = \"a:1\"\nlisten = \"b:1\"",
    ] {
        let fault = fault_of_file(file);
        assert!(fault.starts_with("gatepost.toml line 2: "), "{fault}");
    }
}

#[test]
fn refuses_a_replica_that_cannot_be_one() {
    for wrong in [
        "database.replica_url = \"postgres://replica/db\"",
        "database = { url = \"sqlite:x.db\", replica_url = \"postgres://replica/db\" }",
        "database = { url = \"postgres://h/d\", replica_url = \"sqlite:x.db\" }",
        "database = { url = \"postgres://h/d\", replica_url = \"postgres://h/d\" }",
        "database.replica_lag_max = \"0s\"",
    ] {
        let fault = fault_of_file(wrong);
        assert!(fault.contains("database.replica_"), "{fault}");
        assert!(fault.contains(" is not valid; expected "), "{fault}");
    }
}

#[test]
fn refuses_values_that_cannot_be() {
    for wrong in [
        "listen = \"8000\"",
        "listen = \"::1:8000\"",
        "listen = \"localhost:99999\"",
        "listen = 8000",
        "public_url = \"accounts.example.com\"",
        "public_url = \"ftp://a.example\"",
        "public_url = \"https://a.example/auth\"",
        "public_url = \"https://a.example/?x=1\"",
        "public_url = \"https://user:pass@a.example\"",
        "product = \"a\\nb\"",
        "data = \"\"",
        "database.url = \"mysql://h/d\"",
        "database.url = \"sqlite:\"",
        "database.url = \"sqlite::memory:\"",
        "database.connections = 0",
        "database.connections = -1",
        "database.connections = \"16\"",
        "keys.secret = \"short\"",
        "session.lifetime = 3600",
        "session.lifetime = \"0s\"",
        "session.device_lifetime = \"401d\"",
        "tokens.audience = \"\"",
        "passwords.min_length = 7",
        "passwords.max_length = 63",
        "passwords = { min_length = 100, max_length = 99 }",
        "passwords.argon2_memory = \"18MiB\"",
        "passwords.argon2_iterations = 1",
        "passwords = { argon2_memory = \"6MiB\", argon2_iterations = 50 }",
        "login.max_attempts = 0",
        "login.lock_first = \"25h\"",
        "login.lock_longest = \"14m\"",
        "registration.verified_destination = \"//evil.example\"",
        "registration.verified_destination = \"/\\\\evil.example\"",
        "registration.verified_destination = \"javascript:alert(1)\"",
        "privacy.hide_accounts = \"yes\"",
        "http.body_limit = \"0B\"",
        "http.header_limit = \"1KiB\"",
        "http.trusted_proxies = \"10.0.0.0/8\"",
        "http.trusted_proxies = [\"10.0.0.0/33\"]",
        "http.trusted_proxies = [\"proxy\"]",
        "http.cors_origins = [\"*\"]",
        "http.cors_origins = [\"null\"]",
        "http.cors_origins = [\"https://a.example/\"]",
        "http.cors_origins = [\"https://A.example\"]",
        "mail.from = \"nobody\"",
        "mail.smtp_host = \"smtp.example\"",
        "mail = { from = \"a@b.example\", smtp_host = \"smtp.example:25\" }",
        "mail = { from = \"a@b.example\", smtp_host = \"s.example\", smtp_username = \"u\" }",
        "mail.smtp_password = \"p\"",
        "mail.smtp_port = 0",
        "mail.smtp_tls = \"ssl\"",
        "log.level = \"loud\"",
    ] {
        fault_of_file(wrong);
    }
}

#[test]
fn accepts_what_is_unusual_but_right() {
    for right in [
        "listen = \"[::]:0\"",
        "passwords = { argon2_memory = \"46MiB\", argon2_iterations = 1 }",
        "passwords = { argon2_memory = \"7MiB\", argon2_iterations = 5 }",
        "login = { lock_first = \"2d\", lock_longest = \"2d\" }",
        "registration.verified_destination = \"https://app.example/welcome?x=1\"",
        "http.cors_origins = [\"https://a.example\", \"http://localhost:3000\"]",
        "log.level = \"warn,gatepost::db=debug\"",
        "mail = { from = \"A <a@b.example>\", smtp_host = \"127.0.0.1\", smtp_tls = \"none\", \
         smtp_username = \"u\", smtp_password = \"p\" }",
    ] {
        from_file(right);
    }
}

#[test]
fn a_password_does_not_travel_in_the_clear() {
    let fault = fault_of_file(
        "mail = { from = \"a@b.example\", smtp_host = \"s.example\", smtp_tls = \"none\", \
         smtp_username = \"u\", smtp_password = \"p\" }",
    );
    assert!(
        fault.contains("a password must not travel in the clear"),
        "{fault}"
    );
}

#[test]
fn a_default_that_no_longer_fits_is_explained() {
    let fault = fault_of_file("passwords.argon2_iterations = 1");
    let expected = "passwords.argon2_memory is not set; \
                    expected 46MiB or more with passwords.argon2_iterations = 1";
    assert_eq!(fault, expected);
}

#[test]
fn hashes_that_do_not_fit_into_the_memory_are_refused_with_advice() {
    let fault = fault_of_file("passwords = { lanes = 100, memory_budget = \"1GiB\" }");
    for part in [
        "passwords.memory_budget",
        "1GiB",
        "expected 1900MiB or more for 100 times passwords.argon2_memory = 19MiB, or fewer passwords.lanes",
    ] {
        assert!(fault.contains(part), "{part:?} in {fault}");
    }
    for wrong in [
        "passwords.argon2_memory = \"2GiB\"",
        "passwords.memory_budget = \"18MiB\"",
        "passwords.calibrate_time = \"0s\"",
    ] {
        fault_of_file(wrong);
    }
    // By default there are as many lanes as there is memory for, so that a machine of many cores starts.
    let config = from_file("passwords.memory_budget = \"30MiB\"");
    assert_eq!(config.lanes(), 1);
}

#[test]
fn variables_of_others_are_left_alone() {
    let foreign = [
        ("PATH", "/bin"),
        ("GATEPOST_TEST_DATABASE", "x"),
        ("GATEPOST_BINARY", "x"),
        ("GATEPOST_SERVICE_HOST", "10.0.0.1"),
        ("GATEPOST_SERVICE_PORT", "80"),
        ("GATEPOST_PORT", "tcp://10.0.0.1:80"),
        ("GATEPOST_PORT_80_TCP", "tcp://10.0.0.1:80"),
    ];
    assert_eq!(
        try_load("", &foreign, &[]).unwrap().config,
        super::Config::default()
    );

    let fault = try_load("", &[("GATEPOST_PORT", "80")], &[]).unwrap_err();
    assert!(fault.ends_with("did you mean GATEPOST_LISTEN?"), "{fault}");
}
