//! People whom staff have marked as professionals.

mod grant;
mod withdraw;

use crate::support::{Answer, Person, TestApp};

async fn mark(app: &TestApp, by: &Person, (method, id): (&str, &str)) -> Answer {
    app.request(method, &format!("/users/{id}/professional"))
        .bearer(&by.token)
        .await
}

async fn notices(app: &TestApp, email: &str) -> usize {
    let mails = app.mails_to(email).await;
    let about = mails
        .iter()
        .filter(|mail| mail.text.contains("professional"));
    about.count()
}
