//! The columns of the list of people: which are shown is chosen in the address, and by some of them one can sort.

use serde_json::{Value, json};

use super::facts;
use crate::accounts::Account;
use crate::clock::Timestamp;
use crate::console::Address;

/// A column: its name in addresses, what stands above it, by what it sorts, and whether it is shown when nothing was chosen.
struct Column(&'static str, &'static str, Option<&'static str>, bool);

const COLUMNS: [Column; 7] = [
    Column("nickname", "Nickname", Some("nickname"), true),
    Column("name", "Name", None, true),
    Column("role", "Role", None, true),
    Column("state", "State", None, true),
    Column("created", "Created", Some("created_at"), true),
    Column("login", "Last login", Some("last_login_at"), true),
    Column("professional", "Professional", None, false),
];

/// Whether the column is shown.
fn is_shown(address: &Address, Column(name, _, _, usual): &Column) -> bool {
    let chosen = address.all("column");
    if chosen.is_empty() {
        *usual
    } else {
        chosen.contains(name)
    }
}

/// The columns to choose from.
pub(super) fn choices(address: &Address) -> Vec<Value> {
    let choice = |column: &Column| json!({"name": column.0, "words": column.1, "is_shown": is_shown(address, column)});
    COLUMNS.iter().map(choice).collect()
}

/// What stands above the columns, that of the address first.
pub(super) fn heads(address: &Address, order: &str) -> Vec<Value> {
    let mail = Column("email", "E-mail", Some("email"), true);
    let shown = COLUMNS.iter().filter(|column| is_shown(address, column));
    [&mail]
        .into_iter()
        .chain(shown)
        .map(|Column(_, words, sort, _)| json!({"words": words, "order": sort.map(|sort| link(address, sort, order))}))
        .collect()
}

/// Sorts by a column; a second time the other way round.
fn link(address: &Address, sort: &str, order: &str) -> Value {
    let state = match order.strip_prefix('-') {
        Some(by) if by == sort => "descending",
        None if order == sort => "ascending",
        _ => "",
    };
    let next = if state == "ascending" {
        format!("-{sort}")
    } else {
        sort.to_owned()
    };
    let to = address.with(&[("sort", Some(&next)), ("cursor", None)]);
    json!({"href": to.href(), "state": state})
}

/// What stands in the columns for one account.
pub(super) fn cells(address: &Address, account: &Account, now: Timestamp) -> Vec<Value> {
    let shown = COLUMNS.iter().filter(|column| is_shown(address, column));
    shown
        .map(|Column(name, words, _, _)| {
            let mut cell = cell(name, account, now);
            if let Some(cell) = cell.as_object_mut() {
                cell.insert("name".into(), (*words).into());
            }
            cell
        })
        .collect()
}

fn cell(name: &str, account: &Account, now: Timestamp) -> Value {
    match name {
        "nickname" => json!({"text": account.nickname}),
        "name" => json!({"text": facts::full_name(account)}),
        "role" => json!({"text": facts::role(account)}),
        "state" => json!({"tags": facts::state(account, now)}),
        "created" => json!({"moment": account.created_at}),
        "login" => json!({"moment": account.last_login_at, "is_moment": true}),
        _ => json!({"text": if account.is_professional { "yes" } else { "no" }}),
    }
}
