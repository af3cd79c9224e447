//! The mail queue: what waits to be sent, was sent and was given up, for administrators and the operator; never what a mail says.

mod console;
mod count;
mod give_up;
mod list;
mod retry;
mod retry_all;

pub use count::count;
pub use give_up::give_up;
pub use list::{MailPage, MailQuery, list};
pub use retry::retry;
pub use retry_all::retry_all;

use crate::accounts::store;
use crate::db::Run;
use crate::email_address::EmailAddress;
use crate::error::{Problem, Result};
use crate::http::Routes;
use crate::ids::AccountId;
use crate::roles::Role;
use crate::sessions::Staff;

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().pages(console::pages())
}

/// The queue holds everybody's addresses, those of administrators as well.
fn require_admin(staff: &Staff) -> Result<()> {
    match staff.role {
        Role::Admin => Ok(()),
        _ => Err(Problem::NotPermitted.into()),
    }
}

/// Whose account has the address of a mail, so that he sees in his history what was done with it.
async fn account_of(run: &impl Run, recipient: &str) -> Result<Option<AccountId>> {
    let Ok(email) = EmailAddress::parse(recipient) else {
        return Ok(None);
    };
    Ok(store::find_by_email(run, &email.key()).await?)
}
