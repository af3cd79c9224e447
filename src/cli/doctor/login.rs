//! A login through the public URL, with an account that is made for it and deleted again, whatever happens in between.

use std::time::Duration;

use serde_json::Value;
use tokio::signal::ctrl_c;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;
use url::Url;

use super::patience;
use super::report::Report;
use crate::accounts::{self, NewAccount};
use crate::app::App;
use crate::crypto;
use crate::email_address::EmailAddress;
use crate::error::Result as AppResult;
use crate::http::input::Patch;
use crate::http::outgoing::{Client, Incoming, Outgoing};
use crate::ids::AccountId;
use crate::registration;
use crate::sessions::Staff;

/// Longer than a login waits for the hashing lane.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn check(app: &App, report: &mut Report) {
    match within(registration::awaits_first(app)).await {
        Ok(false) => {}
        // The account would be the first one, while the first one to register is to become administrator.
        Ok(true) => return report.skip("login", "Not checked: there is no account yet."),
        Err(text) => return report.fail("login", text, patience::look(&app.config)),
    }
    let email = format!(
        "gatepost-doctor-{}@example.com",
        crypto::hex(&crypto::random::<8>())
    );
    let password = crypto::random_token();
    let made = match within(Box::pin(make(app, &email, &password))).await {
        Ok(made) => made,
        Err(error) => {
            return report.fail(
                "login",
                format!("No account can be made to log in with: {error}"),
                format!(
                    "Look at the database, and whether its disk is full or read-only. \
                     Should it make the account all the same: gatepost user delete {email} --yes"
                ),
            );
        }
    };
    let tried = tokio::select! {
        tried = log_in_and_out(app, &email, &password) => tried,
        () = stopped() => Err("it was interrupted".to_owned()),
    };
    let operator = Staff::operator();
    let gone = within(Box::pin(accounts::delete(app, &operator, made))).await;
    match tried {
        Ok(()) => report.ok(
            "login",
            "A person logs in through the public URL, is known, logs out, and is not known any more.",
        ),
        Err(error) => report.fail(
            "login",
            error,
            "Look into the log of the server, and whether it uses this database.",
        ),
    }
    if let Err(error) = gone {
        report.fail(
            "login",
            format!("The account that was made for it is still there: {error}"),
            format!("gatepost user delete {email} --yes"),
        );
    }
}

/// Does something in the database; what is large comes in a box.
async fn within<T>(work: impl Future<Output = AppResult<T>>) -> Result<T, String> {
    let work = async { work.await.map_err(|error| format!("{error:?}")) };
    patience::within(PATIENCE, work).await
}

/// Ctrl-C, or whoever ends programs.
async fn stopped() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return drop(ctrl_c().await);
    };
    tokio::select! {
        _ = ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

async fn make(app: &App, email: &str, password: &str) -> AppResult<AccountId> {
    let email = EmailAddress::parse(email)
        .map_err(|reason| crate::error::Error::Internal(reason.to_string()))?;
    let names = [Patch::Keep, Patch::Keep];
    let new = NewAccount::named(email, Patch::Keep, names, password.to_owned());
    let account = accounts::create_verified(app, &Staff::operator(), new).await?;
    Ok(account.id)
}

async fn log_in_and_out(app: &App, email: &str, password: &str) -> Result<(), String> {
    let url = |path: &str| {
        Url::parse(&format!("{}{path}", app.public_url())).map_err(|error| error.to_string())
    };
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("username", email)
        .append_pair("password", password)
        .finish();
    let request = Outgoing::post(&url("/login/")?)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let answer = send(&url("/login/")?, request).await?;
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let Some(token) = body.get("access_token").and_then(Value::as_str) else {
        return Err(refused("the login", &answer, &body));
    };
    let bearer = format!("Bearer {token}");
    let mine = url("/myaccount")?;
    let ask = || Outgoing::get(&mine).header("authorization", &bearer);
    expect("the profile", &mine, (ask(), 200)).await?;
    let out = url("/logout")?;
    let request = Outgoing::post(&out).header("authorization", &bearer);
    expect("the logout", &out, (request, 303)).await?;
    expect("the profile after the logout", &mine, (ask(), 401)).await
}

async fn expect(what: &str, url: &Url, (request, status): (Outgoing, u16)) -> Result<(), String> {
    let answer = send(url, request).await?;
    if answer.status == status {
        return Ok(());
    }
    let body = serde_json::from_slice(&answer.body).unwrap_or_default();
    Err(refused(what, &answer, &body))
}

async fn send(url: &Url, request: Outgoing) -> Result<Incoming, String> {
    let answer = timeout(PATIENCE, Client::of(url)?.send(request)).await;
    answer.map_err(|_| format!("{url} does not answer within {} s", PATIENCE.as_secs()))?
}

fn refused(what: &str, answer: &Incoming, body: &Value) -> String {
    let detail = body.get("detail").and_then(Value::as_str);
    let detail = detail.unwrap_or("without a reason that Gatepost gives");
    format!("{what} was answered with {}: {detail}", answer.status)
}
