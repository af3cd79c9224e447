//! What was copied, for people and for programs.

use serde_json::{Map, Value, json};

use crate::db::copy::Report;

/// `1,234,567`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1,000 accounts (7,654 rows in 19 tables)`
pub(super) fn amount(report: &Report) -> String {
    let accounts = report.rows_of("accounts");
    let noun = if accounts == 1 { "account" } else { "accounts" };
    format!(
        "{} {noun} ({} rows in {} tables)",
        grouped(accounts),
        grouped(report.rows()),
        report.tables.len()
    )
}

/// Says what is not in the copy.
pub(super) fn warn(report: &Report) {
    if !report.left_out.is_empty() {
        crate::cli::output::complain(&format!(
            "left out, because Gatepost did not make them: {}",
            report.left_out.join(", ")
        ));
    }
}

/// The object of `--json`; `more` is put in front.
pub(super) fn object(report: &Report, more: Value) -> Value {
    let mut object = match more {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    object.insert("accounts".into(), json!(report.rows_of("accounts")));
    object.insert("rows".into(), json!(report.rows()));
    object.insert("schema".into(), json!(report.schema));
    object.insert("audit_head".into(), json!(report.audit_head));
    object.insert("left_out".into(), json!(report.left_out));
    object.insert("tables".into(), json!(report.tables));
    Value::Object(object)
}
