//! Where to go afterwards: only ever a page of this site, so that no link to us leads on to somebody else.

use axum::http::Uri;

/// Where somebody goes who was not on his way anywhere.
const DASHBOARD: &str = "/dashboard";

/// Longest path that is carried along: that of a page of the console on which many accounts are chosen.
const LONGEST: usize = 2000;

/// The `next` parameter of a query, if it is a path of this site, else the dashboard.
pub fn of_query(query: Option<&str>) -> String {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let next = pairs.filter(|(name, _)| name == "next").last();
    or_dashboard(&next.map(|(_, value)| value).unwrap_or_default())
}

/// `path` if it is one of this site, else the dashboard.
pub fn or_dashboard(path: &str) -> String {
    if is_own(path) { path } else { DASHBOARD }.to_owned()
}

/// The login form, which leads back to `uri`.
pub fn login_and_back(uri: &Uri) -> String {
    let here = uri.path_and_query().map_or(DASHBOARD, |path| path.as_str());
    if here == DASHBOARD {
        return "/login-form".to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("next", here)
        .finish();
    format!("/login-form?{query}")
}

/// A path that every browser reads as one. `//host` and `/\\host` name another site, and control characters are dropped by
/// browsers before they look; of the rest only what a path of ours can hold is let through.
fn is_own(path: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.~/?=&%+:".contains(c);
    let second = path.chars().nth(1);
    path.starts_with('/')
        && path.len() <= LONGEST
        && second != Some('/')
        && path.chars().all(allowed)
        // An encoded slash or backslash at the front is read as one by some.
        && second != Some('%')
}
