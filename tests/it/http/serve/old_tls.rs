//! Versions and ciphers of TLS that are no longer safe: offered by hand, because no library does it any more.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::TestApp;
use crate::support::certificates::Certificate;

/// A handshake message and an alert (RFC 5246 section 6.2.1).
const HANDSHAKE: u8 = 22;
const ALERT: u8 = 21;
/// RFC 5246 section 7.2.
const HANDSHAKE_FAILURE: u8 = 40;
const PROTOCOL_VERSION: u8 = 70;

const TLS_1_0: [u8; 2] = [3, 1];
const TLS_1_1: [u8; 2] = [3, 2];
const TLS_1_2: [u8; 2] = [3, 3];

/// `TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256`, which Gatepost takes.
const GOOD: u16 = 0xC02B;
/// Without forward secrecy, in CBC mode, with RC4, 3DES, of no secrecy at all.
const BAD: [(&str, u16); 6] = [
    ("RSA_WITH_AES_128_GCM_SHA256", 0x009C),
    ("ECDHE_ECDSA_WITH_AES_128_CBC_SHA", 0xC009),
    ("ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", 0xC024),
    ("ECDHE_ECDSA_WITH_RC4_128_SHA", 0xC007),
    ("ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA", 0xC008),
    ("ECDHE_ECDSA_WITH_NULL_SHA", 0xC006),
];

/// `content` behind its length in `bytes` bytes.
fn sized(bytes: usize, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    [&length[length.len() - bytes..], content].concat()
}

/// A `ClientHello` (RFC 5246 section 7.4.1.2) with one cipher suite.
fn hello(version: [u8; 2], suite: u16) -> Vec<u8> {
    let extension =
        |number: u16, content: &[u8]| [number.to_be_bytes().to_vec(), sized(2, content)].concat();
    let extensions = [
        // supported_groups: X25519 and P-256; ec_point_formats: uncompressed; signature_algorithms: ECDSA with SHA-256;
        // extended_master_secret.
        extension(10, &[0, 4, 0, 29, 0, 23]),
        extension(11, &[1, 0]),
        extension(13, &[0, 2, 4, 3]),
        extension(23, &[]),
    ];
    let body = [
        version.to_vec(),
        vec![7; 32],
        vec![0],
        sized(2, &suite.to_be_bytes()),
        vec![1, 0],
        sized(2, &extensions.concat()),
    ];
    let message = [vec![1], sized(3, &body.concat())].concat();
    [vec![HANDSHAKE, 3, 1], sized(2, &message)].concat()
}

/// The kind of record that comes back, and of an alert what it says.
async fn answer(port: u16, hello: &[u8]) -> (u8, Option<u8>) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(hello).await.unwrap();
    let mut record = [0; 7];
    stream.read_exact(&mut record).await.unwrap();
    (record[0], (record[0] == ALERT).then_some(record[6]))
}

#[tokio::test]
async fn old_versions_and_weak_ciphers_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = Certificate::write(folder.path());
    let app = TestApp::with(|config| certificate.set(config)).await;
    let server = app.listen().await;
    // The same words with a good version and a good cipher are understood: it is not the form that is refused.
    let good = answer(server.port, &hello(TLS_1_2, GOOD)).await;
    assert_eq!(good, (HANDSHAKE, None));
    for version in [TLS_1_0, TLS_1_1] {
        let told = answer(server.port, &hello(version, GOOD)).await;
        assert_eq!(told, (ALERT, Some(PROTOCOL_VERSION)), "{version:?}");
    }
    for (name, suite) in BAD {
        let told = answer(server.port, &hello(TLS_1_2, suite)).await;
        assert_eq!(told, (ALERT, Some(HANDSHAKE_FAILURE)), "{name}");
    }
    server.stop().await;
}
