//! The pages of the console about people.

mod act;
mod edit;
mod list;
mod many;
mod show;

use crate::support::browser::Page;

const LIST: &str = "/admin/people";

fn of(id: &str) -> String {
    format!("{LIST}/{id}")
}

/// The addresses that the list shows, in its order.
fn listed(page: &Page) -> Vec<String> {
    let rows = page.html.split("<th scope=\"row\">").skip(1);
    let texts = rows.filter_map(|row| {
        let (_, behind) = row.split_once("\">")?;
        Some(behind.split('<').next()?.to_owned())
    });
    texts.collect()
}
