//! Accounts as a table: columns under each other, also where letters take two cells or none.

use std::ops::RangeInclusive;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::accounts::Account;
use crate::cli::output::plain;
use crate::clock::Timestamp;

/// Between two columns.
const GAP: usize = 2;

/// Always shown, however narrow the terminal.
const LEAST_COLUMNS: usize = 4;

const HEADINGS: [&str; 7] = [
    "E-MAIL",
    "NICKNAME",
    "ROLE",
    "STATE",
    "CREATED",
    "LAST LOGIN",
    "ID",
];

/// The table; columns at the right are left out when the terminal is too narrow for them.
pub(super) fn of(accounts: &[Account], now: Timestamp, terminal: Option<usize>) -> String {
    if accounts.is_empty() {
        return String::new();
    }
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(accounts.iter().map(|account| row(account, now)));
    let mut widths = Vec::new();
    let mut used = 0;
    for column in 0..HEADINGS.len() {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widest = cells.map(|cell| width(cell)).max().unwrap_or(0);
        used += widest + if column == 0 { 0 } else { GAP };
        if column >= LEAST_COLUMNS && terminal.is_some_and(|terminal| used > terminal) {
            break;
        }
        widths.push(widest);
    }
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn row(account: &Account, now: Timestamp) -> [String; 7] {
    let date = |moment: Timestamp| moment.to_string().chars().take(10).collect::<String>();
    [
        plain(&account.email),
        plain(&account.nickname),
        account.role.to_string(),
        state(account, now).to_owned(),
        date(account.created_at),
        account
            .last_login_at
            .map_or_else(|| "never".to_owned(), date),
        account.id.to_string(),
    ]
}

/// What keeps the person from logging in, if anything does.
fn state(account: &Account, now: Timestamp) -> &'static str {
    match (account.is_locked(now), account.email_verified_at.is_some()) {
        (false, true) => "active",
        (false, false) => "unverified",
        (true, true) => "locked",
        (true, false) => "locked, unverified",
    }
}

fn line(row: &[String; 7], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, wanted) in row.iter().zip(widths) {
        line.push_str(cell);
        line.extend(std::iter::repeat_n(
            ' ',
            wanted.saturating_sub(width(cell)) + GAP,
        ));
    }
    line.truncate(line.trim_end().len());
    line.push('\n');
    line
}

/// Cells of a terminal that the text takes.
fn width(text: &str) -> usize {
    text.chars().map(cells).sum()
}

/// Letters of East Asia and pictures, two cells wide (UAX #11).
const WIDE: [RangeInclusive<u32>; 10] = [
    0x1100..=0x115F,
    0x2E80..=0xA4CF,
    0xAC00..=0xD7A3,
    0xF900..=0xFAFF,
    0xFE30..=0xFE6F,
    0xFF00..=0xFF60,
    0xFFE0..=0xFFE6,
    0x1_F300..=0x1_F64F,
    0x1_F900..=0x1_F9FF,
    0x2_0000..=0x3_FFFD,
];

/// Marks stand on the letter before them and take no cell of their own.
fn cells(character: char) -> usize {
    match u32::from(character) {
        _ if character.general_category_group() == GeneralCategoryGroup::Mark => 0,
        code if WIDE.iter().any(|block| block.contains(&code)) => 2,
        _ => 1,
    }
}
