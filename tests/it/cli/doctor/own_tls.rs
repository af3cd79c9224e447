//! What the doctor says of a server that speaks TLS itself.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::{Machine, findings, free, levels};
use crate::support::certificates::Certificate;

/// The arguments for a server with this certificate.
fn settings(certificate: &Certificate) -> Vec<String> {
    let [chain, key] = [&certificate.chain, &certificate.key].map(|path| path.display());
    [
        format!("listen={}", free()),
        format!("tls.certificate={chain}"),
        format!("tls.key={key}"),
        "metrics.listen=".to_owned(),
    ]
    .into_iter()
    .flat_map(|setting| ["--set".to_owned(), setting])
    .collect()
}

#[tokio::test]
async fn it_takes_nobody_for_a_proxy_where_there_is_none() {
    let machine = Machine::new().await;
    let certificate = Certificate::write(machine.folder());
    let settings = settings(&certificate);
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let server = machine.serve(&settings);
    let arguments = [&["doctor", "--json"], &settings[..]].concat();
    let mut doctor = machine.command(&arguments);
    // The variable by which an operator lets this machine trust it.
    doctor.env("SSL_CERT_FILE", &certificate.chain);
    let report: Value = serde_json::from_slice(&doctor.output().unwrap().stdout).unwrap();
    let found = report["findings"].as_array().unwrap();
    for check in ["reached", "tls", "headers"] {
        assert_eq!(levels(found, check), ["ok"], "{found:#?}");
    }
    // Without it nobody vouches for the certificate: that is a finding, and no line of some library's log.
    let finished = machine.run(&arguments);
    let report: Value = serde_json::from_str(&finished.out).unwrap();
    let found = report["findings"].as_array().unwrap();
    assert_eq!(levels(found, "reached"), ["fail"], "{found:#?}");
    assert_eq!(finished.err, "gatepost: 1 check failed\n");
    drop(server);
}

#[tokio::test]
async fn it_finds_a_key_that_everybody_can_read() {
    let machine = Machine::new().await;
    let certificate = Certificate::write(machine.folder());
    let settings = settings(&certificate);
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    for (mode, level) in [(0o600, "ok"), (0o640, "ok"), (0o644, "warn")] {
        set_permissions(&certificate.key, Permissions::from_mode(mode)).unwrap();
        let (_, found) = findings(&machine, &settings);
        assert_eq!(levels(&found, "tls key"), [level], "{mode:o}: {found:#?}");
        let advised = format!("{found:?}").contains("chmod 600 ");
        assert_eq!(advised, level == "warn", "{found:#?}");
    }
}
