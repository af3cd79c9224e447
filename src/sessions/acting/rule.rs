//! The rule: what can be done while one is signed in as somebody else. Whatever is not in the list is refused, also what will be
//! added later.

/// Method and route of what asks who is calling and is open: looking, and the profile without the address. (Another address asks
/// for a password that was typed only now, which is refused in such a session.) Everything else is the person's own affair, or is
/// done in the administrator's own name. A test holds this against docs/security/roles.md.
pub const OPEN_WHILE_ACTING: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/dashboard"),
    ("GET", "/history"),
    ("GET", "/login-form"),
    ("GET", "/myaccount"),
    ("GET", "/myaccount/history"),
    ("GET", "/myaccount/sessions"),
    ("GET", "/sessions"),
    ("POST", "/dashboard/profile"),
    ("PUT", "/myaccount"),
];

/// Whether the list has it.
pub(super) fn is_open(method: &str, route: &str) -> bool {
    OPEN_WHILE_ACTING.contains(&(method, route))
}
