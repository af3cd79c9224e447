//! The gate: whether people can make accounts by themselves, and who.

use crate::config::{Config, RegistrationMode};
use crate::email_address::{self, EmailAddress};
use crate::error::Problem;

/// Whether there is anybody who can register without an invitation.
pub fn is_open(config: &Config) -> bool {
    matches!(
        config.registration.mode,
        RegistrationMode::Open | RegistrationMode::Domains
    )
}

/// Whether the first account to register becomes the administrator: on a developer's own machine, where everybody can register. In
/// the other modes whoever gets in first has been let in for something else.
pub(super) fn makes_first_admin(config: &Config) -> bool {
    config.development() && config.registration.mode == RegistrationMode::Open
}

/// Refuses whoever may not register. Judged by the address alone, before anything is hashed or looked up: it tells nothing about
/// accounts.
pub(super) fn admit(config: &Config, email: &EmailAddress) -> Result<(), Problem> {
    let registration = &config.registration;
    // The whole domain, as the DNS knows it: neither a part of a name nor another spelling gets through.
    let is_listed = |domain: &String| {
        email_address::ascii_domain(domain).is_ok_and(|domain| domain == email.ascii_domain())
    };
    match registration.mode {
        RegistrationMode::Open => Ok(()),
        RegistrationMode::Domains if registration.domains.iter().any(is_listed) => Ok(()),
        RegistrationMode::Domains => Err(Problem::DomainNotAllowed),
        RegistrationMode::Invite | RegistrationMode::Closed => Err(Problem::RegistrationClosed),
    }
}
