//! The links of a page of accounts: the same question, asked for another part.

use form_urlencoded::Serializer;

use super::ListQuery;
use crate::accounts::Link;

/// Room for an address with a cursor, so that it is seldom moved while it grows.
const ROOM: usize = 128;

/// `self`, `first`, `prev`, `next` and `last`, as far as they exist.
pub(super) fn links(query: &ListQuery, total: i64, next_cursor: Option<&str>) -> Vec<Link> {
    let (limit, filters) = (query.limit.to_string(), query.filters());
    let link = |rel, part: (&str, &str)| {
        let mut pairs = Serializer::for_suffix(with_room("/users/?"), "/users/?".len());
        pairs.extend_pairs([part, ("limit", &limit)]);
        pairs.extend_pairs(&filters);
        Link {
            rel,
            href: pairs.finish().into(),
            method: "GET",
        }
    };
    if let Some(cursor) = &query.cursor {
        let at = |rel, cursor: &str| link(rel, ("cursor", cursor));
        let mut links = vec![at("self", cursor), at("first", "")];
        links.extend(next_cursor.map(|next| at("next", next)));
        return links;
    }
    let (skip, limit) = (query.skip, query.limit);
    let at = |rel, skip: i64| link(rel, ("skip", &skip.to_string()));
    let mut links = vec![at("self", skip), at("first", 0)];
    if skip > 0 {
        links.push(at("prev", (skip - limit).max(0)));
    }
    if skip.saturating_add(limit) < total {
        links.push(at("next", skip + limit));
    }
    links.push(at("last", (total - 1).max(0) / limit * limit));
    links
}

fn with_room(text: &str) -> String {
    let mut roomy = String::with_capacity(ROOM);
    roomy.push_str(text);
    roomy
}
