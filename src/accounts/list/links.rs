//! The links of a page of accounts: the same question, asked for another part.

use super::ListQuery;
use crate::accounts::Link;

/// `self`, `first`, `prev`, `next` and `last`, as far as they exist.
pub(super) fn links(query: &ListQuery, total: i64, next_cursor: Option<&str>) -> Vec<Link> {
    let link = |rel, part: &[(&str, String)]| Link {
        rel,
        href: href(query, part).into(),
        method: "GET",
    };
    if let Some(cursor) = &query.cursor {
        let at = |cursor: &str| vec![("cursor", cursor.to_owned())];
        let mut links = vec![link("self", &at(cursor)), link("first", &at(""))];
        links.extend(next_cursor.map(|next| link("next", &at(next))));
        return links;
    }
    let (skip, limit) = (query.skip, query.limit);
    let at = |skip: i64| vec![("skip", skip.to_string())];
    let mut links = vec![link("self", &at(skip)), link("first", &at(0))];
    if skip > 0 {
        links.push(link("prev", &at((skip - limit).max(0))));
    }
    if skip.saturating_add(limit) < total {
        links.push(link("next", &at(skip + limit)));
    }
    let last = (total - 1).max(0) / limit * limit;
    links.push(link("last", &at(last)));
    links
}

fn href(query: &ListQuery, part: &[(&str, String)]) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, value) in part {
        pairs.append_pair(name, value);
    }
    pairs.append_pair("limit", &query.limit.to_string());
    for (name, value) in query.filters() {
        pairs.append_pair(name, &value);
    }
    format!("/users/?{}", pairs.finish())
}
