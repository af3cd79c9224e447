//! Export the accounts that were chosen in the list, as a file for a spreadsheet or for a program.

use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::facts;
use crate::accounts::{self, Account, AccountView, Viewer};
use crate::app::App;
use crate::audit::{self, Event};
use crate::console::Desk;
use crate::error::{Error, Result};
use crate::http::{Download, table_line};
use crate::ids::AccountId;
use crate::sessions::Staff;

/// What the question before it says.
pub(super) const CONSEQUENCE: &str = "The file holds what the accounts say about these people. It is written down that you have taken it.";

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// For a spreadsheet.
    Csv,
    /// For a program.
    Json,
}

impl Kind {
    /// The kind that an act of the list names.
    pub fn of(code: &str) -> Option<Self> {
        match code {
            "export-csv" => Some(Self::Csv),
            "export-json" => Some(Self::Json),
            _ => None,
        }
    }

    /// What the button says.
    pub fn button(self) -> &'static str {
        match self {
            Self::Csv => "Export as CSV",
            Self::Json => "Export as JSON",
        }
    }
}

/// The accounts that are still there. It is written down that they were taken out.
async fn export(app: &App, staff: &Staff, ids: &[AccountId]) -> Result<Vec<Account>> {
    let mut found = Vec::new();
    for id in ids {
        match accounts::show(app, staff, *id).await {
            Ok(account) => found.push(account),
            Err(Error::NoSuchAccount(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let note = audit::note(Event::PeopleExported, staff);
    note.with("count", found.len()).write(app, &app.db).await?;
    Ok(found)
}

/// The file.
pub(super) async fn answer(
    app: &App,
    desk: &Desk,
    (kind, ids): (Kind, &[AccountId]),
) -> Result<Response> {
    let found = export(app, &desk.staff, ids).await?;
    let (name, media, body) = match kind {
        Kind::Csv => ("people.csv", "text/csv; charset=utf-8", csv(&found)),
        Kind::Json => {
            let viewer = Viewer::Staff(&desk.staff);
            let views = found
                .into_iter()
                .map(|account| AccountView::of(app, account, viewer));
            let views: Vec<AccountView> = views.collect();
            ("people.json", "application/json", json!(views).to_string())
        }
    };
    let body = body.into();
    Ok(Download { name, media, body }.into_response())
}

/// The first line of the table.
const COLUMNS: &str = "id,email,nickname,name,role,is_professional,email_verified_at,locked_at,created_at,last_login_at\r\n";

fn csv(accounts: &[Account]) -> String {
    let mut text = COLUMNS.to_owned();
    for account in accounts {
        let moment = |moment: Option<crate::clock::Timestamp>| {
            moment.map_or_else(String::new, |moment| moment.to_string())
        };
        let cells = [
            account.id.to_string(),
            account.email.clone(),
            account.nickname.clone(),
            facts::full_name(account),
            account.role.name().to_owned(),
            account.is_professional.to_string(),
            moment(account.email_verified_at),
            moment(account.locked_at),
            moment(Some(account.created_at)),
            moment(account.last_login_at),
        ];
        text.push_str(&table_line(cells.iter().map(String::as_str)));
    }
    text
}
