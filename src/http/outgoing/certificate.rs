//! When a certificate runs out. Whether it is trusted was judged before, by rustls.

use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::clock::Timestamp;

/// The moment after which the certificate, in DER, is not valid.
pub(super) fn ends(der: &[u8]) -> Option<Timestamp> {
    let certificate = Certificate::from_der(der).ok()?;
    let ends = certificate.tbs_certificate.validity.not_after;
    let millis = ends.to_unix_duration().as_millis();
    Some(Timestamp(i64::try_from(millis).ok()?))
}
